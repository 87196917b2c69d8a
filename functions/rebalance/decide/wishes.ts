import { crowdedPools } from '../../../shared/core/offerings/crowded.ts';
import { poolKey } from '../../../shared/model/offerings.ts';
import type { Why } from '../../../shared/model/rebalance-records.ts';
import { currentTypes } from './types-of-group.ts';
import type { GroupMember, GroupView, RegionView } from './view.ts';

/** An instance that would better be another one. */
export type WishToReplace = { readonly member: GroupMember; readonly why: Why };

/**
 * The instances of a group that are to be replaced, the most urgent first: those that EC2 recommends to move off, then
 * those of pools that carry too much, then On-Demand ones that the policy does not ask for any more.
 */
export function wishesOf(view: GroupView, { advices }: Pick<RegionView, 'advices'>): readonly WishToReplace[] {
  const open = new Set((view.replacing?.open ?? []).map(({ instanceId }) => instanceId));
  const inService = view.members
    .filter(({ instanceId, lifecycle }) => lifecycle === 'InService' && !open.has(instanceId))
    .toSorted((a, b) => a.launchedAt - b.launchedAt || (a.instanceId < b.instanceId ? -1 : 1));
  const found = [
    ...inService
      .filter(({ instanceId }) => advices.has(instanceId))
      .map((member) => ({ member, why: 'recommended' as const })),
    ...crowded(view, inService).map((member) => ({ member, why: 'crowded' as const })),
    ...leftBehind(view, inService).map((member) => ({ member, why: 'on-demand' as const })),
  ];
  const first = new Map<string, WishToReplace>();
  for (const wish of found) if (!first.has(wish.member.instanceId)) first.set(wish.member.instanceId, wish);
  return [...first.values()];
}

/** Of each pool that carries too much, the oldest; not while the group's list would bring more of its type. */
function crowded({ group, policy }: GroupView, inService: readonly GroupMember[]): readonly GroupMember[] {
  const types = new Set(currentTypes(group, undefined));
  const pools = crowdedPools(inService, { desired: group.desired, maxPoolShare: policy.maxPoolShare });
  return [...pools].flatMap(([pool, excess]) =>
    inService.filter((one) => one.spot && poolKey(one) === pool && !types.has(one.type)).slice(0, excess),
  );
}

/** https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_InstancesDistribution.html */
function leftBehind({ group }: GroupView, inService: readonly GroupMember[]): readonly GroupMember[] {
  if (group.launch.by !== 'policy') return [];
  const { onDemandBase: base, onDemandPercentage: percentage } = group.launch.policy;
  const wanted = Math.min(group.desired, base) + Math.ceil((Math.max(0, group.desired - base) * percentage) / 100);
  const onDemand = inService.filter(({ spot }) => !spot);
  return onDemand.slice(0, Math.max(0, onDemand.length - wanted));
}
