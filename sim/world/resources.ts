import type { MixedInstancesPolicy } from '@aws-sdk/client-auto-scaling';
import type { LogConfiguration, RegisterTaskDefinitionRequest } from '@aws-sdk/client-ecs';
import type { Group, LaunchPool } from '../autoscaling/group.ts';
import { launchPools } from '../autoscaling/launch-plan.ts';
import { emptyGroup } from '../autoscaling/new-group.ts';
import type { Fleet } from '../ec2/fleet.ts';
import { imageFor } from '../ec2/images.ts';
import { type Pool, sizeOf } from '../ec2/instance.ts';
import { defaultScaling, type ProviderSettings } from '../ecs/capacity-providers/providers.ts';
import { behaviourLabels, deriveDefinition } from '../ecs/definitions/derive.ts';
import type { Launch } from '../ecs/model/capacity-provider.ts';
import type { TaskDefinition } from '../ecs/model/task-definition.ts';
import type { Cluster, EcsService } from '../ecs/model.ts';
import { blankService } from '../ecs/services/create-service.ts';
import type { TargetGroupOptions } from '../elbv2/target-group.ts';
import type { ClusterOptions, DefinitionOptions, GroupOptions, NewTargetGroup, ServiceOptions } from './options.ts';
import type { World } from './world.ts';

const defaultBootMs = 150_000;

/** A cluster as CreateCluster makes it. */
export const newCluster = (world: World, options: ClusterOptions): Cluster => ({
  sequence: world.ids.next('cluster'),
  arn: world.arn('ecs', `cluster/${options.name}`),
  name: options.name,
  tags: options.tags ?? {},
  capacityProviders: [...(options.capacityProviders ?? [])],
  attachmentsStatus: 'UPDATE_COMPLETE',
  defaultStrategy: [],
  settings: [{ name: 'containerInsights', value: 'disabled' }],
  configuration: undefined,
  serviceConnectDefaults: undefined,
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
  const policy = options.policy ?? spreadingPolicy(fleet, options);
  const group = emptyGroup(world, {
    name: options.name,
    clusterName: options.cluster?.name,
    minSize: options.minSize ?? 0,
    maxSize: options.maxSize ?? 2 * options.desired,
    desired: options.desired,
    zones: [...new Set(options.pools.map(({ zone }) => zone))],
    bootMs: options.bootMs ?? defaultBootMs,
    agentDrainsOnSpot: options.agentDrainsOnSpot ?? false,
    policy,
  });
  for (const hook of options.hooks ?? []) group.hooks.set(hook.name, hook);
  for (const [key, value] of Object.entries(options.tags ?? {})) group.tags.set(key, { value, atLaunch: true });
  group.settings.CapacityRebalance = options.capacityRebalance ?? false;
  group.settings.NewInstancesProtectedFromScaleIn = options.managedTerminationProtection ?? false;
  group.pools = options.policy ? launchPools(group, fleet) : fixedPools(options.pools, policy);
  return group;
};

/** The settings of the capacity provider that a group is made with. */
export const providerSettings = (options: GroupOptions): ProviderSettings => ({
  managedScaling: options.managedScaling && { ...defaultScaling, ...options.managedScaling },
  managedTerminationProtection: options.managedTerminationProtection ?? false,
  managedDraining: options.managedDraining ?? false,
});

const typesIn = (pools: readonly Pool[]): string[] => [...new Set(pools.map(({ type }) => type))];

/** Even over all the pools of a zone, which is lowest-price with as many pools as there are types. */
const spreadingPolicy = (
  fleet: Fleet,
  { name, pools, spot = true, distribution, agentDrainsOnSpot = false }: GroupOptions,
): MixedInstancesPolicy => {
  const types = typesIn(pools);
  const template = fleet.templates.create({ name, data: { ...imageOf(types), ...userData(agentDrainsOnSpot) } });
  return {
    LaunchTemplate: {
      LaunchTemplateSpecification: { LaunchTemplateId: template.id, LaunchTemplateName: name, Version: '1' },
      Overrides: types.map((InstanceType) => ({ InstanceType })),
    },
    InstancesDistribution: distribution ?? {
      OnDemandPercentageAboveBaseCapacity: spot ? 0 : 100,
      SpotAllocationStrategy: 'lowest-price',
      SpotInstancePools: Math.min(20, Math.max(1, types.length)),
    },
  };
};

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/spot-instance-draining-linux-container.html */
const userData = (agentDrains: boolean): { UserData?: string } => {
  const script = '#!/bin/bash\necho ECS_ENABLE_SPOT_INSTANCE_DRAINING=true >> /etc/ecs/ecs.config\n';
  return agentDrains ? { UserData: Buffer.from(script).toString('base64') } : {};
};

/** Types of several architectures have no image in common: each instance then starts from its own. */
const imageOf = (types: readonly string[]): { ImageId?: string } => {
  const [architecture, ...others] = [...new Set(types.map((type) => sizeOf(type).arch))];
  return architecture === undefined || others.length > 0 ? {} : { ImageId: imageFor(architecture) };
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
  return deriveDefinition(registrationOf(world, family, options), {
    sequence: world.ids.next('task-definition'),
    arn: world.arn('ecs', `task-definition/${family}:${revision}`),
    family,
    revision,
    registeredAt: world.now(),
    tags: {},
  });
};

const logsOf = (region: string, family: string): LogConfiguration => ({
  logDriver: 'awslogs',
  options: { 'awslogs-group': `/ecs/${family}`, 'awslogs-region': region, 'awslogs-stream-prefix': 'app' },
});

/** What RegisterTaskDefinition would be asked for; how the container behaves goes into its labels. */
const registrationOf = (world: World, family: string, options: DefinitionOptions): RegisterTaskDefinitionRequest => {
  const { networkMode = 'awsvpc', containerPort = 8_080, hostPort, cpu = 256, memory = 512 } = options;
  const { stopTimeoutSeconds: stopTimeout, containerHealthyAfterMs: healthyAfterMs } = options;
  const labels = Object.entries({ ...options, healthyAfterMs })
    .filter(([name, value]) => name in behaviourLabels && value !== undefined)
    .map(([name, value]) => [behaviourLabels[name as keyof typeof behaviourLabels], String(value)]);
  // In awsvpc and host mode the container's port is the host's.
  const port = networkMode === 'bridge' ? (hostPort ?? 0) : containerPort;
  return {
    family,
    networkMode,
    ...(options.taskRole !== undefined && { taskRoleArn: `arn:aws:iam::${world.account}:role/${options.taskRole}` }),
    requiresCompatibilities: ['EC2'],
    ...(options.fargate
      ? {
          cpu: String(cpu),
          memory: String(memory),
          requiresCompatibilities: ['EC2', 'FARGATE'],
          executionRoleArn: `arn:aws:iam::${world.account}:role/ecsTaskExecutionRole`,
        }
      : {}),
    containerDefinitions: [
      {
        name: 'app',
        image: `${world.account}.dkr.ecr.${world.region}.amazonaws.com/${family}:1`,
        cpu,
        memory,
        essential: true,
        portMappings: [{ containerPort, hostPort: port, protocol: 'tcp' }],
        ...(stopTimeout === undefined ? {} : { stopTimeout }),
        ...(healthyAfterMs === undefined ? {} : { healthCheck: { command: ['CMD-SHELL', 'true'] } }),
        ...(options.gpus === undefined ? {} : { resourceRequirements: [{ type: 'GPU', value: String(options.gpus) }] }),
        ...(options.awslogs && { logConfiguration: logsOf(world.region, family) }),
        ...(labels.length === 0 ? {} : { dockerLabels: Object.fromEntries(labels) }),
        environment: [],
        mountPoints: [],
        volumesFrom: [],
      },
    ],
    volumes: [],
    placementConstraints: (options.memberOf ?? []).map((expression) => ({ type: 'memberOf' as const, expression })),
  };
};

/** A service as CreateService makes it, without deployments and tasks. */
export const newService = (world: World, options: ServiceOptions): EcsService => {
  const { cluster, name } = options;
  const daemon = options.scheduling === 'DAEMON';
  const service = {
    ...blankService(world, { cluster, name, daemon }),
    ...(daemon ? {} : { desired: options.desired ?? 1 }),
    ...defined(options, ['minimumHealthyPercent', 'maximumPercent', 'circuitBreaker', 'healthCheckGraceSeconds']),
    ...defined(options, ['constraints', 'placement', 'tags', 'controller', 'deploymentStrategy', 'zoneRebalancing']),
  };
  service.facts.desired = service.desired;
  return service;
};

const defined = <K extends keyof ServiceOptions>(options: ServiceOptions, names: readonly K[]) =>
  Object.fromEntries(names.flatMap((name) => (options[name] === undefined ? [] : [[name, options[name]]]))) as {
    [N in K]?: NonNullable<ServiceOptions[N]>;
  };

/** How the tasks of a service are launched: on Fargate they are in every zone of the Region. */
export const launchOf = ({ capacityProvider, strategy, launchType = 'EC2' }: ServiceOptions): Launch => {
  const items = strategy ?? (capacityProvider === undefined ? [] : [{ capacityProvider, weight: 1, base: 0 }]);
  return items.length > 0 ? { strategy: items } : { launchType };
};
