import type { Instant } from '../../model/instant.ts';
import { type Catalogue, type Demand, type InstanceType, type Prices, poolKey } from '../../model/offerings.ts';
import type { Standing } from '../../model/rebalance-records.ts';
import { slotsOf } from './slots.ts';
import { isOut, strikesAt } from './standing.ts';

/** What a type offers to a group. Prices are nano-dollars an hour. */
export type Offering = {
  readonly type: string;
  /** `m6i` of `m6i.large` */
  readonly family: string;
  /** Tasks of the cluster's mix that an instance holds; 0: too small for one of them. */
  readonly slots: number;
  /** Spot price a slot, the mean of the good pools; undefined: there is none. */
  readonly perSlot: number | undefined;
  readonly onDemandPerSlot: number | undefined;
  /** One for each zone of the group, in their order. */
  readonly pools: readonly OfferedPool[];
  /** What it is ranked by: `perSlot`, in which pools that failed us lately are dearer than they cost. */
  readonly cost: number | undefined;
};

export type OfferedPool = {
  readonly zone: string;
  readonly offered: boolean;
  readonly price: number | undefined;
  readonly good: boolean;
  /** Left out for a time, because it failed us. */
  readonly out: boolean;
  /** Why it is not good. */
  readonly why: string | undefined;
};

export type Surroundings = {
  readonly zones: readonly string[];
  readonly catalogue: Catalogue;
  readonly prices: Prices;
  /** By pool: `type zone`. */
  readonly standings: ReadonlyMap<string, Standing>;
  /** Spot placement scores, 1 to 10, by zone; undefined: not known. */
  readonly scores: Readonly<Record<string, number>> | undefined;
  readonly demand: Demand;
  readonly now: Instant;
};

/** How much dearer each strike makes a pool. */
const STRIKE_SHARE = 0.1;
const LOW_SCORE = 2;

/**
 * What the types offer, cheapest first, those without a good pool last. A pool is good when EC2 offers the type in the
 * zone, its Spot price is known and not above the On-Demand price, it is not left out, and the zone's placement score
 * is above 2. Where all scores are low they tell nothing apart, and none counts.
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/spot-placement-score.html
 */
export function rank(types: readonly InstanceType[], around: Surroundings): readonly Offering[] {
  const low = lowZones(around);
  return types.map((type) => offeringOf(type, around, low)).sort(byCost);
}

function lowZones({ zones, scores }: Surroundings): ReadonlySet<string> {
  const scored = zones.filter((zone) => scores?.[zone] !== undefined);
  const low = scored.filter((zone) => (scores?.[zone] ?? 0) <= LOW_SCORE);
  return new Set(low.length === scored.length ? [] : low);
}

function offeringOf(type: InstanceType, around: Surroundings, low: ReadonlySet<string>): Offering {
  const { zones, prices, demand } = around;
  const slots = slotsOf(type, demand);
  const onDemand = prices.onDemand.get(type.type);
  const pools = zones.map((zone) => poolOf(type.type, { zone, low: low.has(zone), onDemand }, around));
  let sum = 0;
  let weighed = 0;
  let good = 0;
  for (const pool of pools) {
    if (!pool.good || pool.price === undefined) continue;
    good += 1;
    sum += pool.price;
    weighed += pool.price * (1 + STRIKE_SHARE * strikesOf(type.type, pool.zone, around));
  }
  const perSlot = (price: number): number | undefined => (slots > 0 ? Math.round(price / slots) : undefined);
  return {
    type: type.type,
    family: familyOf(type.type),
    slots,
    perSlot: good === 0 ? undefined : perSlot(sum / good),
    onDemandPerSlot: onDemand === undefined ? undefined : perSlot(onDemand),
    pools,
    cost: good === 0 ? undefined : perSlot(weighed / good),
  };
}

type InZone = { readonly zone: string; readonly low: boolean; readonly onDemand: number | undefined };

function poolOf(type: string, { zone, low, onDemand }: InZone, around: Surroundings): OfferedPool {
  const { catalogue, prices, standings, now } = around;
  const key = poolKey({ type, zone });
  const price = prices.spot.get(key);
  const out = isOut(standings.get(key), now);
  const offered = catalogue.zones.get(type)?.has(zone) ?? false;
  const why = flaw();
  return { zone, offered, price, good: why === undefined, out, why };

  function flaw(): string | undefined {
    if (!offered) return `not offered in ${zone}`;
    if (out) return `left out in ${zone}, where it failed lately`;
    if (price === undefined) return `no Spot price in ${zone}`;
    if (onDemand !== undefined && price > onDemand) return `Spot is dearer than On-Demand in ${zone}`;
    return low ? `low placement score in ${zone}` : undefined;
  }
}

const strikesOf = (type: string, zone: string, { standings, now }: Surroundings): number =>
  strikesAt(standings.get(poolKey({ type, zone })), now);

/** `m6i` of `m6i.large` */
const familyOf = (type: string): string => type.split('.', 1)[0] ?? type;

const byCost = (a: Offering, b: Offering): number =>
  (a.cost ?? Number.POSITIVE_INFINITY) - (b.cost ?? Number.POSITIVE_INFINITY) || (a.type < b.type ? -1 : 1);
