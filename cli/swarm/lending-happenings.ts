import { RUNG_TAG, STANDBY_OF } from '../../shared/model/lending.ts';
import { type EcsService, primary } from '../../sim/ecs/model.ts';
import { type Happening, managedClusters, managedServices, oneOf, type Stage, standbysOf } from './stage.ts';

/** EC2 takes some instances of a cluster's groups back and has no more of them for a while. */
export const drought: Happening = (stage) => {
  const { account, draw, region } = stage;
  const groups = [...region.parts.autoScaling.groups.values()].filter(({ clusterName }) => clusterName !== undefined);
  const group = oneOf(stage, 'group', groups);
  if (!group) return;
  const siblings = groups.filter(({ clusterName }) => clusterName === group.clusterName);
  const pools = siblings.flatMap((one) => one.pools);
  for (const pool of pools) region.setAvailable(pool, false);
  const { type, zone } = draw.pick('pool', pools);
  const count = draw.whole('count', 1, 3);
  region.interruptPool({ type, zone, count, overMs: draw.whole('over', 0, 20_000) });
  account.clock.after(draw.whole('dry for', 60_000, 240_000), () => {
    for (const pool of pools) region.setAvailable(pool, true);
  });
};

/** Fargate Spot, or all of Fargate, has no room for a while. */
export const fargateDry: Happening = ({ account, draw, region }) => {
  const kinds = draw.pick('kinds', [[true], [true], [true, false]]);
  for (const spot of kinds) region.setFargateCapacity({ spot, vcpus: 0 });
  account.clock.after(draw.whole('fargate dry for', 30_000, 180_000), () => {
    for (const spot of kinds) region.setFargateCapacity({ spot, vcpus: Number.POSITIVE_INFINITY });
  });
};

/** A lent task of Fargate Spot gets its notice. */
export const lentTaskNotice: Happening = ({ draw, region }) => {
  region.interruptFargateSpot(draw.whole('lent', 1, 2));
};

const standby = (stage: Stage): EcsService | undefined => oneOf(stage, 'standby', standbysOf(stage));

const named = ({ cluster, name }: EcsService) => ({ cluster: cluster.name, service: name });

/** Somebody gives a standby another count. */
export const standbyScaled: Happening = (stage) => {
  const one = standby(stage);
  if (!one) return;
  const desiredCount = Math.max(0, one.desired + stage.draw.pick('change', [-1, 1, 2]));
  stage.person.call('ecs:UpdateService', { ...named(one), desiredCount });
};

/** Somebody lets a standby run something else. */
export const standbyRedefined: Happening = (stage) => {
  const one = standby(stage);
  if (!one) return;
  const { registered } = primary(one).definition;
  const [first, ...others] = registered.containerDefinitions ?? [];
  const containerDefinitions = [{ ...first, image: `${first?.image}-mine` }, ...others];
  stage.person.call('ecs:RegisterTaskDefinition', { ...registered, containerDefinitions });
  stage.person.call('ecs:UpdateService', { ...named(one), taskDefinition: registered.family }, 1_000);
};

export const standbyDeleted: Happening = (stage) => {
  const one = standby(stage);
  if (one) stage.person.call('ecs:DeleteService', { ...named(one), force: true });
};

/** Somebody takes the tags off a standby: it is not spotkeeper's any more. */
export const standbyUntagged: Happening = (stage) => {
  const one = standby(stage);
  if (!one) return;
  stage.person.call('ecs:UntagResource', { resourceArn: one.arn, tagKeys: [STANDBY_OF, RUNG_TAG] });
};

const replica = (stage: Stage): EcsService | undefined =>
  oneOf(
    stage,
    'main',
    managedServices(stage).filter(({ scheduling, status }) => scheduling === 'REPLICA' && status === 'ACTIVE'),
  );

export const mainDeleted: Happening = (stage) => {
  const one = replica(stage);
  if (one) stage.person.call('ecs:DeleteService', { ...named(one), force: true });
};

/** An owner wants no tasks lent any more, or other rungs. */
export const otherLadder: Happening = (stage) => {
  const one = replica(stage);
  if (!one) return;
  const value = stage.draw.pick('ladder', ['none', 'none', 'fargate', 'fargate-spot/fargate', 'on-demand']);
  stage.person.call('ecs:TagResource', { resourceArn: one.arn, tags: [{ key: 'spotkeeper:failover', value }] });
};

/** Infrastructure code sets the On-Demand base back. */
export const baseSetBack: Happening = (stage) => {
  const groups = [...stage.region.parts.autoScaling.groups.values()];
  const raised = groups.filter(({ policy }) => (policy?.InstancesDistribution?.OnDemandBaseCapacity ?? 0) > 0);
  const group = oneOf(stage, 'raised', raised);
  if (!group) return;
  stage.person.call('autoscaling:UpdateAutoScalingGroup', {
    AutoScalingGroupName: group.name,
    MixedInstancesPolicy: { InstancesDistribution: { OnDemandBaseCapacity: 0 } },
  });
};

/** A cluster loses its Fargate providers; ECS refuses while a service uses them. */
export const losesProviders: Happening = (stage) => {
  const cluster = oneOf(stage, 'cluster', managedClusters(stage.region));
  if (!cluster) return;
  const capacityProviders = cluster.capacityProviders.filter((name) => !name.startsWith('FARGATE'));
  stage.person.call('ecs:PutClusterCapacityProviders', {
    cluster: cluster.name,
    capacityProviders,
    defaultCapacityProviderStrategy: [],
  });
};

/** Fargate has room again, and what it carries is bounded by the quotas alone. */
export const fargateCalm: Happening = ({ region }) => {
  for (const spot of [true, false]) region.setFargateCapacity({ spot, vcpus: Number.POSITIVE_INFINITY });
};
