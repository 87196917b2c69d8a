import type { Pool } from '../../sim/ec2/instance.ts';
import { checkedStrategy } from '../../sim/ecs/capacity-providers/strategy.ts';
import { behaviourLabels } from '../../sim/ecs/definitions/derive.ts';
import type { TaskDefinition } from '../../sim/ecs/model/task-definition.ts';
import type { Cluster } from '../../sim/ecs/model.ts';
import { checkCompatible } from '../../sim/ecs/services/launch-settings.ts';
import type { TargetGroup } from '../../sim/elbv2/target-group.ts';
import type { Region } from '../../sim/world/region.ts';
import type { GroupPart, ServicePart } from './account-format.ts';
import type { ScenarioFile } from './format.ts';
import { onDemandPercentage, poolsOf } from './group-pools.ts';
import { ScenarioFileError } from './read.ts';
import type { SimulationPart } from './simulation-format.ts';

type WorkloadPart = SimulationPart['workload'][string];

/**
 * Builds the account of a file as it stands before its story.
 * @throws ScenarioFileError for what the simulated account cannot be
 */
export function build(file: ScenarioFile, region: Region): void {
  const clusters = new Map(
    file.account.clusters.map(({ clusterName: name, tags, capacityProviders }) => [
      name,
      region.createCluster({ name, tags: plain(tags), capacityProviders }),
    ]),
  );
  const ground = { file, region, clusters };
  const definitions = buildDefinitions(ground);
  for (const group of file.account.autoScalingGroups) buildGroup(ground, group);
  for (const pool of file.simulation.closedPools) region.setAvailable(poolOf(pool), false);
  buildInstances(ground);
  buildServices(ground, definitions);
  buildTasks(ground, definitions);
}

/** An instance type and zone in the names of the simulated account. */
export const poolOf = (named: { readonly InstanceType: string; readonly AvailabilityZone: string }): Pool => ({
  type: named.InstanceType,
  zone: named.AvailabilityZone,
});

type Ground = {
  readonly file: ScenarioFile;
  readonly region: Region;
  readonly clusters: ReadonlyMap<string, Cluster>;
};

function buildGroup({ file, region, clusters }: Ground, part: GroupPart): void {
  const behaviour = file.simulation.autoScalingGroups[part.AutoScalingGroupName];
  const cluster = clusters.get(part.cluster ?? '');
  const { types, zones } = poolsOf(part);
  const found = part.Instances.map((instances) => ({
    pool: poolOf(instances),
    spot: instances.InstanceLifecycle === 'spot',
    count: instances.Count,
  }));
  region.createGroup({
    name: part.AutoScalingGroupName,
    ...(cluster && { cluster }),
    pools: zones.flatMap((zone) => types.map((type) => ({ type, zone }))),
    distribution: {
      OnDemandBaseCapacity: part.OnDemandBaseCapacity,
      OnDemandPercentageAboveBaseCapacity: onDemandPercentage(part),
      SpotAllocationStrategy: part.SpotAllocationStrategy,
      ...(part.SpotAllocationStrategy === 'lowest-price' && { SpotInstancePools: Math.min(20, types.length) }),
    },
    desired: found.reduce((sum, { count }) => sum + count, 0),
    found,
    minSize: part.MinSize,
    maxSize: part.MaxSize,
    hooks: part.LifecycleHooks.map(({ LifecycleHookName: name, HeartbeatTimeout: heartbeatTimeoutSeconds }) => ({
      name,
      heartbeatTimeoutSeconds,
    })),
    tags: Object.fromEntries(part.Tags.map(({ Key, Value }) => [Key, Value])),
    ...(part.capacityProvider !== undefined && { capacityProvider: part.capacityProvider }),
    ...(behaviour && {
      bootMs: behaviour.bootMs,
      agentDrainsOnSpot: behaviour.agentDrainsOnSpot,
      managedDraining: behaviour.managedDraining,
    }),
  });
}

function buildInstances({ file: { account }, region, clusters }: Ground): void {
  for (const { Count, InstanceLifecycle, capacityProvider, ...part } of account.instances) {
    const cluster = clusters.get(part.cluster ?? '');
    const options = {
      ...poolOf(part),
      spot: InstanceLifecycle === 'spot',
      ...(cluster && { cluster }),
      ...(capacityProvider !== undefined && { capacityProvider }),
    };
    for (let made = 0; made < Count; made += 1) region.addInstance(options);
  }
}

function buildServices({ file: { account, simulation }, region, clusters }: Ground, definitions: Definitions): void {
  const targetGroups = new Map<string, TargetGroup>();
  const loaded = new Set<string>();
  for (const group of account.targetGroups) targetGroups.set(group.Name, buildTargetGroup(region, group));
  for (const [index, service] of account.services.entries()) {
    const definition = named(definitions, service.taskDefinition);
    checkLaunch(region, { service, definition, place: `account.services[${index}]` });
    const targetGroup = targetGroups.get(service.targetGroup ?? '');
    // Two services may share a target group: its requests are sent once.
    const isFirst = service.targetGroup !== undefined && !loaded.has(service.targetGroup);
    const traffic = isFirst ? simulation.traffic[service.targetGroup] : undefined;
    loaded.add(service.targetGroup ?? '');
    region.createService({
      definition,
      cluster: named(clusters, service.cluster),
      name: service.serviceName,
      desired: service.desiredCount,
      scheduling: service.schedulingStrategy,
      minimumHealthyPercent: service.deploymentConfiguration.minimumHealthyPercent,
      maximumPercent: service.deploymentConfiguration.maximumPercent,
      tags: plain(service.tags),
      strategy: service.capacityProviderStrategy,
      ...(service.launchType !== undefined && { launchType: service.launchType }),
      ...(targetGroup && { targetGroup }),
      ...traffic,
    });
  }
}

type Launched = { readonly service: ServicePart; readonly definition: TaskDefinition; readonly place: string };

/** What CreateService would refuse, with its place in the file. @throws ScenarioFileError */
function checkLaunch(region: Region, { service, definition, place }: Launched): void {
  const { state } = region.parts.ecs;
  const { capacityProviderStrategy: items, launchType = 'EC2' } = service;
  try {
    if (items.length > 0 && service.launchType !== undefined) {
      throw new Error('a launch type and a capacity provider strategy exclude each other');
    }
    const strategy = checkedStrategy(state, state.cluster(service.cluster), items);
    checkCompatible(definition, strategy.length > 0 ? { strategy } : { launchType });
    if (service.targetGroup !== undefined && definition.ports.length === 0) {
      throw new Error(`task definition ${service.taskDefinition} has no port for target group ${service.targetGroup}`);
    }
  } catch (error) {
    if (error instanceof Error) throw new ScenarioFileError(`${place}: ${error.message}`);
    throw error;
  }
}

const buildTargetGroup = (region: Region, part: ScenarioFile['account']['targetGroups'][number]): TargetGroup =>
  region.createTargetGroup({
    name: part.Name,
    kind: part.Protocol === 'HTTP' ? 'application' : 'network',
    targetType: part.TargetType,
    port: part.Port,
    deregistrationDelaySeconds: part.DeregistrationDelaySeconds,
    healthCheckIntervalSeconds: part.HealthCheckIntervalSeconds,
    healthyThresholdCount: part.HealthyThresholdCount,
  });

function buildTasks({ file: { account }, region, clusters }: Ground, definitions: Definitions): void {
  for (const { count, taskDefinition, cluster, tags, group, startedBy } of account.tasks) {
    const options = {
      definition: named(definitions, taskDefinition),
      cluster: named(clusters, cluster),
      family: taskDefinition,
      tags: plain(tags),
      ...(group !== undefined && { group }),
      ...(startedBy !== undefined && { startedBy }),
    };
    for (let made = 0; made < count; made += 1) region.runTask(options);
  }
}

type Definitions = ReadonlyMap<string, TaskDefinition>;

/** Registered as the API does, with how their processes behave in the labels of the first container. */
const buildDefinitions = ({ file: { account, simulation }, region }: Ground): Definitions =>
  new Map(
    account.taskDefinitions.map(({ containerDefinitions, cpu, memory, ...part }) => {
      const workload = simulation.workload[part.family] ?? {};
      const containers = containerDefinitions.map(({ stopTimeout, portMappings, ...container }, index) => ({
        ...container,
        ...(stopTimeout === undefined ? {} : { stopTimeout }),
        portMappings: portMappings.map((mapping) => ({ ...mapping })),
        ...(index === 0 ? behaviourOf(workload) : {}),
      }));
      const definition = region.registerTaskDefinition({
        ...part,
        ...(cpu === undefined ? {} : { cpu }),
        ...(memory === undefined ? {} : { memory }),
        containerDefinitions: containers,
      });
      return [part.family, definition];
    }),
  );

const behaviourOf = ({ containerHealthyAfterMs: healthyAfterMs, ...workload }: Partial<WorkloadPart>) => {
  const labels = Object.entries({ ...workload, healthyAfterMs }).flatMap(([name, value]) =>
    value === undefined ? [] : [[behaviourLabels[name as keyof typeof behaviourLabels], String(value)]],
  );
  return {
    ...(labels.length > 0 && { dockerLabels: Object.fromEntries(labels) as Record<string, string> }),
    ...(healthyAfterMs !== undefined && { healthCheck: { command: ['CMD-SHELL', 'true'] } }),
  };
};

const plain = (tags: readonly { readonly key: string; readonly value: string }[]) =>
  Object.fromEntries(tags.map(({ key, value }) => [key, value]));

function named<T>(all: ReadonlyMap<string, T>, name: string): T {
  const found = all.get(name);
  if (!found) throw new Error(`checkReferences let ${name} through`);
  return found;
}
