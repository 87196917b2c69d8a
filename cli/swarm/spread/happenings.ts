import { DETACHED_TAG } from '../../../shared/model/offerings.ts';
import type { Group } from '../../../sim/autoscaling/group.ts';
import { isHandsOff } from '../../hands-off.ts';
import { type Happening, managedClusters, oneOf, type Stage } from '../stage.ts';

/** The groups of clusters that spotkeeper looks after. */
const groupsOf = ({ region }: Stage): readonly Group[] =>
  [...region.parts.autoScaling.groups.values()].filter(({ clusterName }) => {
    const cluster = region.parts.ecs.state.clusters.get(clusterName ?? '');
    return cluster !== undefined && !isHandsOff(cluster);
  });

const anyGroup = (stage: Stage): Group | undefined => oneOf(stage, 'spread group', groupsOf(stage));

/** EC2 recommends to move off instances of a group; it takes them back late, soon or never. */
export const advice: Happening = (stage) => {
  const { draw, region, account } = stage;
  const group = anyGroup(stage);
  const spot = [...(group?.instances.values() ?? [])].filter(({ ec2 }) => ec2.spot && ec2.state === 'running');
  for (const { ec2 } of draw.some('advised', spot, draw.whole('advised count', 1, 3))) {
    region.recommendRebalance(ec2.id);
    const comesTrue = draw.pick('comes true', ['never', 'never', 'soon', 'late'] as const);
    if (comesTrue === 'never') continue;
    const [least, most] = comesTrue === 'soon' ? [0, 120_000] : [120_000, 600_000];
    account.clock.after(draw.whole('true after', least, most), () => {
      if (ec2.state === 'running' && ec2.reclaimAt === undefined) region.interrupt(ec2.id);
    });
  }
};

/** Several pools of a group are dry for a while, or all. */
export const dryPools: Happening = (stage) => {
  const { draw, region, account } = stage;
  const group = anyGroup(stage);
  if (!group) return;
  const pools = draw.chance('all dry', 0.4) ? group.pools : draw.some('dry pool', group.pools, 4);
  for (const pool of pools) region.setAvailable(pool, false);
  account.clock.after(draw.whole('dry for', 120_000, 900_000), () => {
    for (const pool of pools) region.setAvailable(pool, true);
  });
};

/** Somebody sets the desired capacity, as a console or a scaling policy does: to a number that was read before. */
export const resizes: Happening = (stage) => {
  const group = anyGroup(stage);
  if (!group) return;
  const { draw, person } = stage;
  const wanted = group.desired + draw.whole('more', -2, 2);
  const DesiredCapacity = Math.min(group.maxSize, Math.max(group.minSize, wanted));
  person.call('autoscaling:SetDesiredCapacity', { AutoScalingGroupName: group.name, DesiredCapacity });
};

export const movesBounds: Happening = (stage) => {
  const group = anyGroup(stage);
  if (!group) return;
  const { draw, person } = stage;
  const change = draw.pick('bounds', [
    { MaxSize: group.desired },
    { MaxSize: group.maxSize + 2 },
    { MinSize: group.desired },
    { MinSize: 0 },
  ]);
  person.call('autoscaling:UpdateAutoScalingGroup', { AutoScalingGroupName: group.name, ...change });
};

/** Terraform sets the policy back to what stands in its files, seconds or minutes after somebody changed it. */
export function reverts(region: Stage['region']): Happening {
  const policies = new Map([...region.parts.autoScaling.groups.values()].map(({ name, policy }) => [name, policy]));
  return (stage) => {
    const group = anyGroup(stage);
    if (!group) return;
    const MixedInstancesPolicy = policies.get(group.name);
    const input = { AutoScalingGroupName: group.name, MixedInstancesPolicy };
    stage.person.call('autoscaling:UpdateAutoScalingGroup', input);
  };
}

/** A person buys otherwise: another On-Demand base. */
export const buysOtherwise: Happening = (stage) => {
  const group = anyGroup(stage);
  if (!group?.policy) return;
  const OnDemandBaseCapacity = stage.draw.whole('other base', 0, 2);
  stage.person.call('autoscaling:UpdateAutoScalingGroup', {
    AutoScalingGroupName: group.name,
    MixedInstancesPolicy: {
      ...group.policy,
      InstancesDistribution: { ...group.policy.InstancesDistribution, OnDemandBaseCapacity },
    },
  });
};

export const togglesCapacityRebalancing: Happening = (stage) => {
  const group = anyGroup(stage);
  if (!group) return;
  stage.person.call('autoscaling:UpdateAutoScalingGroup', {
    AutoScalingGroupName: group.name,
    CapacityRebalance: !group.settings.CapacityRebalance,
  });
};

/** Somebody changes their mind about what rebalance may do in a cluster. */
export const otherMode: Happening = (stage) => {
  const cluster = oneOf(stage, 'retagged', managedClusters(stage.region));
  if (!cluster) return;
  const value = stage.draw.pick('mode', ['off', 'report', 'on']);
  const tags = [{ key: 'spotkeeper:rebalance', value }];
  stage.person.call('ecs:TagResource', { resourceArn: cluster.arn, tags });
};

/** An instance that rebalance took out of its group is ended by somebody who tidies up. */
export const tidiesUp: Happening = (stage) => {
  const out = [...stage.region.parts.fleet.instances.values()].filter(
    ({ tags, state }) => tags[DETACHED_TAG] !== undefined && state === 'running',
  );
  const one = oneOf(stage, 'tidied', out);
  if (one) stage.person.call('ec2:TerminateInstances', { InstanceIds: [one.id] });
};

export const protects: Happening = (stage) => {
  const group = anyGroup(stage);
  if (!group || group.instances.size === 0) return;
  const InstanceIds = stage.draw.some('protected', [...group.instances.keys()], 2);
  const input = { AutoScalingGroupName: group.name, InstanceIds };
  stage.person.call('autoscaling:SetInstanceProtection', { ...input, ProtectedFromScaleIn: true });
};
