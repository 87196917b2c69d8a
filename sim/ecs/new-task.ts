import type { TaskOverride } from '@aws-sdk/client-ecs';
import type { World } from '../world/world.ts';
import type { Tags } from './model/tags.ts';
import type { TaskDefinition } from './model/task-definition.ts';
import type { Cluster, ContainerInstance, Deployment, EcsService, Task } from './model.ts';
import type { Placing } from './placing.ts';
import { reserve } from './resources.ts';

export type NewTask = {
  readonly cluster: Cluster;
  readonly definition: TaskDefinition;
  /** left out: on Fargate, or it waits for an instance (PROVISIONING) */
  readonly instance?: ContainerInstance;
  readonly fargate?: { readonly zone: string };
  /** for one that waits */
  readonly placing?: Placing;
  readonly capacityProviderName?: string | undefined;
  /** both left out: a standalone task */
  readonly service?: EcsService;
  readonly deployment?: Deployment;
  /** standalone tasks; default `family:<family>` */
  readonly group?: string;
  readonly startedBy?: string;
  readonly tags?: Tags;
  readonly overrides?: TaskOverride | undefined;
  readonly enableExecuteCommand?: boolean | undefined;
};

/** A task that is known to its cluster and service and, when it has an instance, holds its resources there. */
export const newTask = (world: World, request: NewTask): Task => {
  const { cluster, definition, service, deployment, instance, fargate } = request;
  const sequence = world.ids.next('task');
  const id = world.ids.hex('task-id', 32);
  const task: Task = {
    sequence,
    id,
    arn: world.arn('ecs', `task/${cluster.name}/${id}`),
    cluster,
    definition,
    launchType: fargate ? 'FARGATE' : 'EC2',
    capacityProviderName: request.capacityProviderName,
    service,
    deployment,
    group: service ? `service:${service.name}` : (request.group ?? `family:${definition.family}`),
    startedBy: deployment?.id ?? request.startedBy,
    createdAt: world.now(),
    attachmentId: world.ids.uuid('attachment'),
    overrides: request.overrides,
    enableExecuteCommand: request.enableExecuteCommand ?? service?.enableExecuteCommand ?? false,
    tags: request.tags ?? {},
    instance: undefined,
    zone: fargate?.zone,
    privateIp: '',
    hostPorts: new Map(),
    desiredStatus: 'RUNNING',
    lastStatus: 'PROVISIONING',
    version: 0,
    process: 'starting',
    healthy: false,
    counted: false,
    failedHealthChecks: false,
    protectedUntil: undefined,
    targets: new Map(),
    pullStartedAt: undefined,
    pullStoppedAt: undefined,
    startedAt: undefined,
    stoppingAt: undefined,
    executionStoppedAt: undefined,
    stoppedAt: undefined,
    stopCode: undefined,
    stoppedReason: undefined,
    exitCode: undefined,
  };
  cluster.tasks.set(id, task);
  service?.tasks.set(id, task);
  if (instance) placeTask(task, instance);
  else if (fargate) task.privateIp = ownAddress(task);
  return task;
};

/** The task gets an instance and takes its resources there: it is PENDING. */
export const placeTask = (task: Task, instance: ContainerInstance): void => {
  task.instance = instance;
  task.zone = instance.zone;
  task.lastStatus = 'PENDING';
  task.privateIp = task.definition.networkMode === 'awsvpc' ? ownAddress(task) : instance.privateIp;
  reserve(instance, task);
  instance.tasks.set(task.id, task);
};

const ownAddress = ({ sequence }: Task): string =>
  `10.${(sequence >> 16) & 127}.${(sequence >> 8) & 255}.${sequence & 255}`;
