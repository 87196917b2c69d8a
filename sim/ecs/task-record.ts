import type { World } from '../world/world.ts';
import { hostOf, taskName } from './loss.ts';
import type { Task } from './model.ts';

/** Counts a task as healthy (or no longer so) in the tally, once. */
export const countHealthy = (world: World, task: Task, healthy: boolean): void => {
  if (task.counted === healthy) return;
  task.counted = healthy;
  if (task.service) world.tally.count(task.service.facts, { healthy: healthy ? 1 : -1 });
};

/** Writes a line about a task into the journal; the text follows the task's name. */
export const tellTask = (
  world: World,
  task: Task,
  kind: Parameters<World['journal']>[0]['kind'],
  text: string,
  more: Parameters<World['journal']>[0]['data'] = {},
): void => {
  if (world.quiet) return;
  const data = { ...more, cluster: task.cluster.name, service: task.service?.name ?? '', instance: hostOf(task) };
  world.journal({ kind, subject: task.arn, text: `${taskName(task)} ${text}`, data });
};
