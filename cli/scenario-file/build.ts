import type { Pool } from '../../sim/ec2/instance.ts';
import type { Cluster } from '../../sim/ecs/model.ts';
import type { TargetGroup } from '../../sim/elbv2/target-group.ts';
import type { DefinitionOptions } from '../../sim/world/options.ts';
import type { Region } from '../../sim/world/region.ts';
import type { GroupPart, TaskDefinitionPart } from './account-format.ts';
import type { ScenarioFile } from './format.ts';
import { ScenarioFileError } from './read.ts';

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
  for (const [index, group] of file.account.autoScalingGroups.entries()) {
    buildGroup(ground, group, `account.autoScalingGroups[${index}]`);
  }
  for (const pool of file.simulation.closedPools) region.setAvailable(poolOf(pool), false);
  buildInstances(ground);
  buildServices(ground);
  buildTasks(ground);
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

function buildGroup({ file, region, clusters }: Ground, part: GroupPart, place: string): void {
  const lifecycles = new Set(part.Instances.map(({ InstanceLifecycle }) => InstanceLifecycle));
  if (lifecycles.size > 1) {
    throw new ScenarioFileError(`${place}.Instances has Spot and On-Demand instances; expected one kind in a group`);
  }
  const behaviour = file.simulation.autoScalingGroups[part.AutoScalingGroupName];
  const cluster = clusters.get(part.cluster ?? '');
  const spot = !lifecycles.has('on-demand');
  const found = part.Instances.map((instances) => ({ pool: poolOf(instances), spot, count: instances.Count }));
  region.createGroup({
    name: part.AutoScalingGroupName,
    ...(cluster && { cluster }),
    pools: [...found.map(({ pool }) => pool), ...(behaviour?.pools ?? []).map(poolOf)],
    desired: found.reduce((sum, { count }) => sum + count, 0),
    found,
    minSize: part.MinSize,
    maxSize: part.MaxSize,
    spot,
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

function buildServices({ file: { account, simulation }, region, clusters }: Ground): void {
  const targetGroups = new Map<string, TargetGroup>();
  const loaded = new Set<string>();
  for (const group of account.targetGroups) targetGroups.set(group.Name, buildTargetGroup(region, group));
  for (const service of account.services) {
    const targetGroup = targetGroups.get(service.targetGroup ?? '');
    // Two services may share a target group: its requests are sent once.
    const isFirst = service.targetGroup !== undefined && !loaded.has(service.targetGroup);
    const traffic = isFirst ? simulation.traffic[service.targetGroup] : undefined;
    loaded.add(service.targetGroup ?? '');
    region.createService({
      ...definitionOf(service.taskDefinition, { account, simulation }),
      cluster: named(clusters, service.cluster),
      name: service.serviceName,
      family: service.taskDefinition,
      desired: service.desiredCount,
      scheduling: service.schedulingStrategy,
      minimumHealthyPercent: service.deploymentConfiguration.minimumHealthyPercent,
      maximumPercent: service.deploymentConfiguration.maximumPercent,
      tags: plain(service.tags),
      ...(service.capacityProvider !== undefined && { capacityProvider: service.capacityProvider }),
      ...(targetGroup && { targetGroup }),
      ...traffic,
    });
  }
}

const buildTargetGroup = (region: Region, part: ScenarioFile['account']['targetGroups'][number]): TargetGroup =>
  region.createTargetGroup({
    name: part.Name,
    kind: part.Protocol.startsWith('HTTP') ? 'application' : 'network',
    targetType: part.TargetType,
    port: part.Port,
    deregistrationDelaySeconds: part.DeregistrationDelaySeconds,
    healthCheckIntervalSeconds: part.HealthCheckIntervalSeconds,
    healthyThresholdCount: part.HealthyThresholdCount,
  });

function buildTasks({ file: { account, simulation }, region, clusters }: Ground): void {
  for (const { count, taskDefinition, cluster, tags, group, startedBy } of account.tasks) {
    const options = {
      ...definitionOf(taskDefinition, { account, simulation }),
      cluster: named(clusters, cluster),
      family: taskDefinition,
      tags: plain(tags),
      ...(group !== undefined && { group }),
      ...(startedBy !== undefined && { startedBy }),
    };
    for (let made = 0; made < count; made += 1) region.runTask(options);
  }
}

function definitionOf(
  family: string,
  { account, simulation }: Pick<ScenarioFile, 'account' | 'simulation'>,
): DefinitionOptions {
  const part = account.taskDefinitions.find((one) => one.family === family);
  if (!part) throw new Error(`checkReferences let ${family} through`);
  const behaviour = simulation.workload[family];
  const given = Object.entries(behaviour ?? {}).filter(([, value]) => value !== undefined);
  return { ...sizeOf(part), ...Object.fromEntries(given) };
}

// The simulated task has one container: it is as large as all together, and stops as late as the last.
function sizeOf({ networkMode, containerDefinitions }: TaskDefinitionPart): DefinitionOptions {
  const sum = (of: 'cpu' | 'memory') => containerDefinitions.reduce((total, container) => total + container[of], 0);
  const port = containerDefinitions.flatMap(({ portMappings }) => portMappings)[0];
  const stopTimeouts = containerDefinitions.flatMap(({ stopTimeout }) => stopTimeout ?? []);
  return {
    networkMode,
    cpu: sum('cpu'),
    memory: sum('memory'),
    ...(port && { containerPort: port.containerPort }),
    ...(port && networkMode !== 'awsvpc' && { hostPort: port.hostPort }),
    ...(stopTimeouts.length > 0 && { stopTimeoutSeconds: Math.max(...stopTimeouts) }),
  };
}

const plain = (tags: readonly { readonly key: string; readonly value: string }[]) =>
  Object.fromEntries(tags.map(({ key, value }) => [key, value]));

function named<T>(all: ReadonlyMap<string, T>, name: string): T {
  const found = all.get(name);
  if (!found) throw new Error(`checkReferences let ${name} through`);
  return found;
}
