import { functionShare } from '../../../shared/core/buckets.ts';
import { carryMs } from '../../../shared/core/pacing.ts';
import { earlier, type Instant, later } from '../../../shared/model/instant.ts';
import type { Doomed } from '../../../shared/model/records.ts';
import type { Policy } from '../../../shared/policy.ts';
import type { DoomedTask, TasksView } from './doomed-task.ts';

/** In a storm the drains come first: they draw from the bucket that stops draw from. */
const DRAINS_FIRST_MS = 15_000;
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

/** How long the API's bucket takes to carry so many stops and those of other clusters, milliseconds. */
export const leadOf = (stops: number, { stopsElsewhere }: TasksView): number =>
  carryMs(stops + stopsElsewhere, STOP_BUCKET);

/** When a task must be stopped so that its stop timeout fits before the deadline. */
export const hardStopOf = ({ doomed, stopSeconds }: DoomedTask, policy: Policy): Instant =>
  later(doomed.deadline, -(stopSeconds + policy.stopReserveSeconds) * 1000);

/** When it is stopped whatever happens: so much earlier that the bucket carries all stops. */
export function lastMomentOf(one: DoomedTask, policy: Policy, leadMs: number): Instant {
  const hardStop = hardStopOf(one, policy);
  const early = later(hardStop, -leadMs);
  const latest = later(one.doomed.noticedAt, DRAINS_FIRST_MS);
  return early < latest ? earlier(latest, hardStop) : early;
}
