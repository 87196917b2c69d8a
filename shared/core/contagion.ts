import type { Pool } from '../model/fleet.ts';
import type { Instant } from '../model/instant.ts';
import type { Host } from '../model/lending.ts';

/** EC2 is about to take a Spot instance away, and said so at this moment. */
export type PoolNotice = { readonly instanceId: string; readonly pool: Pool; readonly at: Instant };

/** What the notices of a pool say of the instances that are left in it. */
export type Contagion = {
  readonly pool: Pool;
  /** Instances of it under notice since three minutes ago. */
  readonly notices: number;
  /** How many of those that are left count as doomed, too. */
  readonly further: number;
};

/** Of interruptions that a pool's instances shared, more than 92 % fell within three minutes. */
export const CONTAGION_WINDOW_MS = 180_000;

/**
 * The further losses to expect in each pool that had a notice lately. One notice says nothing; from the second within
 * three minutes on, as many instances again as are under notice, times `factor`, rounded, and never more than are left.
 *
 * @param left the Spot instances that are not under notice
 * @param factor the setting `contagion`, 0 to 1
 */
export function contagion(
  notices: readonly PoolNotice[],
  left: readonly Host[],
  { factor, now }: { readonly factor: number; readonly now: Instant },
): readonly Contagion[] {
  const recent = notices.filter(({ at }) => at <= now && now - at <= CONTAGION_WINDOW_MS);
  const pools = new Map(recent.map(({ pool }) => [nameOf(pool), pool]));
  return [...pools.keys()].sort().flatMap((name) => {
    const pool = pools.get(name);
    if (!pool) return [];
    const hit = new Set(recent.flatMap((notice) => (nameOf(notice.pool) === name ? notice.instanceId : []))).size;
    const most = left.filter((host) => host.pool && nameOf(host.pool) === name).length;
    return { pool, notices: hit, further: hit < 2 ? 0 : Math.min(most, Math.round(hit * factor)) };
  });
}

/**
 * The instances that count as doomed with their pools: those registered first, since which ones EC2 takes is not known
 * and the choice must not change from pass to pass; of equals by ARN. To be counted in the deficit, not to be drained.
 *
 * @param left as given to `contagion`
 */
export function doomedByContagion(left: readonly Host[], contagions: readonly Contagion[]): readonly Host[] {
  const oldest = left.toSorted((a, b) => a.registeredAt - b.registeredAt || (a.arn < b.arn ? -1 : 1));
  return contagions.flatMap(({ pool, further }) =>
    oldest.filter((host) => host.pool && nameOf(host.pool) === nameOf(pool)).slice(0, further),
  );
}

const nameOf = ({ type, zone }: Pool): string => `${type} ${zone}`;
