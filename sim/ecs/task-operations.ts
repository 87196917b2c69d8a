import type {
  DescribeTasksRequest,
  DescribeTasksResponse,
  Failure,
  ListTasksRequest,
  ListTasksResponse,
  StopTaskRequest,
  StopTaskResponse,
} from '@aws-sdk/client-ecs';
import type { Operation } from '../service.ts';
import { AwsError } from '../service.ts';
import { page } from '../world/page.ts';
import { taskShape } from './descriptions.ts';
import type { Cluster, Task } from './model.ts';
import { byReference, checkedList, type EcsState, invalid, missing, pageRequest, tagList } from './state.ts';
import type { Tasks } from './tasks.ts';

/** The ECS operations that list, describe and stop tasks of one region. */
export const taskOperations = (state: EcsState, tasks: Tasks): Record<string, Operation> => ({
  /**
   * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ListTasks.html
   * `desiredStatus` is RUNNING when left out: a task that is being stopped, even one that still waits for its target,
   * shows only under STOPPED (aws/containers-roadmap#2171).
   */
  ListTasks: (input: ListTasksRequest, { hides }): ListTasksResponse => {
    if (input.daemonName !== undefined) throw new AwsError('NotImplemented', 'daemonName: there are no daemons', 501);
    const cluster = state.cluster(input.cluster);
    const wanted = input.desiredStatus ?? 'RUNNING';
    const found = candidates(cluster, input).filter(
      (task) =>
        task.desiredStatus === wanted &&
        (input.containerInstance === undefined || isOn(task, input.containerInstance)) &&
        (input.serviceName === undefined || task.group === `service:${lastPart(input.serviceName)}`) &&
        (input.family === undefined || task.definition.family === input.family) &&
        (input.startedBy === undefined || task.startedBy === input.startedBy) &&
        (input.launchType === undefined || input.launchType === task.launchType) &&
        !hides?.(task.createdAt),
    );
    const result = page(found, pageRequest(input));
    return { taskArns: result.items.map(({ arn }) => arn), nextToken: result.nextToken };
  },

  /** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeTasks.html */
  DescribeTasks: (input: DescribeTasksRequest): DescribeTasksResponse => {
    const cluster = state.cluster(input.cluster);
    const withTags = input.include?.includes('TAGS') ?? false;
    const failures: Failure[] = [];
    const found = checkedList(input.tasks, 'Tasks', 100).flatMap((reference) => {
      const task = byReference(cluster.tasks, reference);
      if (!task) failures.push(missing(reference));
      return task ? [{ ...taskShape(task), tags: withTags ? tagList(task.tags) : [] }] : [];
    });
    return { tasks: found, failures };
  },

  /** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_StopTask.html */
  StopTask: (input: StopTaskRequest): StopTaskResponse => {
    const cluster = state.cluster(input.cluster);
    const task = byReference(cluster.tasks, input.task ?? '');
    if (!task) throw invalid('The referenced task was not found.');
    tasks.stops.byCaller(task, input.reason ?? 'Task stopped by user');
    return { task: taskShape(task) };
  },
});

/** The smallest set that holds every task asked for, in rising order; the caller filters it. */
const candidates = (cluster: Cluster, input: ListTasksRequest): Task[] => {
  const others = [input.containerInstance, input.serviceName, input.family, input.launchType].filter(
    (filter) => filter !== undefined,
  );
  if (input.startedBy !== undefined && others.length > 0) {
    throw invalid('startedBy cannot be combined with other filters.');
  }
  const service = input.serviceName === undefined ? undefined : byReference(cluster.services, input.serviceName);
  if (input.serviceName !== undefined && !service) throw new AwsError('ServiceNotFoundException', 'Service not found.');
  const instance =
    input.containerInstance === undefined ? undefined : byReference(cluster.instances, input.containerInstance);
  if (input.containerInstance !== undefined && (!instance || instance.status === 'INACTIVE')) {
    throw invalid('The specified container instance is not active.');
  }
  // Tasks that have STOPPED hold nothing any more: only the cluster still knows them.
  if (input.desiredStatus === 'STOPPED') return [...cluster.tasks.values()];
  return [...(instance?.tasks ?? service?.tasks ?? cluster.tasks).values()];
};

const isOn = (task: Task, containerInstance: string): boolean => task.instance?.id === lastPart(containerInstance);

const lastPart = (reference: string): string => reference.slice(reference.lastIndexOf('/') + 1);
