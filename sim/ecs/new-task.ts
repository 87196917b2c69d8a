import type { World } from '../world/world.ts';
import type { ContainerInstance, EcsService, Task, TaskDefinition } from './model.ts';
import { reserve } from './resources.ts';

export type NewTask = {
  readonly instance: ContainerInstance;
  readonly definition: TaskDefinition;
  /** left out: a standalone task */
  readonly service?: EcsService;
  /** standalone tasks; default `family:<family>` */
  readonly group?: string;
  readonly startedBy?: string;
  readonly tags?: Readonly<Record<string, string>>;
};

/** A PENDING task that holds its resources on an instance and is known to its cluster and service. */
export const newTask = (world: World, request: NewTask): Task => {
  const { instance, definition, service } = request;
  const sequence = world.ids.next('task');
  const id = world.ids.hex('task-id', 32);
  const task: Task = {
    sequence,
    id,
    arn: world.arn('ecs', `task/${instance.cluster.name}/${id}`),
    cluster: instance.cluster,
    instance,
    definition,
    service,
    group: service ? `service:${service.name}` : (request.group ?? `family:${definition.family}`),
    startedBy: service?.deploymentId ?? request.startedBy,
    createdAt: world.now(),
    attachmentId: world.ids.uuid('attachment'),
    privateIp:
      definition.networkMode === 'awsvpc'
        ? `10.${(sequence >> 16) & 127}.${(sequence >> 8) & 255}.${sequence & 255}`
        : instance.privateIp,
    hostPort: reserve(instance, definition),
    tags: request.tags ?? {},
    desiredStatus: 'RUNNING',
    lastStatus: 'PENDING',
    version: 0,
    process: 'starting',
    healthy: false,
    counted: false,
    failedHealthChecks: false,
    target: undefined,
    startedAt: undefined,
    stoppingAt: undefined,
    stoppedAt: undefined,
    stopCode: undefined,
    stoppedReason: undefined,
    exitCode: undefined,
  };
  instance.tasks.set(id, task);
  instance.cluster.tasks.set(id, task);
  service?.tasks.set(id, task);
  return task;
};
