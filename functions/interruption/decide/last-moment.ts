import { functionShare } from '../../../shared/core/buckets.ts';
import { carryMs } from '../../../shared/core/pacing.ts';
import { earlier, type Instant, later } from '../../../shared/model/instant.ts';
import type { Doomed } from '../../../shared/model/records.ts';
import type { Policy } from '../../../shared/policy.ts';
import type { DoomedTask, TasksView } from './doomed-task.ts';

/** In a storm the drains come first: they draw from the bucket that stops draw from. */
const DRAINS_FIRST_MS = 15_000;
/** The next pass comes so much later: what would be due before it is due now. */
const NEXT_PASS_MS = 5_000;
export const STOP_BUCKET = functionShare('ecs-cluster-resource-modify');

/** The tasks that are not too late to stop: those that the policy leaves alone, and those that are ours to stop. */
export function toStop(
  { tasks }: TasksView,
  { policy, now }: { policy: Policy; now: Instant },
): { left: readonly DoomedTask[]; handled: readonly DoomedTask[] } {
  const open = tasks.filter(({ doomed }) => !isTooLate(doomed, now));
  const isLeft = ({ service }: DoomedTask) => service === undefined && policy.standalone === 'leave';
  return { left: open.filter(isLeft), handled: open.filter((one) => !isLeft(one)) };
}

/** EC2 has the instance by now; one that hibernates has no time at all, and every stop may still help. */
const isTooLate = ({ deadline, noticedAt }: Doomed, now: Instant): boolean => deadline <= now && deadline > noticedAt;

/** When a task must be stopped so that its stop timeout fits before the deadline. */
export const hardStopOf = ({ doomed, stopSeconds }: DoomedTask, policy: Policy): Instant =>
  later(doomed.deadline, -(stopSeconds + policy.stopReserveSeconds) * 1000);

/**
 * When each task is stopped whatever happens: one after the other, at the rate of the API's bucket, which the stops of
 * other clusters draw from, too. The last of them is stopped at its hard stop, each earlier one so much before it that
 * those after it have their turn.
 */
export function lastMomentsOf(
  handled: readonly DoomedTask[],
  view: TasksView,
  policy: Policy,
): ReadonlyMap<DoomedTask, Instant> {
  const lastFirst = handled
    .map((one) => ({ one, hardStop: hardStopOf(one, policy) }))
    .sort((a, b) => b.hardStop - a.hardStop || (a.one.task.arn < b.one.task.arn ? 1 : -1));
  const turnMs = carryMs(handled.length + view.stopsElsewhere, STOP_BUCKET) / Math.max(1, handled.length);
  let turn = Number.POSITIVE_INFINITY;
  return new Map(
    lastFirst.map(({ one, hardStop }) => {
      turn = Math.min(hardStop, turn) - turnMs;
      const leadMs = hardStop - turn;
      const early = later(hardStop, -Math.round(leadMs + Math.min(leadMs - turnMs, NEXT_PASS_MS)));
      const latest = later(one.doomed.noticedAt, DRAINS_FIRST_MS);
      return [one, early < latest ? earlier(latest, hardStop) : early];
    }),
  );
}
