import { processShare } from '../../../shared/core/buckets.ts';
import type { TargetGroup } from '../../../shared/model/fleet.ts';
import { type Instant, later } from '../../../shared/model/instant.ts';
import type { Doomed } from '../../../shared/model/records.ts';
import type { Action } from '../../../shared/plan/action.ts';
import type { Policy } from '../../../shared/policy.ts';
import type { DoomedTask, TasksView } from './doomed-task.ts';
import { hardStopOf, lastMomentsOf, STOP_BUCKET, toStop } from './last-moment.ts';
import { isReplaced, isStuck, servesElsewhere } from './replaced.ts';
import { beyondBucket, leftAlone, slowGroups } from './task-notes.ts';

export type Setting = {
  readonly region: string;
  readonly now: Instant;
  readonly policy: Policy;
  readonly for: readonly string[];
  /** Instance ids of those that stay ACTIVE until lent tasks serve. */
  readonly held: ReadonlySet<string>;
};

export type TasksDecision = {
  readonly actions: readonly Action[];
  readonly notes: readonly string[];
  /** Instants at which a decision will change. */
  readonly next: readonly Instant[];
  readonly stops: number;
  /** ARNs of those that are stopped only after a while: what the process sends at once is through before the next pass. */
  readonly stopping: readonly string[];
  /** In observe mode, what this decision tells: it is not told again. */
  readonly told: readonly { readonly instanceId: string; readonly what: string }[];
};

/** What one process may send in eleven seconds at the most: with its reads, a pass must fit into the function's timeout. */
const STOPS_PER_PASS = 200;
const AT_ONCE = processShare('ecs-cluster-resource-modify').burst;
/** A network load balancer keeps sending new connections for up to two minutes after deregistration. */
const NETWORK_LAG_MS = 120_000;
/** What open requests get while lent tasks are awaited: most take less, and a target more is worth more. */
const AWAITED_SECONDS = 10;

/**
 * What to do with the tasks on doomed instances now: take targets out of load balancers, stop what is stuck.
 *
 * A target leaves at deadline - (stopTimeout + min(deregistration delay, cap) + reserve), at a network load balancer at
 * once, and never while no healthy target is elsewhere; one of an instance that is held stays, but for the latter. A task
 * is stopped when its targets are gone or its replacement serves, at the latest at deadline - (stopTimeout + reserve + stops still to make / what the bucket carries).
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/container-instance-draining.html
 */
export function decideTasks(view: TasksView, setting: Setting): TasksDecision {
  const { policy, now } = setting;
  const { left, handled } = toStop(view, setting);
  const lastMoments = lastMomentsOf(handled, view, policy);
  const timed = handled.map((one) =>
    timing(one, view, { setting, lastMoment: lastMoments.get(one) ?? hardStopOf(one, policy) }),
  );
  const due = timed
    .filter((one) => one.stopAt <= now && !view.stopping.has(one.task.arn) && !isTold(one, 'stop', policy))
    .sort(byUrgency);
  const stopping = due.slice(0, STOPS_PER_PASS);
  const leaving = timed.filter(
    (one) => !stopping.includes(one) && one.leaving.length > 0 && !isTold(one, 'leave', policy),
  );
  const changes = [...timed.flatMap(({ stopAt, leaveAt }) => [stopAt, ...leaveAt])].filter((at) => at > now);
  return {
    actions: [
      ...deregistrations(
        leaving.flatMap((one) => one.leaving),
        setting,
      ),
      ...stopping.map((one) => stop(one, view.cluster, setting)),
    ],
    notes: [
      ...leftAlone(left),
      ...beyondBucket(
        timed.map(({ hardStop }) => hardStop),
        { others: view.stopsElsewhere, now, bucket: STOP_BUCKET },
      ),
      ...slowGroups(handled),
    ],
    next: due.length > stopping.length ? [later(now, 1_000), ...changes] : changes,
    stops: handled.length - stopping.length,
    stopping: stopping.slice(AT_ONCE).map(({ task }) => task.arn),
    told: policy.mode === 'act' ? [] : [...stopping.map(telling('stop')), ...leaving.map(telling('leave'))],
  };
}

type Verb = 'stop' | 'leave';

const telling =
  (verb: Verb) =>
  ({ task, doomed }: DoomedTask) => ({ instanceId: doomed.instanceId, what: `${verb} ${task.arn}` });

const isTold = (one: DoomedTask, verb: Verb, { mode }: Policy): boolean =>
  mode === 'observe' && one.doomed.told.includes(telling(verb)(one).what);

type Timed = DoomedTask & {
  readonly hardStop: Instant;
  readonly stopAt: Instant;
  readonly why: string;
  readonly leaveAt: readonly Instant[];
  readonly leaving: DoomedTask['targets'];
};

function timing(
  one: DoomedTask,
  view: TasksView,
  { setting, lastMoment }: { setting: Setting; lastMoment: Instant },
): Timed {
  const { now, policy } = setting;
  const { doomed, targets } = one;
  const hardStop = hardStopOf(one, policy);
  const replaced = isReplaced(one, view, now);
  const isHeld = setting.held.has(doomed.instanceId);
  const registered = targets.filter(({ target }) => target.state !== 'draining' && target.state !== 'unused');
  const balanced = (one.service?.targetGroups.length ?? 0) > 0;
  // Lent tasks are on their way: who leaves before they serve is missed. ECS stops nothing for their sake, so it is our stop
  // that a target must leave before; else most are stopped by ECS long before that.
  const isLent = isHeld || one.lent.desired > 0;
  const isAwaited = isLent && !servesElsewhere(one, view);
  const stopsAt = isLent ? lastMoment : hardStop;
  const leavesAt = (group: TargetGroup) => (replaced ? now : leaveAt(group, { doomed, stopsAt, isAwaited, setting }));
  const leave = registered.map(({ group, target }) => ({ group, target, at: leavesAt(group) }));
  const targetsGone = haveLeft(one, leavesAt, now);
  const over = targetsGone
    ? 'its targets have left the load balancer'
    : !balanced && replaced
      ? 'its replacement serves'
      : undefined;
  return {
    ...one,
    hardStop,
    stopAt: over ? now : lastMoment,
    why: over ?? `stuck on an instance that goes at ${new Date(doomed.deadline).toISOString()}`,
    leaveAt: leave.map(({ at }) => at),
    leaving: leave.filter(({ group, at }) => at <= now && (view.healthyElsewhere.get(group.arn) ?? 0) > 0),
  };
}

/**
 * Its targets have left: none is registered though each group is known, and by our own timing it was time to leave. That
 * no target was matched proves nothing else: a group may be gone, or another deployment controller uses a second one.
 */
function haveLeft(
  { service, groups, targets, doomed }: DoomedTask,
  leavesAt: (group: TargetGroup) => Instant,
  now: Instant,
): boolean {
  if (!service?.rolling || groups.length === 0 || groups.length < service.targetGroups.length) return false;
  const isGone = targets.every(({ target }) => target.state === 'unused');
  return isGone && isStuck(doomed, now) && groups.every((group) => leavesAt(group) <= now);
}

function leaveAt(
  group: TargetGroup,
  { doomed, stopsAt, isAwaited, setting }: { doomed: Doomed; stopsAt: Instant; isAwaited: boolean; setting: Setting },
): Instant {
  if (group.network) return doomed.cause === 'spot' ? setting.now : later(stopsAt, -NETWORK_LAG_MS);
  const most = isAwaited
    ? Math.min(AWAITED_SECONDS, setting.policy.deregisterSeconds)
    : setting.policy.deregisterSeconds;
  return later(stopsAt, -Math.min(group.deregistrationDelaySeconds, most) * 1000);
}

/** Replica tasks before daemons, the longest stop timeout first, then the nearest deadline. */
const byUrgency = (a: Timed, b: Timed): number =>
  Number(a.service?.daemon ?? false) - Number(b.service?.daemon ?? false) ||
  b.stopSeconds - a.stopSeconds ||
  a.hardStop - b.hardStop ||
  (a.task.arn < b.task.arn ? -1 : 1);

function deregistrations(leaving: DoomedTask['targets'], { region, for: records }: Setting): readonly Action[] {
  const byGroup = Map.groupBy(leaving, ({ group }) => group.arn);
  return [...byGroup].map(([targetGroup, all]) => ({
    do: 'deregister',
    for: records,
    region,
    because: 'their instances are about to go, others are healthy elsewhere',
    targetGroup,
    targets: all.map(({ target }) => target),
  }));
}

const stop = ({ task, why }: Timed, cluster: string, { region, for: records }: Setting): Action => ({
  do: 'stop',
  for: records,
  region,
  because: why,
  cluster,
  task: task.arn,
});
