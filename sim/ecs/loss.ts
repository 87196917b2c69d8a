import type { KilledTask } from '../world/tally.ts';
import type { World } from '../world/world.ts';
import { defaultStopTimeoutSeconds, type Task } from './model.ts';

/** What a verdict says about a task whose host goes now. */
export const lossOf = (world: World, task: Task): KilledTask => {
  const groups = [...task.targets.keys()];
  const slowest = groups.sort((a, b) => b.options.deregistrationDelaySeconds - a.options.deregistrationDelaySeconds)[0];
  return {
    at: world.now(),
    region: world.region,
    cluster: task.cluster.name,
    taskArn: task.arn,
    service: task.service?.name,
    instanceId: hostOf(task),
    waitedForTarget: task.lastStatus === 'DEACTIVATING',
    targetGroup: slowest?.arn,
    deregistrationDelaySeconds: slowest?.options.deregistrationDelaySeconds,
    stopTimeoutSeconds: stopTimeoutMs(task) / 1_000,
  };
};

/** How long after SIGTERM the agent sends SIGKILL. */
export const stopTimeoutMs = (task: Task): number =>
  (task.definition.stopTimeoutSeconds ?? defaultStopTimeoutSeconds) * 1_000;

/** How a person calls a task: its service or family with the end of its id. */
export const taskName = (task: Task): string => `${task.group.replace(/^(service|family):/, '')}/${task.id.slice(-6)}`;

/** Where a task runs, as a person would say it. */
export const hostOf = (task: Task): string =>
  task.instance?.ec2InstanceId ??
  (task.launchType === 'FARGATE'
    ? task.capacityProviderName === 'FARGATE_SPOT'
      ? 'Fargate Spot'
      : 'Fargate'
    : 'no instance yet');
