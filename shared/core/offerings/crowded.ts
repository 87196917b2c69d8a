import { poolKey } from '../../model/offerings.ts';

/** An instance as far as counting pools needs it. */
type Counted = { readonly type: string; readonly zone: string; readonly spot: boolean };

/** How many instances of a group one pool may carry: its share of the desired count, rounded up, at least one. */
export const mostInPool = (desired: number, maxPoolShare: number): number =>
  Math.max(1, Math.ceil(desired * maxPoolShare));

/**
 * The pools that carry more Spot Instances of a group than they may.
 * @param maxPoolShare 0 to 1
 * @returns by pool (`type zone`): how many are too many
 */
export function crowdedPools(
  members: readonly Counted[],
  { desired, maxPoolShare }: { readonly desired: number; readonly maxPoolShare: number },
): ReadonlyMap<string, number> {
  const most = mostInPool(desired, maxPoolShare);
  const counts = Map.groupBy(
    members.filter(({ spot }) => spot),
    poolKey,
  );
  return new Map([...counts].flatMap(([pool, some]) => (some.length > most ? [[pool, some.length - most]] : [])));
}
