import type {
  Failure,
  RunTaskRequest,
  RunTaskResponse,
  StartTaskRequest,
  StartTaskResponse,
} from '@aws-sdk/client-ecs';
import { AwsError, type Operation } from '../service.ts';
import { taskShape } from './descriptions.ts';
import { fitOf } from './fit.ts';
import type { Task } from './model.ts';
import { checkedNetwork } from './network.ts';
import { zonesOf } from './placing.ts';
import { Launches } from './run-task-launches.ts';
import { checkedRun, checkedStart, commonOf, type RunParts } from './run-task-request.ts';
import { byReference, checkedList, missing } from './state.ts';

/** How long a client token stands for its tasks, https://docs.aws.amazon.com/AmazonECS/latest/APIReference/ECS_Idempotency.html */
const tokenLivesMs = 86_400_000;

/** The ECS operations that start standalone tasks in one region. */
export const runTaskOperations = (parts: RunParts): Record<string, Operation> => {
  const tokens = new Map<string, Remembered>();
  return {
    RunTask: (input: RunTaskRequest): RunTaskResponse => {
      const { clientToken } = input;
      const cluster = parts.state.cluster(input.cluster);
      if (clientToken === undefined) return runTask(parts, input);
      if (!/^[!-~]{1,64}$/.test(clientToken)) throw new AwsError('InvalidParameterException', 'Invalid clientToken.');
      const key = `${cluster.arn} ${clientToken}`;
      const known = tokens.get(key);
      if (known && parts.world.now() - known.at < tokenLivesMs) return again(known, input);
      const answer = runTask(parts, input);
      const tasks = (answer.tasks ?? []).flatMap(({ taskArn = '' }) => byReference(cluster.tasks, taskArn) ?? []);
      if (tasks.length > 0) tokens.set(key, { at: parts.world.now(), input: JSON.stringify(input), tasks });
      return answer;
    },
    StartTask: (input: StartTaskRequest): StartTaskResponse => startTask(parts, input),
  };
};

type Remembered = { readonly at: number; readonly input: string; readonly tasks: readonly Task[] };

/** The same request again starts nothing. @throws AwsError ConflictException for another request with the token */
const again = ({ input, tasks }: Remembered, request: RunTaskRequest): RunTaskResponse => {
  if (input !== JSON.stringify(request)) {
    throw new AwsError(
      'ConflictException',
      'The RunTask request could not be processed due to conflicts. The provided clientToken is already in use with a different RunTask request.',
      400,
      { resourceIds: tasks.map(({ arn }) => arn) },
    );
  }
  return { tasks: tasks.map((task) => taskShape(task)), failures: [] };
};

/**
 * Starts up to ten copies of a task wherever there is room; what could not be started is in `failures`.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RunTask.html
 * @throws AwsError ClientException, InvalidParameterException, ClusterNotFoundException, ThrottlingException, NotImplemented
 */
const runTask = (parts: RunParts, input: RunTaskRequest): RunTaskResponse => {
  const run = checkedRun(parts, input);
  const launches = new Launches(parts, run);
  const tasks: Task[] = [];
  while (tasks.length < run.count) {
    const task = launches.startOne();
    if (!task) break;
    tasks.push(task);
  }
  return { tasks: tasks.map((task) => taskShape(task)), failures: [...launches.failures] };
};

/**
 * Starts a task on each of the given instances, wherever placement would put it.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_StartTask.html
 * @throws AwsError as RunTask does
 */
const startTask = (parts: RunParts, input: StartTaskRequest): StartTaskResponse => {
  const { cluster, definition } = checkedStart(parts, input);
  const network = checkedNetwork(definition, input.networkConfiguration, false);
  const common = commonOf(input, cluster, definition);
  const fit = fitOf({ definition: { ...definition, memberOf: [] }, zones: zonesOf(parts.state, network) });
  const failures: Failure[] = [];
  const tasks = checkedList(input.containerInstances, 'Container instances', 10).flatMap((reference) => {
    const instance = byReference(cluster.instances, reference);
    const reason = instance === undefined ? 'MISSING' : instance.status === 'ACTIVE' ? fit(instance) : 'INACTIVE';
    if (instance && reason === undefined) return [parts.tasks.start({ ...common, instance })];
    failures.push(instance && reason !== undefined ? { arn: instance.arn, reason } : missing(reference));
    return [];
  });
  return { tasks: tasks.map((task) => taskShape(task)), failures };
};
