import type { Service } from '../../../shared/model/fleet.ts';
import { earlier, type Instant, later } from '../../../shared/model/instant.ts';
import type { Doomed, Lookout } from '../../../shared/model/records.ts';
import type { Policy } from '../../../shared/policy.ts';
import type { DoomedTask, TasksView } from './doomed-task.ts';
import { lastMomentsOf, toStop } from './last-moment.ts';
import { servesElsewhere } from './replaced.ts';

/** What a pass knows of failover in its cluster; undefined: nothing is held here. */
export type HoldView = TasksView & { readonly policy: Policy; readonly lookout: Lookout | undefined };

/** Whether an instance stays ACTIVE until something is lent: `until` when at the latest, or why no longer. */
export type Hold = { readonly until: Instant } | { readonly over: string };

/** Failover lends within seconds of a notice, or not at all. */
const LENDING_MS = 15_000;

/** Only a Spot notice leaves failover two minutes, and only what ECS has not begun to drain can wait. */
export const mayBeHeld = ({ cause, drainedAt }: Pick<Doomed, 'cause' | 'drainedAt'>, { holdDrain }: Policy): boolean =>
  holdDrain === 'on' && cause === 'spot' && drainedAt === undefined;

/** The longest that an instance may be held: until deadline - drainReserveSeconds. One that hibernates has no time at all. */
export const holdEnds = (deadline: Instant, { drainReserveSeconds }: Policy): Instant =>
  later(deadline, -drainReserveSeconds * 1000);

/**
 * Of instances that are ACTIVE though doomed, by instance id, those that are held, or were until now: held while DRAINING
 * would cut a service that is about to be lent tasks, since ECS stops tasks at once down to the minimum healthy percent,
 * and needs no replacement for that.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/container-instance-draining.html
 */
export function holdsOf(active: readonly Doomed[], view: HoldView, now: Instant): ReadonlyMap<string, Hold> {
  const { policy, lookout } = view;
  if (lookout === undefined || lookout.holds.length === 0) return new Map();
  const { handled } = toStop(view, { policy, now });
  const byInstance = Map.groupBy(handled, ({ doomed }) => doomed.instanceId);
  const lastMoments = lastMomentsOf(handled, view, policy);
  const seen = { ...view, lookout, lastMoments, serves: servingServices(view, lookout) };
  return new Map(
    active
      .filter((one) => mayBeHeld(one, policy))
      .map((one) => [one.instanceId, holdOf(one, byInstance.get(one.instanceId) ?? [], { ...seen, now })]),
  );
}

type Seen = {
  readonly policy: Policy;
  readonly lookout: Lookout;
  readonly now: Instant;
  readonly lastMoments: ReadonlyMap<DoomedTask, Instant>;
  /** Names of services that have their desired count on no doomed instance. */
  readonly serves: ReadonlySet<string>;
};

/** An instance is not held longer than until the first of its tasks must be stopped: ECS could start it anew right there. */
function holdOf(
  doomed: Doomed,
  here: readonly DoomedTask[],
  { policy, lookout, now, lastMoments, serves }: Seen,
): Hold {
  const until = here.flatMap((one) => lastMoments.get(one) ?? []).reduce(earlier, holdEnds(doomed.deadline, policy));
  if (now >= until) return { over: 'held as long as the deadline allows' };
  const cut = here.filter(({ service }) => service && lookout.holds.includes(service.name) && wouldBeCut(service));
  if (cut.length === 0) return { over: 'nothing on it would be cut' };
  const waiting = cut.filter(({ service }) => !serves.has(service?.name ?? ''));
  if (waiting.length === 0) return { over: 'lent tasks serve' };
  const lendsBy = later(doomed.noticedAt, LENDING_MS);
  // Who observes lends nothing, so that there is nothing to be seen of it.
  const hasDecided = policy.mode === 'act' && now >= lendsBy && lookout.scannedAt >= doomed.noticedAt;
  if (hasDecided && waiting.every(({ lent }) => lent.desired === 0)) return { over: 'nothing is lent for it' };
  return { until: lendsBy > now ? earlier(until, lendsBy) : until };
}

function servingServices(view: TasksView, { holds }: Lookout): ReadonlySet<string> {
  const first = new Map(view.tasks.map((one) => [one.service?.name ?? '', one]));
  return new Set(
    holds.filter((name) => {
      const task = first.get(name);
      return task !== undefined && servesElsewhere(task, view);
    }),
  );
}

/** At least one task of the service may go before another one runs. */
const wouldBeCut = ({ daemon, desired, minimumHealthyPercent }: Service): boolean =>
  !daemon && Math.floor((desired * (100 - minimumHealthyPercent)) / 100) > 0;
