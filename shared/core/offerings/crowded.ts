import { poolKey } from '../../model/offerings.ts';

/** An instance as far as counting pools needs it. */
type Counted = { readonly type: string; readonly zone: string; readonly spot: boolean };

type Limits = { readonly desired: number; readonly maxPoolShare: number };

/** What a decimal share loses in binary. */
const ROUNDING = 1e-9;

/** How many instances of a group one pool may carry: never more than its share of the desired count, but for one. */
const mostInPool = ({ desired, maxPoolShare }: Limits): number =>
  Math.max(1, Math.floor(desired * maxPoolShare + ROUNDING));

/**
 * The pools that carry more Spot Instances of a group than they may.
 * @param maxPoolShare 0 to 1
 * @returns by pool (`type zone`): how many are too many
 */
export function crowdedPools(members: readonly Counted[], limits: Limits): ReadonlyMap<string, number> {
  const most = mostInPool(limits);
  return new Map(
    [...byPool(members)].flatMap(([pool, { length }]) => (length > most ? [[pool, length - most] as const] : [])),
  );
}

/**
 * The types that a group is not to launch while a pool of it carries too many: those of all pools in that zone that carry
 * as many as they may. If only the crowded one were left out, what moves off it would crowd the next.
 */
export function fullTypes(members: readonly Counted[], limits: Limits): ReadonlySet<string> {
  const most = mostInPool(limits);
  const pools = [...byPool(members).values()].flatMap((here) => {
    const [first] = here;
    return first === undefined ? [] : [{ ...first, carries: here.length }];
  });
  const zones = new Set(pools.flatMap(({ zone, carries }) => (carries > most ? zone : [])));
  return new Set(pools.flatMap(({ type, zone, carries }) => (zones.has(zone) && carries >= most ? type : [])));
}

const byPool = (members: readonly Counted[]): ReadonlyMap<string, readonly Counted[]> =>
  Map.groupBy(
    members.filter(({ spot }) => spot),
    poolKey,
  );
