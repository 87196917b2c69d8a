import { capacities, type NanoUsd } from '../../model/ledger.ts';
import type {
  ClusterSpending,
  OfCluster,
  Period,
  PoolSpending,
  RegionSpending,
  Report,
  ServiceSpending,
  Spending,
  TrendPoint,
} from '../../model/report.ts';
import { coolOffsOf, findingsOf, standbysOf } from './advice.ts';
import { failoversOf, interruptionsOf } from './happenings.ts';
import type { ReportMaterial, Stretch } from './material.ts';
import { addedUp, consumerKey, knownMs, type LedgerSums, moneyOf, type PoolSum, type ServiceSum } from './sums.ts';
import { unusedOf } from './unused.ts';

/** So much of an earlier time must be known to be compared with. */
const COMPARABLE = 0.9;
const HOUR_SECONDS = 3600;

/**
 * One report from what is known: every figure is a sum of ledger lines, so that the lists add up to the total exactly.
 * `before` is the same number of stretches right before the period, where the ledger knows nine tenths of them.
 */
export function reportOf(material: ReportMaterial): Report {
  const { period, stretches } = material;
  const first = stretches.findIndex(({ from }) => from >= period.from);
  const within = stretches.filter(({ from }) => from >= period.from && from < period.to);
  const sums = addedUp(within.map((stretch) => stretch.sums));
  const total = spendingOf(sums.services);
  return {
    period,
    account: material.account,
    mode: material.mode,
    knownMs: knownMs(sums, period),
    // One cluster's gap is time of which nobody can say what ran there; that of many at once is no more time.
    gapMs: Math.max(0, ...sums.gaps.values()),
    total,
    before: beforeOf(stretches.slice(0, Math.max(0, first)), within.length),
    regions: regionsOf(sums),
    clusters: clustersOf(sums),
    services: servicesOf(sums),
    pools: sums.pools
      .map(poolSpending)
      .sort(costliest(({ region, pool, capacity }) => `${region} ${pool} ${capacity}`)),
    trend: trendOf(stretches),
    freed: sums.freed,
    interruptions: interruptionsOf(material.interruptions),
    failovers: failoversOf(material.incidents, period),
    failoverCost: total.lent,
    coolOffs: coolOffsOf(material),
    standbys: standbysOf(material),
    unused: unusedOf(material),
    findings: findingsOf(material),
    missingPrices: sums.missingPrices,
  };
}

/** How money was spent, as ledger lines have it. */
export function spendingOf(lines: readonly ServiceSum[]): Spending {
  const money = moneyOf(lines);
  const costOf = (is: (line: ServiceSum) => boolean): NanoUsd => moneyOf(lines.filter(is)).cost;
  const byCapacity = Object.fromEntries(
    capacities.map((capacity) => [capacity, costOf((line) => line.capacity === capacity)]),
  ) as Spending['byCapacity'];
  return {
    ...money,
    saved: money.onDemand - money.cost,
    byCapacity,
    lent: costOf(({ lent }) => lent),
    idle: costOf(({ consumer }) => consumer.of === 'idle'),
  };
}

function beforeOf(earlier: readonly Stretch[], count: number): Spending | undefined {
  const before = earlier.slice(-count);
  const [first, last] = [before[0], before.at(-1)];
  if (first === undefined || last === undefined || before.length < count) return undefined;
  const sums = addedUp(before.map((stretch) => stretch.sums));
  const span = { from: first.from, to: last.to };
  return knownMs(sums, span) < COMPARABLE * (span.to - span.from) ? undefined : spendingOf(sums.services);
}

const regionsOf = ({ services }: LedgerSums): readonly RegionSpending[] =>
  [...Map.groupBy(services, ({ region }) => region)]
    .map(([region, lines]) => ({ region, ...spendingOf(lines) }))
    .sort(costliest<RegionSpending>(({ region }) => region));

const clustersOf = ({ services }: LedgerSums): readonly ClusterSpending[] =>
  [...Map.groupBy(services, clusterKey).values()]
    .map((lines) => ({ ...ofCluster(lines), ...spendingOf(lines) }))
    .sort(costliest<ClusterSpending>(clusterKey));

const servicesOf = ({ services }: LedgerSums): readonly ServiceSpending[] =>
  [...Map.groupBy(services, serviceKey).values()]
    .map((lines) => ({ ...ofCluster(lines), consumer: (lines[0] as ServiceSum).consumer, ...spendingOf(lines) }))
    .sort(costliest<ServiceSpending>(serviceKey));

const clusterKey = ({ region, cluster }: OfCluster): string => `${region} ${cluster}`;

const serviceKey = (line: OfCluster & Pick<ServiceSum, 'consumer'>): string =>
  `${clusterKey(line)} ${consumerKey(line.consumer)}`;

function ofCluster(lines: readonly ServiceSum[]): OfCluster {
  const { region, cluster } = lines[0] as ServiceSum;
  return { region, cluster };
}

const poolSpending = ({ seconds, ...pool }: PoolSum): PoolSpending => ({ ...pool, hours: seconds / HOUR_SECONDS });

/** What costs most comes first; names decide between equals. */
const costliest =
  <T extends { readonly cost: NanoUsd }>(key: (one: T) => string) =>
  (a: T, b: T): number =>
    b.cost - a.cost || (key(a) < key(b) ? -1 : 1);

/** From the first stretch on of which anything is known. */
function trendOf(stretches: readonly Stretch[]): readonly TrendPoint[] {
  const first = stretches.findIndex((stretch) => knownMs(stretch.sums, stretch) > 0);
  if (first < 0) return [];
  return stretches.slice(first).map(({ label, sums }) => {
    const { cost, onDemand } = moneyOf(sums.services);
    return { label, cost, saved: onDemand - cost };
  });
}

/** Is nothing known, of the days before neither? A new installation has no ledger of the day before it. */
export const isEmpty = ({ trend, failovers, interruptions }: Report): boolean =>
  trend.length === 0 && failovers.length === 0 && interruptions.noticed + interruptions.missed === 0;

/** The stretches that a report of these days needs: their own, and as many before, a week in all at the least. */
export const daysBefore = ({ kind }: Pick<Period, 'kind'>): number => (kind === 'daily' ? 6 : 7);
