import { isOut } from '../../../shared/core/offerings/standing.ts';
import type { Pool } from '../../../shared/model/fleet.ts';
import type { Instant } from '../../../shared/model/instant.ts';
import { poolKey } from '../../../shared/model/offerings.ts';
import { currentTypes } from './types-of-group.ts';
import type { RegionView, ReplaceView } from './view.ts';

/** How much dearer the pool may be to which an instance moves without need. */
const CHEAP = 1.1;

/**
 * The pools that an instance of the group could go to: of the group's types, not its own, not left out, and without a
 * launch that failed lately.
 */
export function poolsToGoTo(
  { group }: ReplaceView,
  from: Pool,
  { region, now }: { readonly region: RegionView; readonly now: Instant },
): readonly Pool[] {
  const failed = region.failed.filter((one) => one.group === group.name);
  return group.zones
    .flatMap((zone) => currentTypes(group, undefined).map((type) => ({ type, zone })))
    .filter((pool) => poolKey(pool) !== poolKey(from) && !isOut(region.standings.get(poolKey(pool)), now))
    .filter(({ type, zone }) => !failed.some((one) => one.zone === zone && (one.type ?? type) === type));
}

/** Those whose Spot price is known and at most 1.1 times that of the pool to leave, On-Demand or Spot. */
export function cheapOnes(
  pools: readonly Pool[],
  { prices }: ReplaceView,
  from: Pool & { readonly spot: boolean },
): readonly Pool[] {
  const paid = from.spot ? prices.spot.get(poolKey(from)) : prices.onDemand.get(from.type);
  if (paid === undefined) return [];
  return pools.filter((pool) => (prices.spot.get(poolKey(pool)) ?? Number.POSITIVE_INFINITY) <= paid * CHEAP);
}

/** The zone to launch in: the instance's own where a pool is left there, else the emptiest. */
export function zoneFor(pools: readonly Pool[], from: Pool, { members }: ReplaceView): string | undefined {
  const zones = [...new Set(pools.map(({ zone }) => zone))];
  const filled = (zone: string): number => members.filter((one) => one.zone === zone).length;
  return zones.includes(from.zone) ? from.zone : zones.toSorted((a, b) => filled(a) - filled(b) || (a < b ? -1 : 1))[0];
}
