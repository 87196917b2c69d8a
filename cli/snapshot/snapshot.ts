import type { Cluster, Service, Tag, Task } from '@aws-sdk/client-ecs';
import type { TargetGroup } from '@aws-sdk/client-elastic-load-balancing-v2';
import { UsageError } from '../command-line.ts';
import type { ScenarioFile } from '../scenario-file/format.ts';
import { printed, readScenarioFile } from '../scenario-file/scenario-file.ts';
import { definitionPart, definitionsOf, familyOf } from './definitions.ts';
import { counted, type Fleet, groupPart, type Host, isUp } from './groups.ts';
import { RefusedError, type Source } from './source.ts';

export type SnapshotOptions = {
  readonly region: string;
  /** names; default all */
  readonly clusters?: readonly string[];
};

/**
 * Reads an account into a scenario file with a default story. What containers are given as environment, commands or
 * secrets is not read into it.
 * @throws UsageError for a cluster that is not there; RefusedError for a permission without which there is no snapshot; ScenarioFileError for what a file cannot hold
 */
export async function snapshotOf(
  source: Source,
  { region, clusters: wanted = [] }: SnapshotOptions,
): Promise<ScenarioFile> {
  const notes: string[] = [];
  const all = await source.clusters();
  const unknown = wanted.find((name) => !all.some(({ clusterName }) => clusterName === name));
  if (unknown !== undefined) {
    const known = all.map(({ clusterName }) => clusterName).join(', ');
    throw new UsageError(
      `no cluster of ${region} is called "${unknown}"; allowed: ${known || 'none, there is no cluster'}`,
    );
  }
  const clusters = all.filter(({ clusterName = '' }) => wanted.length === 0 || wanted.includes(clusterName));
  const fleet = await fleetOf(source, clusters);
  const found = (await Promise.all(clusters.map(({ clusterName = '' }) => source.services(clusterName)))).flat();
  const active = found.filter(({ status }) => status === 'ACTIVE');
  const tasks = (await Promise.all(clusters.map(({ clusterName = '' }) => source.tasks(clusterName)))).flat();
  const standalone = tasks.filter(({ group = '' }) => !group.startsWith('service:'));
  const groups = await groupsOf(source, fleet, { all: wanted.length === 0, notes });
  const read = await definitionsOf(source, { services: active, tasks: standalone, notes });
  const families = new Set(read.map(({ family }) => family));
  const services = active.filter(({ taskDefinition }) => families.has(familyOf(taskDefinition)));
  const targetGroups = await source.targetGroups();
  const used = new Set(services.flatMap(({ loadBalancers = [] }) => loadBalancers.map((one) => one.targetGroupArn)));
  const chosen = targetGroups.filter(({ TargetGroupArn }) => wanted.length === 0 || used.has(TargetGroupArn));
  const names = new Map(
    chosen.map(({ TargetGroupArn = '', TargetGroupName = '' }) => [TargetGroupArn, TargetGroupName]),
  );
  const grouped = new Set(groups.flatMap(({ ids }) => ids));
  const own = new Set(fleet.providers.values());
  const account = {
    region,
    accountId: clusters[0]?.clusterArn?.split(':')[4] ?? '000000000000',
    clusters: clusters.map(({ clusterName, capacityProviders = [], tags }) => ({
      clusterName,
      capacityProviders: capacityProviders.filter((name) => !own.has(name)),
      tags: tagsOf(tags),
    })),
    targetGroups: await Promise.all(chosen.map((group) => targetGroupPart(source, group, notes))),
    taskDefinitions: read.map(definitionPart),
    autoScalingGroups: groups.map(({ part }) => part),
    instances: lonely(fleet, grouped),
    services: services.map((service) => servicePart(service, names, notes)),
    tasks: taskParts(standalone.filter(({ taskDefinitionArn }) => families.has(familyOf(taskDefinitionArn)))),
  };
  const simulation = { title: 'A snapshot: EC2 takes back the biggest Spot pool.', notes, story: storyOf(groups) };
  return readScenarioFile(JSON.stringify({ version: '1', account, simulation }), 'the snapshot');
}

/** The text of a snapshot's file. */
export const snapshotText = (file: ScenarioFile): string => printed(file);

async function fleetOf(source: Source, clusters: readonly Cluster[]): Promise<Fleet> {
  const hosts = new Map<string, Host>();
  for (const { clusterName: cluster = '' } of clusters) {
    for (const containerInstance of await source.containerInstances(cluster)) {
      if (containerInstance.ec2InstanceId) hosts.set(containerInstance.ec2InstanceId, { cluster, containerInstance });
    }
  }
  const providers = new Map<string, string>();
  for (const { name = '', autoScalingGroupProvider } of await source.capacityProviders()) {
    if (autoScalingGroupProvider?.autoScalingGroupArn)
      providers.set(autoScalingGroupProvider.autoScalingGroupArn, name);
  }
  const groups = await source.autoScalingGroups();
  const members = groups.flatMap(({ Instances = [] }) => Instances.flatMap(({ InstanceId }) => InstanceId ?? []));
  const instances = await source.instances([...new Set([...members, ...hosts.keys()])]);
  return { hosts, providers, instances: new Map(instances.map((one) => [one.InstanceId ?? '', one])) };
}

type Asked = { readonly all: boolean; readonly notes: string[] };

async function groupsOf(source: Source, fleet: Fleet, { all, notes }: Asked) {
  const found = [];
  for (const group of await source.autoScalingGroups()) {
    const ids = (group.Instances ?? []).flatMap(({ InstanceId }) => InstanceId ?? []);
    if (!all && !ids.some((id) => fleet.hosts.has(id))) continue;
    found.push({ ids, part: await groupPart(source, group, fleet, notes) });
  }
  return found;
}

async function targetGroupPart(source: Source, group: TargetGroup, notes: string[]) {
  return {
    Name: group.TargetGroupName,
    Protocol: protocolOf(group, notes),
    Port: group.Port,
    TargetType: group.TargetType,
    HealthCheckIntervalSeconds: group.HealthCheckIntervalSeconds,
    HealthyThresholdCount: group.HealthyThresholdCount,
    DeregistrationDelaySeconds: await delayOf(source, group, notes),
  };
}

const protocolOf = ({ Protocol: protocol = 'HTTP', TargetGroupName }: TargetGroup, notes: string[]): string => {
  if (protocol === 'HTTP' || protocol === 'TCP') return protocol;
  const simulated = protocol === 'HTTPS' ? 'HTTP' : 'TCP';
  notes.push(`${TargetGroupName} has the protocol ${protocol}, which is simulated as ${simulated}.`);
  return simulated;
};

async function delayOf(source: Source, { TargetGroupArn, TargetGroupName }: TargetGroup, notes: string[]) {
  try {
    return await source.deregistrationDelaySeconds(TargetGroupArn);
  } catch (error) {
    if (!(error instanceof RefusedError)) throw error;
    notes.push(`${error.action} was refused: the deregistration delay of ${TargetGroupName} is AWS's default, 300 s.`);
    return 300;
  }
}

function servicePart(service: Service, targetGroups: ReadonlyMap<string, string>, notes: string[]) {
  const { deploymentConfiguration: { minimumHealthyPercent, maximumPercent } = {}, loadBalancers = [] } = service;
  const daemon = service.schedulingStrategy === 'DAEMON';
  const [targetGroup] = loadBalancers.flatMap(({ targetGroupArn = '' }) => targetGroups.get(targetGroupArn) ?? []);
  if (loadBalancers.length > 1) notes.push(`${service.serviceName} has further target groups, which are left out.`);
  const fargate = service.launchType === 'FARGATE';
  return {
    cluster: service.clusterArn?.replace(/^.*\//, ''),
    serviceName: service.serviceName,
    taskDefinition: familyOf(service.taskDefinition),
    schedulingStrategy: service.schedulingStrategy,
    desiredCount: daemon ? 0 : service.desiredCount,
    deploymentConfiguration: { minimumHealthyPercent, maximumPercent },
    ...(targetGroup === undefined ? {} : { targetGroup }),
    ...(fargate ? { launchType: 'FARGATE' } : {}),
    capacityProviderStrategy: (service.capacityProviderStrategy ?? []).map(
      ({ capacityProvider, weight = 0, base = 0 }) => ({ capacityProvider, weight, base }),
    ),
    tags: tagsOf(service.tags),
  };
}

function taskParts(tasks: readonly Task[]) {
  const counts = new Map<string, { count: number }>();
  for (const { clusterArn = '', taskDefinitionArn, group = '', startedBy, tags } of tasks) {
    const family = familyOf(taskDefinitionArn);
    const part = {
      cluster: clusterArn.replace(/^.*\//, ''),
      taskDefinition: family,
      count: 0,
      ...(group === `family:${family}` ? {} : { group }),
      ...(startedBy === undefined ? {} : { startedBy }),
      tags: tagsOf(tags),
    };
    const key = JSON.stringify(part);
    counts.set(key, { ...part, count: (counts.get(key)?.count ?? 0) + 1 });
  }
  return [...counts.values()];
}

function lonely(fleet: Fleet, grouped: ReadonlySet<string>) {
  const ids = [...fleet.hosts.keys()].filter((id) => !grouped.has(id) && isUp(fleet.instances.get(id)));
  const placeOf = (id: string) => {
    const { cluster, containerInstance } = fleet.hosts.get(id) ?? {};
    const provider = containerInstance?.capacityProviderName;
    return { cluster, ...(provider === undefined ? {} : { capacityProvider: provider }) };
  };
  const alike = Map.groupBy(ids, (id) => JSON.stringify(placeOf(id)));
  return [...alike].flatMap(([place, some]) =>
    counted(some, fleet).map((part) => ({ ...part, ...(JSON.parse(place) as ReturnType<typeof placeOf>) })),
  );
}

const tagsOf = (tags: readonly Tag[] = []) =>
  tags.filter(({ key = '' }) => !key.startsWith('aws:')).map(({ key = '', value = '' }) => ({ key, value }));

type Grouped = readonly { readonly part: { readonly Instances: ReturnType<typeof counted> } }[];

function storyOf(groups: Grouped) {
  const counts = new Map<string, { InstanceType: string; AvailabilityZone: string; count: number }>();
  for (const { part } of groups) {
    for (const { InstanceType, AvailabilityZone, InstanceLifecycle, Count } of part.Instances) {
      if (InstanceLifecycle !== 'spot') continue;
      const key = `${InstanceType} ${AvailabilityZone}`;
      const count = (counts.get(key)?.count ?? 0) + Count;
      counts.set(key, { InstanceType, AvailabilityZone, count });
    }
  }
  const [biggest] = [...counts.values()].sort((a, b) => b.count - a.count);
  if (!biggest) return [];
  const { InstanceType, AvailabilityZone } = biggest;
  return [{ at: 0, do: 'interruptPool', InstanceType, AvailabilityZone }];
}
