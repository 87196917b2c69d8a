import { shortName } from '../../model/arn.ts';
import { type Instant, instant } from '../../model/instant.ts';
import type { Capacity, Consumer, LedgerEntry, Money, NanoUsd } from '../../model/ledger.ts';

/** What one consumer used of one kind of capacity, over any time. */
export type ServiceSum = Money & {
  readonly region: string;
  /** name */
  readonly cluster: string;
  readonly consumer: Consumer;
  readonly capacity: Capacity;
  readonly lent: boolean;
};

/** What ran in one pool, over any time. */
export type PoolSum = Money & {
  readonly region: string;
  readonly capacity: Capacity;
  /** `m6i.large eu-west-1a`, `Fargate Spot` */
  readonly pool: string;
  readonly seconds: number;
};

type Span = { readonly from: Instant; readonly to: Instant };

/** Ledger entries added up: a month of a large account in a few hundred lines. */
export type LedgerSums = {
  readonly services: readonly ServiceSum[];
  readonly pools: readonly PoolSum[];
  /** Times of which some cluster's entries tell, in order, without overlaps. */
  readonly known: readonly Span[];
  /** Time that is lost, by cluster (`region name`), milliseconds. */
  readonly gaps: ReadonlyMap<string, number>;
  readonly freed: { readonly instances: number; readonly cost: NanoUsd };
  readonly missingPrices: readonly string[];
};

/** Adds entries up. Their order does not matter, and sums of sums are sums. */
export function sumsOf(entries: readonly LedgerEntry[]): LedgerSums {
  return joined({
    services: entries.flatMap(({ region, cluster, services }) =>
      services.map(({ cost, onDemand, fargate, consumer, capacity, lent }) => ({
        ...{ region, cluster: shortName(cluster), consumer, capacity, lent },
        ...{ cost, onDemand, fargate },
      })),
    ),
    pools: entries.flatMap(({ region, pools }) =>
      pools.map(({ cost, onDemand, fargate, capacity, type, zone, seconds }) => ({
        ...{ region, capacity, pool: poolName({ capacity, type, zone }) },
        ...{ cost, onDemand, fargate, seconds },
      })),
    ),
    known: entries.map(({ from, to }) => ({ from, to })),
    gaps: entries.map(({ region, cluster, gapMs }) => [`${region} ${shortName(cluster)}`, gapMs] as const),
    freed: entries.map(({ freed }) => freed),
    missingPrices: entries.flatMap(({ missingPrices }) => missingPrices),
  });
}

/** The sums of a time from those of its parts. */
export const addedUp = (parts: readonly LedgerSums[]): LedgerSums =>
  joined({
    services: parts.flatMap(({ services }) => services),
    pools: parts.flatMap(({ pools }) => pools),
    known: parts.flatMap(({ known }) => known),
    gaps: parts.flatMap(({ gaps }) => [...gaps]),
    freed: parts.map(({ freed }) => freed),
    missingPrices: parts.flatMap(({ missingPrices }) => missingPrices),
  });

type Loose = {
  readonly services: readonly ServiceSum[];
  readonly pools: readonly PoolSum[];
  readonly known: readonly Span[];
  readonly gaps: readonly (readonly [string, number])[];
  readonly freed: readonly LedgerSums['freed'][];
  readonly missingPrices: readonly string[];
};

function joined({ services, pools, known, gaps, freed, missingPrices }: Loose): LedgerSums {
  const lost = new Map<string, number>();
  for (const [cluster, ms] of gaps) if (ms > 0) lost.set(cluster, (lost.get(cluster) ?? 0) + ms);
  return {
    services: [...Map.groupBy(services, serviceKey).values()].map(
      (same) => ({ ...same[0], ...moneyOf(same) }) as ServiceSum,
    ),
    pools: [...Map.groupBy(pools, poolKey).values()].map(
      (same) => ({ ...same[0], ...moneyOf(same), seconds: total(same, ({ seconds }) => seconds) }) as PoolSum,
    ),
    known: unionOf(known),
    gaps: lost,
    freed: { instances: total(freed, ({ instances }) => instances), cost: total(freed, ({ cost }) => cost) },
    missingPrices: [...new Set(missingPrices)].sort(),
  };
}

/** Money adds up line by line. */
export const moneyOf = (lines: readonly Money[]): Money => ({
  cost: total(lines, ({ cost }) => cost),
  onDemand: total(lines, ({ onDemand }) => onDemand),
  fargate: total(lines, ({ fargate }) => fargate),
});

const total = <T>(all: readonly T[], of: (one: T) => number): number => all.reduce((sum, one) => sum + of(one), 0);

/** Of idle room: no name. */
export const consumerKey = (consumer: Consumer): string =>
  consumer.of === 'idle' ? 'idle' : `${consumer.of} ${consumer.name}`;

const serviceKey = ({ region, cluster, consumer, capacity, lent }: ServiceSum): string =>
  `${region} ${cluster} ${capacity} ${lent} ${consumerKey(consumer)}`;

const poolKey = ({ region, capacity, pool }: PoolSum): string => `${region} ${capacity} ${pool}`;

function poolName(line: { capacity: Capacity; type: string | undefined; zone: string | undefined }): string {
  if (line.capacity === 'fargate') return 'Fargate';
  if (line.capacity === 'fargate-spot') return 'Fargate Spot';
  return `${line.type ?? 'unknown type'} ${line.zone ?? 'unknown zone'}`;
}

function unionOf(spans: readonly Span[]): readonly Span[] {
  const union: { from: Instant; to: Instant }[] = [];
  for (const { from, to } of spans.toSorted((a, b) => a.from - b.from)) {
    const last = union.at(-1);
    if (last === undefined || from > last.to) union.push({ from, to });
    else last.to = instant(Math.max(last.to, to));
  }
  return union;
}

/** How much of a time the sums know, milliseconds. */
export const knownMs = ({ known }: LedgerSums, { from, to }: Span): number =>
  total(known, (span) => Math.max(0, Math.min(span.to, to) - Math.max(span.from, from)));
