import {
  DescribeTasksCommand,
  type ECSClient,
  ListTasksCommand,
  StopTaskCommand,
  type Task as Wire,
} from '@aws-sdk/client-ecs';
import { batches } from '../core/batches.ts';
import type { Task } from '../model/fleet.ts';
import { instant } from '../model/instant.ts';
import { STOP_REASON, type StopTask } from '../plan/action.ts';
import { unlessGone } from './errors.ts';

const PER_CALL = 100; // https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeTasks.html

/** Which tasks to list: of a cluster, of one of its container instances or of one of its services; those that are to run, or those to stop. */
export type TaskList = {
  readonly cluster: string;
  readonly containerInstance?: string | undefined;
  readonly service?: string | undefined;
  /** of the task definition */
  readonly family?: string | undefined;
  /** `STOPPED` lists tasks that ECS is stopping or has stopped lately. */
  readonly desiredStatus?: 'STOPPED' | undefined;
};

/** The ARNs of tasks; none of what is gone. https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ListTasks.html */
export const listTasks = (ecs: ECSClient, list: TaskList): Promise<readonly string[]> =>
  unlessGone(listTasksThere(ecs, list), []);

/** The same. @throws ClusterNotFoundException and the like of what is gone */
export async function listTasksThere(ecs: ECSClient, list: TaskList): Promise<readonly string[]> {
  const { cluster, containerInstance, service, family, desiredStatus } = list;
  const arns: string[] = [];
  let nextToken: string | undefined;
  do {
    const page = await ecs.send(
      new ListTasksCommand({
        cluster,
        maxResults: PER_CALL,
        ...(containerInstance && { containerInstance }),
        ...(service && { serviceName: service }),
        ...(family && { family }),
        ...(desiredStatus && { desiredStatus }),
        ...(nextToken && { nextToken }),
      }),
    );
    arns.push(...(page.taskArns ?? []));
    nextToken = page.nextToken;
  } while (nextToken);
  return arns;
}

/** The named tasks; those that ECS does not show any more (it keeps stopped ones for an hour) are left out. */
export async function describeTasks(
  ecs: ECSClient,
  cluster: string,
  arns: readonly string[],
): Promise<readonly Task[]> {
  const pages = await Promise.all(
    batches(arns, PER_CALL).map((tasks) =>
      unlessGone(ecs.send(new DescribeTasksCommand({ cluster, tasks })), { tasks: [] }),
    ),
  );
  return pages.flatMap(({ tasks }) => (tasks ?? []).map((wire) => inModel(cluster, wire)));
}

/** Sends the task's containers SIGTERM, and SIGKILL after their stop timeout. */
export async function stopTask(ecs: ECSClient, { cluster, task, because }: StopTask): Promise<void> {
  await ecs.send(new StopTaskCommand({ cluster, task, reason: `${STOP_REASON}: ${because}`.slice(0, REASON_LENGTH) }));
}

const REASON_LENGTH = 1024; // https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Task.html stoppedReason

function inModel(cluster: string, wire: Wire): Task {
  const containers = wire.containers ?? [];
  return {
    arn: wire.taskArn ?? '',
    cluster,
    containerInstance: wire.containerInstanceArn,
    service: wire.group?.startsWith('service:') ? wire.group.slice('service:'.length) : undefined,
    definition: wire.taskDefinitionArn ?? '',
    lastStatus: wire.lastStatus ?? '',
    desiredStatus: wire.desiredStatus ?? '',
    stopCode: wire.stopCode,
    stoppedReason: wire.stoppedReason,
    exitCodes: containers.flatMap(({ exitCode }) => (exitCode === undefined ? [] : [exitCode])),
    ips: containers.flatMap(({ networkInterfaces }) =>
      (networkInterfaces ?? []).flatMap(({ privateIpv4Address }) => privateIpv4Address ?? []),
    ),
    hostPorts: containers.flatMap(({ networkBindings }) =>
      (networkBindings ?? []).flatMap(({ hostPort }) => hostPort ?? []),
    ),
    provider: wire.capacityProviderName,
    startedBy: wire.startedBy,
    createdAt: wire.createdAt && instant(wire.createdAt.getTime()),
    startedAt: wire.startedAt && instant(wire.startedAt.getTime()),
    healthStatus: wire.healthStatus,
  };
}
