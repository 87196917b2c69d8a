import { crowdedPools } from '../../../../shared/core/offerings/crowded.ts';
import { type Instant, later } from '../../../../shared/model/instant.ts';
import { poolKey } from '../../../../shared/model/offerings.ts';
import { currentTypes } from '../types-of-group.ts';
import type { GroupMember, GroupView } from '../view.ts';

/** What nobody waits for goes one by one, with so long between two. */
const CALM_STEP_MS = 600_000;

/** Did the last replacement begin long enough ago, for one that nobody waits for? */
export const hasRested = ({ replacing }: Pick<GroupView, 'replacing'>, now: Instant): boolean =>
  replacing === undefined || now >= later(replacing.lastAt, CALM_STEP_MS);

/** https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-lifecycle.html */
export const inService = ({ lifecycle }: { readonly lifecycle: string }): boolean => lifecycle === 'InService';

/**
 * Members in pools that carry more than they may and that the group does not launch any more: others take their place.
 * @returns by pool (`type zone`): its members, and how many are too many
 */
export function crowdedMembers({
  group,
  members,
  policy,
}: GroupView): ReadonlyMap<string, { readonly members: readonly GroupMember[]; readonly excess: number }> {
  const { desired } = group;
  const types = new Set(currentTypes(group, undefined));
  if (types.size === 0 || group.counts !== 'instances') return new Map();
  const serving = members.filter(inService);
  const crowded = crowdedPools(serving, { desired, maxPoolShare: policy.maxPoolShare });
  return new Map(
    [...crowded].flatMap(([pool, excess]) => {
      const here = serving.filter((one) => one.spot && poolKey(one) === pool);
      return here.some(({ type }) => types.has(type)) ? [] : [[pool, { members: here, excess }] as const];
    }),
  );
}

/**
 * How many On-Demand instances a group's distribution calls for. Auto Scaling rounds the percentage above the base up.
 * https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_InstancesDistribution.html
 * @returns undefined where it has none, or where its size does not count instances
 */
export function onDemandCalledFor({ group: { launch, desired, counts } }: GroupView): number | undefined {
  if (launch.by !== 'policy' || counts !== 'instances') return undefined;
  const { onDemandBase, onDemandPercentage } = launch.policy;
  const base = Math.min(desired, onDemandBase);
  return base + Math.ceil(((desired - base) * onDemandPercentage) / 100);
}

/** On-Demand instances in service, where there are more than the distribution calls for. */
export function onDemandExcess(view: GroupView): readonly GroupMember[] {
  const calledFor = onDemandCalledFor(view);
  const has = view.members.filter((one) => inService(one) && !one.spot);
  return calledFor !== undefined && has.length > calledFor ? has : [];
}
