import type { KilledTask } from '../world/tally.ts';
import type { World } from '../world/world.ts';
import { defaultStopTimeoutSeconds, type Task } from './model.ts';

/** What a verdict says about a task whose host goes now. */
export const lossOf = (world: World, task: Task): KilledTask => {
  const targetGroup = task.service?.targetGroup;
  return {
    at: world.now(),
    region: world.region,
    cluster: task.cluster.name,
    taskArn: task.arn,
    service: task.service?.name,
    instanceId: task.instance.ec2InstanceId,
    waitedForTarget: task.lastStatus === 'DEACTIVATING',
    targetGroup: targetGroup?.arn,
    deregistrationDelaySeconds: targetGroup?.options.deregistrationDelaySeconds,
    stopTimeoutSeconds: stopTimeoutMs(task) / 1_000,
  };
};

/** How long after SIGTERM the agent sends SIGKILL. */
export const stopTimeoutMs = (task: Task): number =>
  (task.definition.stopTimeoutSeconds ?? defaultStopTimeoutSeconds) * 1_000;

/** How a person calls a task: its service or family with the end of its id. */
export const taskName = (task: Task): string => `${task.group.replace(/^(service|family):/, '')}/${task.id.slice(-6)}`;
