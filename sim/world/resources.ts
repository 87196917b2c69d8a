import type { MixedInstancesPolicy } from '@aws-sdk/client-auto-scaling';
import { type Group, type LaunchPool, managedDrainingHook } from '../autoscaling/group.ts';
import { launchPools } from '../autoscaling/launch-plan.ts';
import { emptyGroup } from '../autoscaling/new-group.ts';
import type { Fleet } from '../ec2/fleet.ts';
import type { Pool } from '../ec2/instance.ts';
import type { Cluster, EcsService, TaskDefinition } from '../ecs/model.ts';
import type { TargetGroupOptions } from '../elbv2/target-group.ts';
import type { ClusterOptions, DefinitionOptions, GroupOptions, NewTargetGroup, ServiceOptions } from './options.ts';
import type { World } from './world.ts';

const defaultBootMs = 150_000;

/** The hook that ECS adds to the group of a capacity provider with managed draining. */
const managedHook = { name: managedDrainingHook, heartbeatTimeoutSeconds: 3_600 };

/** A cluster as CreateCluster makes it. */
export const newCluster = (world: World, options: ClusterOptions): Cluster => ({
  sequence: world.ids.next('cluster'),
  arn: world.arn('ecs', `cluster/${options.name}`),
  name: options.name,
  tags: options.tags ?? {},
  capacityProviders: [...(options.capacityProviders ?? [])],
  instances: new Map(),
  services: new Map(),
  tasks: new Map(),
});

/** The settings of a target group, the left out ones filled in. */
export const targetGroupOptions = (options: NewTargetGroup): TargetGroupOptions => ({
  kind: 'application',
  targetType: 'ip',
  port: 8080,
  deregistrationDelaySeconds: 30,
  healthCheckIntervalSeconds: 10,
  healthyThresholdCount: 2,
  ...options,
});

/** An Auto Scaling group without instances; its pools become a mixed-instances policy that spreads over them. */
export const newGroup = (world: World, fleet: Fleet, options: GroupOptions): Group => {
  const managed = options.managedDraining ?? false;
  const hooks = [...(options.hooks ?? []), ...(managed ? [managedHook] : [])];
  const policy = options.policy ?? spreadingPolicy(fleet, options);
  const group = emptyGroup(world, {
    name: options.name,
    clusterName: options.cluster?.name,
    capacityProviderName: options.capacityProvider,
    minSize: options.minSize ?? 0,
    maxSize: options.maxSize ?? 2 * options.desired,
    desired: options.desired,
    zones: [...new Set(options.pools.map(({ zone }) => zone))],
    bootMs: options.bootMs ?? defaultBootMs,
    managedDraining: managed,
    agentDrainsOnSpot: options.agentDrainsOnSpot ?? false,
    policy,
  });
  for (const hook of hooks) group.hooks.set(hook.name, hook);
  for (const [key, value] of Object.entries(options.tags ?? {})) group.tags.set(key, { value, atLaunch: true });
  group.settings.CapacityRebalance = options.capacityRebalance ?? false;
  group.pools = options.policy ? launchPools(group, fleet) : fixedPools(options.pools, policy);
  return group;
};

const typesIn = (pools: readonly Pool[]): string[] => [...new Set(pools.map(({ type }) => type))];

/** Even over all the pools of a zone, which is lowest-price with as many pools as there are types. */
const spreadingPolicy = (fleet: Fleet, { name, pools, spot = true }: GroupOptions): MixedInstancesPolicy => {
  const types = typesIn(pools);
  const template = fleet.templates.create({ name, data: {} });
  return {
    LaunchTemplate: {
      LaunchTemplateSpecification: { LaunchTemplateId: template.id, LaunchTemplateName: name, Version: '1' },
      Overrides: types.map((InstanceType) => ({ InstanceType })),
    },
    InstancesDistribution: {
      OnDemandPercentageAboveBaseCapacity: spot ? 0 : 100,
      SpotAllocationStrategy: 'lowest-price',
      SpotInstancePools: Math.min(20, Math.max(1, types.length)),
    },
  };
};

const fixedPools = (pools: readonly Pool[], policy: MixedInstancesPolicy): LaunchPool[] => {
  const types = typesIn(pools);
  const template = policy.LaunchTemplate?.LaunchTemplateSpecification;
  return pools.map(({ type, zone }) => ({
    type,
    zone,
    weight: 1,
    priority: types.indexOf(type),
    ...(template ? { template } : {}),
  }));
};

/** A first revision of a task definition with one container. */
export const newDefinition = (world: World, family: string, options: DefinitionOptions): TaskDefinition => {
  const revision = world.ids.next(`revision ${family}`);
  const { networkMode = 'awsvpc', containerPort = 8_080 } = options;
  return {
    sequence: world.ids.next('task-definition'),
    arn: world.arn('ecs', `task-definition/${family}:${revision}`),
    family,
    revision,
    containerName: 'app',
    image: `${world.account}.dkr.ecr.${world.region}.amazonaws.com/${family}:1`,
    cpu: options.cpu ?? 256,
    memory: options.memory ?? 512,
    networkMode,
    containerPort,
    // In host mode the container's port is the host's.
    hostPort: options.hostPort ?? (networkMode === 'host' ? containerPort : 0),
    stopTimeoutSeconds: options.stopTimeoutSeconds,
    startMs: options.startMs ?? 8_000,
    stopMs: options.stopMs ?? 1_000,
    containerHealthyAfterMs: options.containerHealthyAfterMs,
  };
};

/** A service as CreateService makes it, without tasks. */
export const newService = (world: World, definition: TaskDefinition, options: ServiceOptions): EcsService => {
  const { cluster, name } = options;
  const daemon = options.scheduling === 'DAEMON';
  const facts = world.tally.service({ region: world.region, cluster: cluster.name, service: name });
  const desired = daemon ? 0 : (options.desired ?? 1);
  facts.desired = desired;
  return {
    sequence: world.ids.next('service'),
    arn: world.arn('ecs', `service/${cluster.name}/${name}`),
    name,
    cluster,
    scheduling: options.scheduling ?? 'REPLICA',
    minimumHealthyPercent: options.minimumHealthyPercent ?? (daemon ? 0 : 100),
    maximumPercent: options.maximumPercent ?? (daemon ? 100 : 200),
    definition,
    targetGroup: options.targetGroup,
    capacityProviderName: options.capacityProvider,
    deploymentId: `ecs-svc/${world.ids.hex('deployment', 19)}`,
    tags: options.tags ?? {},
    createdAt: world.now(),
    facts,
    desired,
    tasks: new Map(),
  };
};
