import { shortName } from '../../model/arn.ts';
import type { Instant } from '../../model/instant.ts';
import { standbyRungs } from '../../model/lending.ts';
import type { Prepared } from '../../model/records.ts';
import type { ReportMaterial } from './material.ts';
import { whoseStandbyRan } from './unused.ts';

/** Pools that are left out for now, one sentence each. */
export function coolOffsOf({
  coolOffs,
  standings,
  now,
}: Pick<ReportMaterial, 'coolOffs' | 'standings' | 'now'>): readonly string[] {
  const out = standings.filter(({ outUntil }) => outUntil > now);
  const known = new Set(out.map(({ region, pool }) => `${region} ${pool.type} ${pool.zone}`));
  const cooling = coolOffs.filter(
    ({ region, pool, expiresAt }) => expiresAt > now && !known.has(`${region} ${pool.type} ${pool.zone}`),
  );
  return [
    ...out.map(
      ({ pool, lastAt, outUntil }) =>
        `${pool.type} in ${pool.zone} failed last at ${utc(lastAt)} and gets no new instances before ${utc(outUntil)}`,
    ),
    ...cooling.map(
      ({ pool, noticedAt, expiresAt }) =>
        `${pool.type} in ${pool.zone} was interrupted at ${utc(noticedAt)} and cools off until ${utc(expiresAt)}`,
    ),
  ].sort();
}

const utc = (at: Instant): string => `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;

/**
 * Services whose standby may not be there when it is needed, one sentence for each trouble of a cluster's services. One
 * that lent tasks ran on has run, whatever its trial says.
 */
export function standbysOf({
  prepared,
  stretches,
  incidents,
}: Pick<ReportMaterial, 'prepared' | 'stretches' | 'incidents'>): readonly string[] {
  const hasRun = whoseStandbyRan({ stretches, incidents });
  return together(prepared.flatMap((one) => troublesOf(one, hasRun(one)).map((says) => ({ of: one, says }))));
}

/** What is to be said of one service, and of several. */
type Says = { readonly one: string; readonly many: string };

const alike = (says: string): Says => ({ one: says, many: says });

function troublesOf({ findings, proof, refused, standbys }: Prepared, hasRun: boolean): readonly Says[] {
  const refusals = findings
    .filter(({ severity }) => severity === 'refusal')
    .map(({ parameter, says }) => `${parameter}: ${says}`);
  if (refusals.length > 0) return [alike(` cannot run on Fargate: ${refusals.join('; ')}`)];
  const has = standbyRungs.some((rung) => standbys[rung] !== undefined);
  return [
    ...(proof === 'failed' ? [FAILED] : []),
    ...(proof === 'unproven' && has && !hasRun ? [NEVER_RAN] : []),
    ...standbyRungs.flatMap((rung) => {
      const says = refused[rung]?.says;
      const why = `no ${rung} standby, for AWS refused it: ${says}`;
      return says === undefined ? [] : [{ one: ` has ${why}`, many: ` have ${why}` }];
    }),
  ];
}

const FAILED: Says = {
  one: ' has a standby whose trial task failed: it would fail in a storm, too',
  many: ' have standbys whose trial tasks failed: they would fail in a storm, too',
};
const NEVER_RAN: Says = {
  one: ' has a standby that never ran: set spotkeeper:proof-run=on, and one task of it is tried once',
  many: ' have standbys that never ran: set spotkeeper:proof-run=on, and one task of each is tried once',
};

/** What is worth changing, one sentence each: of groups, as rebalance found it, and of services that may fail over. */
export const findingsOf = ({ prepared, choices }: Pick<ReportMaterial, 'prepared' | 'choices'>): readonly string[] => [
  ...new Set([
    ...choices.flatMap(({ findings = [] }) => findings).sort(),
    ...together(
      prepared.flatMap((one) =>
        one.findings
          .filter(({ severity }) => severity === 'caution')
          .map(({ parameter, says }) => ({ of: one, says: alike(`, lent to Fargate: ${parameter}: ${says}`) })),
      ),
    ),
  ]),
];

/** So many services are named in one sentence. */
const MOST_NAMES = 3;

/** The same of several services of a cluster is one sentence: `checkout, search and 4 more in prod cannot ...`. */
function together(said: readonly { readonly of: Prepared; readonly says: Says }[]): readonly string[] {
  const same = Map.groupBy(said, ({ of, says }) => JSON.stringify([of.region, of.cluster, says.one]));
  return [...same.values()]
    .flatMap((group) => {
      const [first] = group;
      if (first === undefined) return [];
      const names = [...new Set(group.map(({ of }) => of.service))].sort();
      const says = names.length === 1 ? first.says.one : first.says.many;
      return [`${namesText(names)} in ${shortName(first.of.cluster)}${says}`];
    })
    .sort();
}

function namesText(names: readonly string[]): string {
  const more = names.length - MOST_NAMES;
  // One that is only counted would take the place of its name.
  const shown = more > 1 ? [...names.slice(0, MOST_NAMES), `${more} more services`] : names;
  return shown.length < 2 ? shown.join('') : `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)}`;
}
