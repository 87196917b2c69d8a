import { functionShare } from '../../../shared/core/buckets.ts';
import { carriedWithin, carryMs } from '../../../shared/core/pacing.ts';
import type { Service, Target, TargetGroup, Task } from '../../../shared/model/fleet.ts';
import { earlier, type Instant, later } from '../../../shared/model/instant.ts';
import type { Doomed } from '../../../shared/model/records.ts';
import type { Action } from '../../../shared/plan/action.ts';
import type { Policy } from '../../../shared/policy.ts';

/** A task that ECS has not asked to stop, on an instance that is about to go. */
export type DoomedTask = {
  readonly task: Task;
  readonly doomed: Doomed;
  /** Undefined for a standalone task. */
  readonly service: Service | undefined;
  readonly stopSeconds: number;
  /** The targets under which load balancers know it. */
  readonly targets: readonly { readonly group: TargetGroup; readonly target: Target }[];
};

export type TasksView = {
  readonly cluster: string;
  readonly tasks: readonly DoomedTask[];
  /** Healthy targets of each group, by ARN, that are on no doomed instance. */
  readonly healthyElsewhere: ReadonlyMap<string, number>;
  /** Stops that other clusters of the region still count on, in the same bucket. */
  readonly stopsElsewhere: number;
};

export type Setting = {
  readonly region: string;
  readonly now: Instant;
  readonly policy: Policy;
  readonly for: readonly string[];
};

export type TasksDecision = {
  readonly actions: readonly Action[];
  readonly notes: readonly string[];
  /** Instants at which a decision will change. */
  readonly next: readonly Instant[];
  readonly stops: number;
};

/** ECS replaces and stops tasks itself; only what it has not touched this long after DRAINING is stuck. */
const STUCK_MS = 15_000;
/** In a storm the drains come first: they draw from the bucket that stops draw from. */
const DRAINS_FIRST_MS = 15_000;
/** What one process may send in eleven seconds at the most: with its reads, a pass must fit into the function's timeout. */
const STOPS_PER_PASS = 200;
/** A network load balancer keeps sending new connections for up to two minutes after deregistration. */
const NETWORK_LAG_MS = 120_000;
const STOP_BUCKET = functionShare('ecs-cluster-resource-modify');

/**
 * What to do with the tasks on doomed instances now: take targets out of load balancers, stop what is stuck.
 *
 * A target leaves at deadline - (stopTimeout + min(deregistration delay, cap) + reserve), at a network load balancer at
 * once, and never while no healthy target is elsewhere. A task is stopped when its targets are gone or its replacement
 * serves, at the latest at deadline - (stopTimeout + reserve + stops still to make / what the bucket carries).
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/container-instance-draining.html
 */
export function decideTasks(view: TasksView, setting: Setting): TasksDecision {
  const { policy, now } = setting;
  const open = view.tasks.filter(({ doomed }) => !isTooLate(doomed, now));
  const [left, handled] = partition(open, ({ service }) => service === undefined && policy.standalone === 'leave');
  const leadMs = carryMs(handled.length + view.stopsElsewhere, STOP_BUCKET);
  const timed = handled.map((one) => timing(one, view, { setting, leadMs }));
  const due = timed.filter(({ stopAt }) => stopAt <= now).sort(byUrgency);
  const stopping = due.slice(0, STOPS_PER_PASS);
  const leaving = timed.filter((one) => !stopping.includes(one)).flatMap((one) => one.leaving);
  const changes = [...timed.flatMap(({ stopAt, leaveAt }) => [stopAt, ...leaveAt])].filter((at) => at > now);
  return {
    actions: [...deregistrations(leaving, setting), ...stopping.map((one) => stop(one, view.cluster, setting))],
    notes: [...leftAlone(left), ...beyondBucket(timed, view, now), ...slowGroups(handled)],
    next: due.length > stopping.length ? [later(now, 1_000), ...changes] : changes,
    stops: handled.length - stopping.length,
  };
}

/** EC2 has the instance by now; one that hibernates has no time at all, and every stop may still help. */
const isTooLate = ({ deadline, noticedAt }: Doomed, now: Instant): boolean => deadline <= now && deadline > noticedAt;

type Timed = DoomedTask & {
  readonly hardStop: Instant;
  readonly stopAt: Instant;
  readonly why: string;
  readonly leaveAt: readonly Instant[];
  readonly leaving: DoomedTask['targets'];
};

function timing(one: DoomedTask, view: TasksView, { setting, leadMs }: { setting: Setting; leadMs: number }): Timed {
  const { now, policy } = setting;
  const { doomed, targets } = one;
  const hardStop = later(doomed.deadline, -(one.stopSeconds + policy.stopReserveSeconds) * 1000);
  const early = later(hardStop, -leadMs);
  const latest = later(doomed.noticedAt, DRAINS_FIRST_MS);
  const lastMoment = early < latest ? earlier(latest, hardStop) : early;
  const replaced = isReplaced(one, view, now);
  const registered = targets.filter(({ target }) => target.state !== 'draining' && target.state !== 'unused');
  const balanced = (one.service?.targetGroups.length ?? 0) > 0;
  const leave = registered.map(({ group, target }) => ({
    group,
    target,
    at: replaced ? now : leaveAt(group, { doomed, hardStop, setting }),
  }));
  const targetsGone = balanced && targets.every(({ target }) => target.state === 'unused') && isStuck(doomed, now);
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

function leaveAt(
  group: TargetGroup,
  { doomed, hardStop, setting }: { doomed: Doomed; hardStop: Instant; setting: Setting },
): Instant {
  if (group.network) return doomed.cause === 'spot' ? setting.now : later(hardStop, -NETWORK_LAG_MS);
  return later(hardStop, -Math.min(group.deregistrationDelaySeconds, setting.policy.deregisterSeconds) * 1000);
}

/** The service has its desired count elsewhere, and ECS had time to notice that itself. */
function isReplaced({ service, doomed, task }: DoomedTask, view: TasksView, now: Instant): boolean {
  if (service === undefined || service.daemon || !isStuck(doomed, now)) return false;
  if (service.targetGroups.length > 0) {
    return service.targetGroups.every((arn) => (view.healthyElsewhere.get(arn) ?? 0) >= service.desired);
  }
  const here = view.tasks.filter(
    (one) => one.task.service === task.service && one.task.lastStatus === 'RUNNING',
  ).length;
  return service.running - here >= service.desired;
}

const isStuck = ({ drainedAt }: Doomed, now: Instant): boolean =>
  drainedAt !== undefined && now >= later(drainedAt, STUCK_MS);

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

function leftAlone(left: readonly DoomedTask[]): readonly string[] {
  if (left.length === 0) return [];
  const where = [...new Set(left.map(({ doomed }) => doomed.instanceId))].slice(0, 5).join(', ');
  return [
    `standalone tasks on ${where} are left alone (${left.length}); spotkeeper:standalone=stop on the cluster stops them`,
  ];
}

function beyondBucket(timed: readonly Timed[], view: TasksView, now: Instant): readonly string[] {
  const open = timed.filter(({ hardStop }) => hardStop > now);
  if (open.length === 0) return [];
  const all = open.length + view.stopsElsewhere;
  const carried = carriedWithin(Math.max(...open.map(({ hardStop }) => hardStop)) - now, STOP_BUCKET);
  if (all <= carried) return [];
  return [`at least ${all} stops are still to make, ECS's bucket carries ${carried} in time; the rest will be killed`];
}

/** With the default delay of 300 s a target is still draining when EC2 takes its instance. */
function slowGroups(handled: readonly DoomedTask[]): readonly string[] {
  const groups = new Map<string, { group: TargetGroup; stopSeconds: number }>();
  for (const { targets, stopSeconds, doomed } of handled) {
    if (doomed.cause !== 'spot') continue;
    for (const { group } of targets) {
      const longest = Math.max(stopSeconds, groups.get(group.arn)?.stopSeconds ?? 0);
      groups.set(group.arn, { group, stopSeconds: longest });
    }
  }
  return [...groups.values()].flatMap(({ group: { name, deregistrationDelaySeconds: delay }, stopSeconds }) => {
    const most = NOTICE_SECONDS - stopSeconds;
    if (delay <= Math.max(0, most)) return [];
    const what = `target group ${name}: its deregistration delay of ${delay} s and a stop timeout of ${stopSeconds} s`;
    const advice =
      most > 0
        ? `set deregistration_delay.timeout_seconds to ${most} or less`
        : `set the stop timeout of its tasks below ${NOTICE_SECONDS} s`;
    return [`${what} outlast a Spot notice; ${advice}`];
  });
}

/** Two minutes, less what it takes to notice, drain and replace. */
const NOTICE_SECONDS = 90;

function partition<T>(items: readonly T[], test: (item: T) => boolean): readonly [readonly T[], readonly T[]] {
  return [items.filter(test), items.filter((item) => !test(item))];
}
