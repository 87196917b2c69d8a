import { type Instant, later } from '../../../shared/model/instant.ts';
import type { Doomed } from '../../../shared/model/records.ts';
import type { DoomedTask, TasksView } from './doomed-task.ts';

/** ECS replaces and stops tasks itself; only what it has not touched this long after DRAINING is stuck. */
const STUCK_MS = 15_000;

export const isStuck = ({ drainedAt }: Doomed, now: Instant): boolean =>
  drainedAt !== undefined && now >= later(drainedAt, STUCK_MS);

/**
 * The service has its desired count elsewhere, and ECS had time to notice that itself. Of lent tasks ECS takes no notice:
 * a task that they replace waits behind minimum 100 % until we stop it.
 */
export function isReplaced(one: DoomedTask, view: TasksView, now: Instant): boolean {
  const { service, doomed, lent } = one;
  if (service === undefined || service.daemon || !isStuck(doomed, now)) return false;
  // Without a load balancer a task is healthy 40 s after RUNNING, which is not seen here: where no notice presses, ECS
  // itself stops the old one then.
  if (service.targetGroups.length === 0 && doomed.cause !== 'spot' && lent.running === 0) return false;
  return servesElsewhere(one, view);
}

/**
 * As many tasks as the task's service wants serve on no doomed instance, its own and lent ones together: healthy targets
 * where it has load balancers, else running tasks. All or nothing, so that no stop of ours takes it below its desired count.
 */
export function servesElsewhere({ service, task, lent }: DoomedTask, view: TasksView): boolean {
  if (service === undefined) return false;
  if (service.targetGroups.length > 0) {
    const besides = lent.targetGroups.length > 0 ? fewestHealthy(lent.targetGroups, view) : 0;
    return fewestHealthy(service.targetGroups, view) + besides >= service.desired;
  }
  const here = view.tasks.filter(
    (one) => one.task.service === task.service && one.task.lastStatus === 'RUNNING',
  ).length;
  return service.running + lent.running - here - view.tasksBeyond >= service.desired;
}

const fewestHealthy = (groups: readonly string[], { healthyElsewhere }: TasksView): number =>
  Math.min(...groups.map((arn) => healthyElsewhere.get(arn) ?? 0));
