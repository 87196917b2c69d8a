import type {
  Container,
  ContainerDefinition,
  ContainerInstance as ContainerInstanceShape,
  Resource,
  TaskOverride,
  Task as TaskShape,
} from '@aws-sdk/client-ecs';
import { versionInfo } from './agent.ts';
import { attributesOf } from './attributes.ts';
import type { TaskDefinition } from './model/task-definition.ts';
import type { ContainerInstance, Task } from './model.ts';

const agentPorts = [22, 2375, 2376, 51678, 51679];

/** A container instance as DescribeContainerInstances shows it (without tags). */
export const containerInstanceShape = (instance: ContainerInstance): ContainerInstanceShape => {
  let running = 0;
  let pending = 0;
  for (const task of instance.tasks.values()) {
    if (task.lastStatus === 'RUNNING') running += 1;
    if (task.lastStatus === 'PENDING') pending += 1;
  }
  return {
    agentConnected: instance.agentConnected,
    attributes: [...attributesOf(instance)].map(([name, value]) => (value === undefined ? { name } : { name, value })),
    containerInstanceArn: instance.arn,
    ec2InstanceId: instance.ec2InstanceId,
    capacityProviderName: instance.capacityProviderName,
    registeredResources: resources({ cpu: instance.cpu, memory: instance.memory, gpus: instance.gpus, ports: [] }),
    remainingResources: resources({
      cpu: instance.cpuLeft,
      memory: instance.memoryLeft,
      gpus: instance.gpusLeft,
      ports: instance.portsInUse,
    }),
    status: instance.status,
    ...(instance.statusReason === undefined ? {} : { statusReason: instance.statusReason }),
    version: instance.version,
    versionInfo,
    registeredAt: new Date(instance.registeredAt),
    runningTasksCount: running,
    pendingTasksCount: pending,
    attachments: [],
  };
};

type Amounts = {
  readonly cpu: number;
  readonly memory: number;
  readonly gpus: number;
  readonly ports: Iterable<number>;
};

const resources = ({ cpu, memory, gpus, ports }: Amounts): Resource[] => {
  const used = [...ports];
  const udp = used.flatMap((port) => (port < 0 ? [String(-port)] : []));
  return [
    { name: 'CPU', type: 'INTEGER', integerValue: cpu },
    { name: 'MEMORY', type: 'INTEGER', integerValue: memory },
    {
      name: 'PORTS',
      type: 'STRINGSET',
      stringSetValue: [...agentPorts, ...used.filter((port) => port > 0)].map(String),
    },
    { name: 'PORTS_UDP', type: 'STRINGSET', stringSetValue: udp },
    ...(gpus > 0 ? [{ name: 'GPU', type: 'STRINGSET', stringSetValue: gpuIds(gpus) }] : []),
  ];
};

const gpuIds = (count: number): string[] =>
  Array.from({ length: count }, (_, index) => `GPU-00000000-0000-4000-8000-${String(index).padStart(12, '0')}`);

/** A task as DescribeTasks shows it (without tags). */
export const taskShape = (task: Task): TaskShape => {
  const { definition, instance, launchType } = task;
  const fargate = launchType === 'FARGATE';
  return {
    attachments: attachments(task, 'ElasticNetworkInterface'),
    attributes: [
      { name: 'ecs.cpu-architecture', value: instance?.architecture ?? definition.architecture ?? 'x86_64' },
    ],
    availabilityZone: task.zone,
    capacityProviderName: task.capacityProviderName,
    clusterArn: task.cluster.arn,
    connectivity: fargate && task.lastStatus === 'STOPPED' ? 'DISCONNECTED' : 'CONNECTED',
    connectivityAt: new Date(task.createdAt),
    containerInstanceArn: instance?.arn,
    containers: containersOf(task),
    cpu: String(definition.cpu),
    memory: String(definition.memory),
    createdAt: new Date(task.createdAt),
    desiredStatus: task.desiredStatus,
    enableExecuteCommand: task.enableExecuteCommand,
    ...(fargate ? { ephemeralStorage: { sizeInGiB: definition.registered.ephemeralStorage?.sizeInGiB ?? 20 } } : {}),
    ...(fargate ? { platformVersion: '1.4.0', platformFamily: platformOf(definition) } : {}),
    group: task.group,
    healthStatus: definition.behaviour.containerHealthyAfterMs === undefined || !task.healthy ? 'UNKNOWN' : 'HEALTHY',
    lastStatus: task.lastStatus,
    launchType,
    overrides: overridesOf(task),
    pullStartedAt: date(task.pullStartedAt),
    pullStoppedAt: date(task.pullStoppedAt),
    startedAt: date(task.startedAt),
    startedBy: task.startedBy,
    stopCode: task.stopCode,
    stoppedReason: task.stoppedReason,
    stoppingAt: date(task.stoppingAt),
    executionStoppedAt: date(task.executionStoppedAt),
    stoppedAt: date(task.stoppedAt),
    taskArn: task.arn,
    taskDefinitionArn: definition.arn,
    version: task.version,
  };
};

// Windows is written as the task definition has it.
const platformOf = ({ registered: { runtimePlatform } }: Task['definition']): string => {
  const family = runtimePlatform?.operatingSystemFamily ?? 'LINUX';
  return family === 'LINUX' ? 'Linux' : family;
};

// Every container is listed, whether or not anything of it is overridden.
const overridesOf = ({ definition, overrides }: Task): TaskOverride => ({
  ...overrides,
  containerOverrides: containersIn(definition).map(
    ({ name }) => overrides?.containerOverrides?.find((container) => container.name === name) ?? { name },
  ),
});

/** The detail of an ECS Task State Change event: the API's shape with ISO times and the event's attachment types. */
export const taskDetail = (task: Task, at: number): object => ({
  ...isoTimes(taskShape(task)),
  attachments: attachments(task, 'eni'),
  updatedAt: new Date(at).toISOString(),
});

/** The detail of an ECS Container Instance State Change event. */
export const containerInstanceDetail = (instance: ContainerInstance, at: number): object => ({
  ...isoTimes(containerInstanceShape(instance)),
  clusterArn: instance.cluster.arn,
  updatedAt: new Date(at).toISOString(),
});

// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_cwe_events.html: times are ISO strings, absent members are left out
const isoTimes = (shape: object): object =>
  Object.fromEntries(
    Object.entries(shape)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => [name, value instanceof Date ? value.toISOString() : value]),
  );

const attachments = (task: Task, type: string) =>
  task.definition.networkMode === 'awsvpc' && task.zone !== undefined
    ? [
        {
          id: task.attachmentId,
          type,
          status: task.lastStatus === 'STOPPED' ? 'DELETED' : 'ATTACHED',
          details: [
            { name: 'subnetId', value: `subnet-${task.zone}` },
            { name: 'networkInterfaceId', value: `eni-${task.id.slice(-17)}` },
            { name: 'privateIPv4Address', value: task.privateIp },
          ],
        },
      ]
    : [];

const containersIn = ({ registered }: TaskDefinition): readonly ContainerDefinition[] =>
  registered.containerDefinitions ?? [];

const containersOf = (task: Task): Container[] => {
  const awsvpc = task.definition.networkMode === 'awsvpc';
  const arn = task.arn.replace(':task/', ':container/');
  return containersIn(task.definition).map(({ name, image, cpu = 0, memory, memoryReservation }, index, all) => ({
    containerArn: `${arn}/${index === 0 ? task.id : `${task.id.slice(0, -1)}${index}`}`,
    taskArn: task.arn,
    name,
    image,
    lastStatus: containerStatus[task.lastStatus],
    ...(task.exitCode === undefined ? {} : { exitCode: task.exitCode }),
    networkBindings: awsvpc ? [] : bindings(task, name),
    networkInterfaces:
      awsvpc && task.zone !== undefined
        ? [{ attachmentId: task.attachmentId, privateIpv4Address: task.privateIp }]
        : [],
    // A container without a size of its own may take all of its task's.
    cpu: String(cpu === 0 && all.length === 1 ? task.definition.cpu : cpu),
    memory: String(memory ?? memoryReservation ?? task.definition.memory),
  }));
};

const containerStatus: Readonly<Record<Task['lastStatus'], string>> = {
  PROVISIONING: 'PENDING',
  PENDING: 'PENDING',
  ACTIVATING: 'RUNNING',
  RUNNING: 'RUNNING',
  DEACTIVATING: 'RUNNING',
  STOPPING: 'STOPPING',
  DEPROVISIONING: 'STOPPED',
  STOPPED: 'STOPPED',
};

const bindings = (task: Task, containerName: string | undefined) =>
  task.definition.ports
    .filter((port) => port.containerName === containerName && task.hostPorts.has(port.containerPort))
    .map(({ containerPort, protocol }) => ({
      bindIP: '0.0.0.0',
      containerPort,
      hostPort: task.hostPorts.get(containerPort),
      protocol,
    }));

const date = (at: number | undefined): Date | undefined => (at === undefined ? undefined : new Date(at));
