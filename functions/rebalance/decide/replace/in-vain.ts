import { type Instant, later } from '../../../../shared/model/instant.ts';
import { poolKey } from '../../../../shared/model/offerings.ts';
import type { OpenReplacement, Replacing, Vain } from '../../../../shared/model/rebalance-records.ts';
import type { ReplaceView } from '../view.ts';

/** A recommendation counts for as long. */
export const VAIN_HOURS = 6;

const ON_DEMAND = 'on-demand';

/**
 * A successor that is no better than what it replaces: On-Demand where Spot was wanted, or in the pool that EC2 wants
 * back. LaunchInstances takes zones, not types, so which pool of a zone it is in is Auto Scaling's choice.
 * https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_LaunchInstances.html
 */
export function isNoBetter({ why, way, pool, successor }: OpenReplacement, { members }: ReplaceView): boolean {
  const next = members.find(({ instanceId }) => instanceId === successor);
  // What Capacity Rebalancing launches is not ours to judge: it ends the old one whatever we say.
  if (next === undefined || way === 'group') return false;
  if (why === 'on-demand') return !next.spot;
  return why === 'recommended' && next.spot && poolKey(next) === poolKey(pool);
}

/** What is not begun for a while: to move the group's On-Demand instances to Spot, or to replace the successor itself. */
export const vainUntil = ({ why, successor }: OpenReplacement, now: Instant): Vain => ({
  of: why === 'on-demand' ? ON_DEMAND : (successor ?? ''),
  until: later(now, VAIN_HOURS * 3_600_000),
});

/** Did this instance come, not long ago, in the place of another of its own pool that EC2 wanted back? */
export const cameInVain = (replacing: Replacing | undefined, instanceId: string, now: Instant): boolean =>
  stillVain(replacing, now).some(({ of }) => of === instanceId);

export const stillVain = (replacing: Replacing | undefined, now: Instant): readonly Vain[] =>
  (replacing?.vain ?? []).filter(({ until }) => now < until);

/** Is moving the group's On-Demand instances to Spot put off? */
export const keepsOnDemand = (replacing: Replacing | undefined, now: Instant): boolean =>
  stillVain(replacing, now).some(({ of }) => of === ON_DEMAND);
