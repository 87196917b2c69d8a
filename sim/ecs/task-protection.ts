import type {
  Failure,
  GetTaskProtectionRequest,
  GetTaskProtectionResponse,
  ProtectedTask,
  UpdateTaskProtectionRequest,
  UpdateTaskProtectionResponse,
} from '@aws-sdk/client-ecs';
import type { Operation } from '../service.ts';
import type { World } from '../world/world.ts';
import type { Cluster, EcsService, Task } from './model.ts';
import { byReference, checkedList, type EcsState, invalid, missing } from './state.ts';

const defaultMinutes = 120;
const mostMinutes = 2_880;

/**
 * Scale-in protection of tasks. https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-scale-in-protection.html
 * @param ended hears of every service with a task that is no longer protected
 */
export const protectionOperations = (
  world: World,
  state: EcsState,
  ended: (service: EcsService) => void,
): Record<string, Operation> => ({
  /** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_UpdateTaskProtection.html */
  UpdateTaskProtection: (input: UpdateTaskProtectionRequest): UpdateTaskProtectionResponse => {
    const { protectionEnabled, expiresInMinutes = defaultMinutes } = input;
    const { found, failures } = serviceTasks(state.cluster(input.cluster), checkedList(input.tasks, 'Tasks', 10));
    if (!Number.isInteger(expiresInMinutes) || expiresInMinutes < 1 || expiresInMinutes > mostMinutes) {
      throw invalid(`expiresInMinutes must be between 1 and ${mostMinutes}.`);
    }
    const until = protectionEnabled ? world.now() + expiresInMinutes * 60_000 : undefined;
    for (const task of found) {
      task.protectedUntil = until;
      const { service } = task;
      if (!service) continue;
      if (until === undefined) ended(service);
      else world.clock.at(until, () => ended(service));
    }
    return { protectedTasks: found.map((task) => shape(task, world.now())), failures };
  },

  /** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_GetTaskProtection.html */
  GetTaskProtection: (input: GetTaskProtectionRequest): GetTaskProtectionResponse => {
    const { found, failures } = serviceTasks(state.cluster(input.cluster), checkedList(input.tasks, 'Tasks', 100));
    return { protectedTasks: found.map((task) => shape(task, world.now())), failures };
  },
});

const serviceTasks = (cluster: Cluster, references: readonly string[]) => {
  const failures: Failure[] = [];
  const found = references.flatMap((reference) => {
    const task = byReference(cluster.tasks, reference);
    if (!task) failures.push(missing(reference));
    else if (!task.service || task.lastStatus === 'STOPPED') failures.push({ arn: task.arn, reason: 'TASK_NOT_VALID' });
    else return [task];
    return [];
  });
  return { found, failures };
};

const shape = (task: Task, now: number): ProtectedTask => {
  const until = task.protectedUntil;
  return until !== undefined && until > now
    ? { taskArn: task.arn, protectionEnabled: true, expirationDate: new Date(until) }
    : { taskArn: task.arn, protectionEnabled: false };
};
