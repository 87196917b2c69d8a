import type { Fleet } from '../ec2/fleet.ts';
import { onDemandPrice } from '../ec2/prices.ts';
import type { Group, LaunchPool } from './group.ts';
import { distributionOf } from './launch-plan.ts';

/**
 * The pools of a group in the order in which it tries them: the zones with the fewest instances first, within a zone as
 * the allocation strategy says. Lazy, because nearly always the first one has capacity.
 * https://docs.aws.amazon.com/autoscaling/ec2/userguide/allocation-strategies.html
 */
export function* poolsInOrder(
  group: Group,
  { fleet, spot, zones }: { readonly fleet: Fleet; readonly spot: boolean; readonly zones?: readonly string[] },
): Generator<LaunchPool> {
  const allowed = zones ? group.pools.filter(({ zone }) => zones.includes(zone)) : group.pools;
  const counts = [...new Set(allowed.map((pool) => group.spread.inZone(pool)))].sort((a, b) => a - b);
  for (const count of counts) {
    const level = allowed.filter((pool) => group.spread.inZone(pool) === count);
    yield* spot ? spotOrder(group, level, fleet) : onDemandOrder(group, level);
  }
}

type Scored = { readonly pool: LaunchPool; readonly score: number };

const spotOrder = (group: Group, pools: readonly LaunchPool[], fleet: Fleet): LaunchPool[] => {
  const { SpotAllocationStrategy: strategy, SpotInstancePools: number = 1 } = distributionOf(group);
  const { market } = fleet;
  const price = (pool: LaunchPool) => market.price(pool) / pool.weight;
  if (strategy === 'lowest-price') return spreadOverCheapest(group, pools, { price, number, fleet });
  if (strategy === 'capacity-optimized-prioritized') {
    // Capacity comes first: the order of the overrides decides between pools that are about equally deep.
    return ordered(pools, (pool) => -Math.round(market.depth(pool) * 10));
  }
  if (strategy === 'capacity-optimized') {
    return ordered(
      pools,
      (pool) => -market.depth(pool),
      (pool) => group.spread.inPool(pool),
    );
  }
  // price-capacity-optimized: the cheapest of the pools that are deep enough; the rest by depth.
  return ordered(pools, (pool) => (market.depth(pool) >= 0.5 ? price(pool) : 1e6 * (1.5 - market.depth(pool))));
};

const onDemandOrder = (group: Group, pools: readonly LaunchPool[]): LaunchPool[] => {
  const cheapestFirst = distributionOf(group).OnDemandAllocationStrategy === 'lowest-price';
  return ordered(pools, (pool) => (cheapestFirst ? onDemandPrice(pool.type) / pool.weight : 0));
};

type Cheapest = {
  readonly price: (pool: LaunchPool) => number;
  readonly number: number;
  readonly fleet: Fleet;
};

// The N cheapest pools with capacity in each zone share the instances evenly; the others are left for when all N fail.
const spreadOverCheapest = (group: Group, pools: readonly LaunchPool[], how: Cheapest): LaunchPool[] => {
  const open = pools.filter((pool) => how.fleet.available(pool));
  const shares = new Map<string, number>();
  const chosen = new Set(
    ordered(open, how.price).filter(({ zone }) => {
      const share = (shares.get(zone) ?? 0) + 1;
      shares.set(zone, share);
      return share <= how.number;
    }),
  );
  return ordered(
    pools,
    (pool) => (chosen.has(pool) ? 0 : 1),
    (pool) => (chosen.has(pool) ? group.spread.inPool(pool) : how.price(pool)),
  );
};

/** By a score, then by another, then in the order of the overrides. */
const ordered = (
  pools: readonly LaunchPool[],
  score: (pool: LaunchPool) => number,
  then: (pool: LaunchPool) => number = () => 0,
): LaunchPool[] => {
  const scored: (Scored & { readonly second: number })[] = pools.map((pool) => ({
    pool,
    score: score(pool),
    second: then(pool),
  }));
  return scored
    .sort((a, b) => a.score - b.score || a.second - b.second || a.pool.priority - b.pool.priority)
    .map(({ pool }) => pool);
};
