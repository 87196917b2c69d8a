import type { JournalEntry } from '../world/journal.ts';
import type { World } from '../world/world.ts';
import { hostOf, taskName } from './loss.ts';
import type { Task } from './model.ts';

/** Counts a task as healthy (or no longer so) in the tally, once. */
export const countHealthy = (world: World, task: Task, healthy: boolean): void => {
  if (task.counted === healthy) return;
  task.counted = healthy;
  if (task.service) world.tally.count(task.service.facts, { healthy: healthy ? 1 : -1 });
};

type Told = {
  readonly kind: JournalEntry['kind'];
  /** follows the task's name */
  readonly text: string;
  /** who did it, when that is a caller */
  readonly by?: string;
};

/** Writes a line about a task into the journal. */
export const tellTask = (world: World, task: Task, { kind, text, by }: Told): void => {
  if (world.quiet) return;
  const who = by === undefined ? {} : { by };
  const data = { ...who, cluster: task.cluster.name, service: task.service?.name ?? '', instance: hostOf(task) };
  world.journal({ kind, subject: task.arn, text: `${taskName(task)} ${text}`, data });
};
