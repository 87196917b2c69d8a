import type { Way, Why } from '../../../../shared/model/rebalance-records.ts';
import type { GroupMember, ReplaceView } from '../view.ts';

/** By how many the group's desired count rises in this pass already. */
type Asked = { readonly member: GroupMember; readonly why: Why; readonly rises: number };

/** How an instance is replaced; or why it is not, one sentence that says what to do about it. */
export type Means = { readonly way: Way } | { readonly obstacle: string };

/**
 * With Capacity Rebalancing Auto Scaling replaces on its own what is recommended against, whatever we do. Else a group
 * with room above its desired count launches one more; one without gives the instance away and launches another for it.
 * https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-capacity-rebalancing.html
 */
export function meansFor(view: ReplaceView, { member, why, rises }: Asked): Means {
  const { capacityRebalance, desired, minSize, maxSize } = view.group;
  if (capacityRebalance && why === 'recommended' && member.spot) return { way: 'group' };
  const obstacle = obstacleTo(view, member);
  if (obstacle !== undefined) return { obstacle };
  if (desired + rises < maxSize) return { way: 'launch' };
  if (desired > minSize) return { way: 'detach' };
  return {
    obstacle: `its minimum and maximum of ${desired} leave no room; raise the maximum by one, or turn Capacity Rebalancing on`,
  };
}

function obstacleTo(
  { provider, group, isLent, doomed, refreshing }: ReplaceView,
  { protectedFromScaleIn }: GroupMember,
): string | undefined {
  // One instance more or less is not one unit more or less there.
  if (group.counts !== 'instances')
    return `the group's size counts ${group.counts}, not instances; turn Capacity Rebalancing of the group on`;
  if (provider?.managedScaling)
    return `the managed scaling of capacity provider ${provider.name} would undo it; turn Capacity Rebalancing of the group on`;
  const halted = group.suspended.filter((process) => process === 'Launch' || process === 'Terminate');
  if (halted.length > 0) return `its process ${halted.join(' and ')} is suspended; resume it`;
  if (refreshing) return 'an instance refresh is under way; it is looked at again when that has ended';
  if (isLent) return 'failover lends tasks to its cluster; it is looked at again when they are taken back';
  if (doomed.size > 0) return 'other instances of its cluster are about to go; it is looked at again afterwards';
  if (protectedFromScaleIn) return 'it is protected from scale-in; take the protection off';
  return undefined;
}
