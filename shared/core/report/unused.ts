import { shortName } from '../../model/arn.ts';
import { later } from '../../model/instant.ts';
import { standbyRungs } from '../../model/lending.ts';
import type { Prepared } from '../../model/records.ts';
import type { UnusedStandbys } from '../../model/report.ts';
import type { ReportMaterial, Stretch } from './material.ts';
import { addedUp, consumerKey, knownMs } from './sums.ts';

const DAY_MS = 86_400_000;
/** So much of the days must be known: what was lent in the others would be in no line. */
const KNOWN = 0.9;

/** Whose standby had lent tasks in the time that the stretches and the incidents tell of. */
export function whoseStandbyRan({
  stretches,
  incidents,
}: Pick<ReportMaterial, 'stretches' | 'incidents'>): (service: Prepared) => boolean {
  const lent = stretches
    .flatMap(({ sums }) => sums.services)
    .filter((line) => line.lent && line.consumer.of !== 'idle');
  const ran = new Set(lent.map(({ region, cluster, consumer }) => `${region} ${cluster} ${consumerKey(consumer)}`));
  const borrowed = new Set(
    incidents.flatMap(({ cluster, lent }) => lent.map(({ service }) => `${cluster} ${service}`)),
  );
  return ({ region, cluster, service }) =>
    borrowed.has(`${cluster} ${service}`) ||
    ran.has(`${region} ${shortName(cluster)} ${consumerKey({ of: 'service', name: service })}`);
}

/**
 * Services whose standby is proven, and was lent nothing in all days that the report looks at. Those that are not proven
 * are told with what to do. A service that failover has not looked at for a day is not its any more.
 */
export function unusedOf({
  prepared,
  stretches,
  incidents,
  now,
}: Pick<ReportMaterial, 'prepared' | 'stretches' | 'incidents' | 'now'>): UnusedStandbys {
  const days = knownDays(stretches);
  if (days === 0) return { days, services: [] };
  const hasRun = whoseStandbyRan({ stretches, incidents });
  const services = prepared
    .filter(({ checkedAt }) => later(checkedAt, DAY_MS) > now)
    .filter(({ standbys }) => standbyRungs.some((rung) => standbys[rung] !== undefined))
    .filter((one) => one.proof === 'proven' && !hasRun(one))
    .map(({ region, cluster, service }) => ({ region, cluster: shortName(cluster), service }));
  const key = (one: (typeof services)[number]): string => `${one.region} ${one.cluster} ${one.service}`;
  return { days, services: services.sort((a, b) => (key(a) < key(b) ? -1 : 1)) };
}

/** Whole days until the end of the last stretch of which nearly all is known; 0: too little is. */
function knownDays(stretches: readonly Stretch[]): number {
  const known = stretches.slice(stretches.findIndex((stretch) => knownMs(stretch.sums, stretch) > 0));
  const [first, last] = [known[0], known.at(-1)];
  if (first === undefined || last === undefined) return 0;
  const ms = knownMs(addedUp(known.map(({ sums }) => sums)), { from: first.from, to: last.to });
  return ms < KNOWN * (last.to - first.from) ? 0 : Math.round((last.to - first.from) / DAY_MS);
}
