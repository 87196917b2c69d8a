import type {
  Container,
  ContainerInstance as ContainerInstanceShape,
  Resource,
  Task as TaskShape,
} from '@aws-sdk/client-ecs';
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
    attributes: [
      { name: 'ecs.instance-type', value: instance.instanceType },
      { name: 'ecs.availability-zone', value: instance.zone },
      { name: 'ecs.cpu-architecture', value: instance.architecture },
      { name: 'ecs.os-type', value: 'linux' },
      { name: 'ecs.capability.task-eni' },
    ],
    containerInstanceArn: instance.arn,
    ec2InstanceId: instance.ec2InstanceId,
    capacityProviderName: instance.capacityProviderName,
    registeredResources: resources(instance.cpu, instance.memory, []),
    remainingResources: resources(instance.cpuLeft, instance.memoryLeft, instance.portsInUse),
    status: instance.status,
    version: instance.version,
    versionInfo: { agentHash: 'efe53c6', agentVersion: '1.98.0', dockerVersion: 'DockerVersion: 25.0.8' },
    registeredAt: new Date(instance.registeredAt),
    runningTasksCount: running,
    pendingTasksCount: pending,
    attachments: [],
  };
};

const resources = (cpu: number, memory: number, ports: Iterable<number>): Resource[] => [
  { name: 'CPU', type: 'INTEGER', integerValue: cpu },
  { name: 'MEMORY', type: 'INTEGER', integerValue: memory },
  { name: 'PORTS', type: 'STRINGSET', stringSetValue: [...agentPorts, ...ports].map(String) },
  { name: 'PORTS_UDP', type: 'STRINGSET', stringSetValue: [] },
];

/** A task as DescribeTasks shows it (without tags). */
export const taskShape = (task: Task): TaskShape => ({
  attachments: attachments(task, 'ElasticNetworkInterface'),
  attributes: [{ name: 'ecs.cpu-architecture', value: task.instance.architecture }],
  availabilityZone: task.instance.zone,
  capacityProviderName: task.service?.capacityProviderName,
  clusterArn: task.cluster.arn,
  connectivity: 'CONNECTED',
  connectivityAt: new Date(task.createdAt),
  containerInstanceArn: task.instance.arn,
  containers: [container(task)],
  cpu: String(task.definition.cpu),
  memory: String(task.definition.memory),
  createdAt: new Date(task.createdAt),
  desiredStatus: task.desiredStatus,
  enableExecuteCommand: false,
  group: task.group,
  healthStatus: task.definition.containerHealthyAfterMs === undefined || !task.healthy ? 'UNKNOWN' : 'HEALTHY',
  lastStatus: task.lastStatus,
  launchType: 'EC2',
  overrides: { containerOverrides: [{ name: task.definition.containerName }] },
  startedAt: date(task.startedAt),
  startedBy: task.startedBy,
  stopCode: task.stopCode,
  stoppedReason: task.stoppedReason,
  stoppingAt: date(task.stoppingAt),
  stoppedAt: date(task.stoppedAt),
  taskArn: task.arn,
  taskDefinitionArn: task.definition.arn,
  version: task.version,
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
  task.definition.networkMode === 'awsvpc'
    ? [
        {
          id: task.attachmentId,
          type,
          status: task.lastStatus === 'STOPPED' ? 'DELETED' : 'ATTACHED',
          details: [
            { name: 'subnetId', value: `subnet-${task.instance.zone}` },
            { name: 'networkInterfaceId', value: `eni-${task.id.slice(-17)}` },
            { name: 'privateIPv4Address', value: task.privateIp },
          ],
        },
      ]
    : [];

const container = (task: Task): Container => {
  const { definition } = task;
  const awsvpc = definition.networkMode === 'awsvpc';
  return {
    containerArn: task.arn.replace(':task/', ':container/').concat('/', task.id),
    taskArn: task.arn,
    name: definition.containerName,
    image: definition.image,
    lastStatus: task.lastStatus === 'DEACTIVATING' ? 'RUNNING' : task.lastStatus,
    ...(task.exitCode === undefined ? {} : { exitCode: task.exitCode }),
    networkBindings: awsvpc
      ? []
      : [{ bindIP: '0.0.0.0', containerPort: definition.containerPort, hostPort: task.hostPort, protocol: 'tcp' }],
    networkInterfaces: awsvpc ? [{ attachmentId: task.attachmentId, privateIpv4Address: task.privateIp }] : [],
    cpu: String(definition.cpu),
    memory: String(definition.memory),
  };
};

const date = (at: number | undefined): Date | undefined => (at === undefined ? undefined : new Date(at));
