import type { Context } from '../../../shared/flow.ts';
import type { ContainerInstance, Task } from '../../../shared/model/fleet.ts';
import { type Instant, later } from '../../../shared/model/instant.ts';
import type { Doomed, Interruption } from '../../../shared/model/records.ts';
import { type Action, type Plan, STOP_REASON } from '../../../shared/plan/action.ts';
import { type HoldView, holdsOf } from './hold.ts';
import { dueForMaintenance, isWaiting } from './maintenance.ts';
import { drainActive, isHeld } from './pass-drains.ts';
import { decideTasks, type TasksDecision } from './tasks.ts';
import { closedAt } from './tombstone.ts';
import type { Passed } from './watch.ts';

/** What a pass over the doomed instances of one cluster sees. */
export type PassView = HoldView & {
  readonly for: readonly string[];
  readonly problems: readonly string[];
  /** Opted out, or deleted, since the notice: nothing is touched any more. */
  readonly abandoned: boolean;
  /** Open ones, in order of instance id; `after` is set when there are more. */
  readonly doomed: readonly Doomed[];
  readonly after: string | undefined;
  /** Instance ids of those that registered anew since. */
  readonly moved: ReadonlySet<string>;
  readonly instances: ReadonlyMap<string, ContainerInstance>;
  /** ARNs of all tasks that ECS shows on each container instance. */
  readonly tasksOn: ReadonlyMap<string, readonly string[]>;
  /** ARNs of tasks that ECS is stopping or has stopped, on scale-in instances that run no others. */
  readonly stoppingOn: ReadonlyMap<string, readonly string[]>;
  /** What became of the tasks of instances that are gone or empty, by ARN. */
  readonly ended: ReadonlyMap<string, Task>;
};

/** Tasks of a host that EC2 took are shown as stopped some seconds later. */
const SETTLE_MS = 20_000;
const POLL_MS = 5_000;
const STORM_POLL_MS = 10_000;
const STORM = 50;
const IDLE_POLL_MS = 15_000;
/** The shortest heartbeat timeout of a lifecycle hook is 30 s. */
const HEARTBEAT_MS = 20_000;
const TASKS_KEPT = 100;
const REPORT_MS = 90 * 24 * 3_600_000;

/** One pass: drain what is not, look after tasks, keep or complete hooks, close what is gone, say when to look again. */
export function decidePass(view: PassView, { region, now }: Context): { plan: Plan; passed: Passed } {
  if (view.abandoned) return abandon(view, { region, now });
  const doomed = view.doomed.map((one) => seenDraining(one, view, now));
  const over = doomed.filter((one) => isOver(one, view, now));
  const left = doomed.filter((one) => !over.includes(one));
  const turns = dueForMaintenance(left, now);
  const open = left.filter((one) => !isWaiting(one, now) || turns.due.includes(one));
  const common = { for: view.for, region, do: 'remember' as const };
  const active = open.filter((one) => instanceOf(one, view)?.status === 'ACTIVE' && !isToldToDrain(one, view));
  const holds = holdsOf(active, view, now);
  const held = new Map([...holds].flatMap(([id, hold]) => (isHeld(hold) ? [[id, hold.until] as const] : [])));
  const planned = drainActive(active, { cluster: view.cluster, for: view.for, region, now, holds });
  const tasks = decideTasks(view, { region, now, policy: view.policy, for: view.for, held: new Set(held.keys()) });
  const seen = open
    .map((one) => asTold(one, { view, told: tasks.told, drainedAt: held.has(one.instanceId) ? undefined : now }))
    .flatMap((one) => updated(one, view));
  const ended = over.flatMap((one) => closed(one, view, now));
  const first: readonly Action[] = [
    ...(seen.length === 0 ? [] : [{ ...common, because: 'seen in this pass', records: seen }]),
    ...tasks.actions,
    ...hooks(open, over, { region, now, for: view.for }),
  ];
  const last: readonly Action[] = ended.length === 0 ? [] : [{ ...common, because: 'they are gone', records: ended }];
  const steps = [planned, first, last].map((step) => step.map((action) => ({ ...action, under: view.cluster })));
  const decisions = [...held.values(), ...tasks.next, ...(turns.next === undefined ? [] : [turns.next])];
  const next = nextPass(view, open, { decisions, now });
  return {
    plan: { guards: [], steps, notes: [...view.problems, ...tasks.notes] },
    passed: { ...chainOf(view), next, stops: tasks.stops, stopping: tasks.stopping, closes: over.length > 0 },
  };
}

type At = { readonly region: string; readonly now: Instant };

function abandon(view: PassView, { region, now }: At): { plan: Plan; passed: Passed } {
  const records = view.doomed.map((one) => closedAt(one, now));
  const because = 'its cluster is gone or opted out since';
  const next = view.after === undefined ? undefined : later(now, 1_000);
  const action: Action = { do: 'remember', for: view.for, region, because, under: view.cluster, records };
  return {
    plan: { guards: [], steps: records.length === 0 ? [] : [[action]], notes: view.problems },
    passed: { ...chainOf(view), next, stops: 0, stopping: [], closes: records.length > 0 },
  };
}

const chainOf = ({ cluster, after, for: records }: PassView) => ({ cluster, after, for: records });

const instanceOf = ({ containerInstance }: Doomed, { instances }: PassView): ContainerInstance | undefined =>
  containerInstance === undefined ? undefined : instances.get(containerInstance);

/** Gone with its deadline; maintenance when somebody ended the instance first; a scale-in when it is empty or its time is up. */
function isOver(doomed: Doomed, view: PassView, now: Instant): boolean {
  const instance = instanceOf(doomed, view);
  const isGone = instance === undefined || instance.status === 'INACTIVE';
  if (doomed.cause === 'maintenance' && isGone) return true;
  if (doomed.cause !== 'scale-in')
    return now >= later(doomed.deadline, SETTLE_MS) || (isGone && now >= doomed.deadline);
  return isGone || now >= doomed.deadline || isEmpty(doomed, instance, view);
}

/** A task that waits for its target, or for its stop timeout, is in no count and in no list of running tasks. */
function isEmpty(doomed: Doomed, { arn, status, tasks }: ContainerInstance, view: PassView): boolean {
  if (status !== 'DRAINING' || tasks > 0) return false;
  const seen = [...doomed.tasks, ...(view.stoppingOn.get(arn) ?? [])];
  return seen.every((task) => (view.ended.get(task)?.lastStatus ?? 'STOPPED') === 'STOPPED');
}

/** The record, with since when it is DRAINING: if it was our call, since its answer, not since this look. */
function seenDraining(doomed: Doomed, view: PassView, now: Instant): Doomed {
  const isDraining = instanceOf(doomed, view)?.status === 'DRAINING';
  return doomed.drainedAt === undefined && isDraining ? { ...doomed, drainedAt: doomed.acceptedAt ?? now } : doomed;
}

const isToldToDrain = ({ drainedAt }: Doomed, { policy }: PassView): boolean =>
  policy.mode === 'observe' && drainedAt !== undefined;

/** In observe mode nothing happens, so the record says what would have: each thing is told once. */
function asTold(
  doomed: Doomed,
  { view, told, drainedAt }: { view: PassView; told: TasksDecision['told']; drainedAt: Instant | undefined },
): Doomed {
  if (view.policy.mode === 'act') return doomed;
  const more = told.filter(({ instanceId }) => instanceId === doomed.instanceId).map(({ what }) => what);
  return { ...doomed, drainedAt: doomed.drainedAt ?? drainedAt, told: [...new Set([...doomed.told, ...more])] };
}

/** The record with what this pass saw, or nothing when that is not new. */
function updated(doomed: Doomed, view: PassView): readonly Doomed[] {
  const before = view.doomed.find(({ instanceId }) => instanceId === doomed.instanceId);
  const seen = view.tasksOn.get(doomed.containerInstance ?? '') ?? [];
  const tasks = [...new Set([...doomed.tasks, ...seen])].slice(0, TASKS_KEPT);
  const isMoved = view.moved.has(doomed.instanceId);
  const isTelling = before?.told.length !== doomed.told.length;
  const isNews = isMoved || isTelling || before?.drainedAt !== doomed.drainedAt || tasks.length > doomed.tasks.length;
  return isNews ? [{ ...doomed, tasks }] : [];
}

function closed(doomed: Doomed, view: PassView, now: Instant): readonly (Doomed | Interruption)[] {
  const { region, instanceId, cluster, cause, noticedAt, drainedAt, pool } = doomed;
  const tasks = new Set([...doomed.tasks, ...(view.stoppingOn.get(doomed.containerInstance ?? '') ?? [])]);
  const counts = account([...tasks], view.ended);
  const expiresAt = later(now, REPORT_MS);
  return [
    closedAt(doomed, now),
    {
      is: 'interruption',
      region,
      instanceId,
      cluster,
      cause,
      noticedAt,
      drainedAt,
      goneAt: now,
      pool,
      ...counts,
      expiresAt,
    },
  ];
}

const SIGKILL = 137;

/** Who stopped the tasks of an instance: ECS's scheduler, spotkeeper, or nobody (their host went under them). */
export function account(tasks: readonly string[], ended: ReadonlyMap<string, Task>) {
  const counts = { stoppedByScheduler: 0, stoppedBySpotkeeper: 0, killed: 0, other: 0 };
  for (const arn of tasks) {
    const task = ended.get(arn);
    if (task?.lastStatus !== 'STOPPED') counts.other += 1;
    else if (task.stopCode === 'TerminationNotice' || task.stopCode === 'SpotInterruption') counts.killed += 1;
    else if (task.exitCodes.includes(SIGKILL)) counts.killed += 1;
    else if (task.stopCode === 'ServiceSchedulerInitiated') counts.stoppedByScheduler += 1;
    else if (task.stoppedReason?.startsWith(STOP_REASON)) counts.stoppedBySpotkeeper += 1;
    else counts.other += 1;
  }
  return counts;
}

/** Keeps the hooks of instances that still run tasks waiting, and answers those of the others. */
function hooks(
  open: readonly Doomed[],
  over: readonly Doomed[],
  { now, ...common }: At & { readonly for: readonly string[] },
): readonly Action[] {
  const answered = (doomed: Doomed, action: { do: 'heartbeat' | 'release'; because: string }): readonly Action[] =>
    doomed.hook === undefined ? [] : [{ ...common, ...action, instanceId: doomed.instanceId, hook: doomed.hook }];
  return [
    ...open.flatMap((one) => answered(one, { do: 'heartbeat', because: 'tasks are still running' })),
    ...over.flatMap((one) =>
      answered(one, { do: 'release', because: now >= one.deadline ? 'its time is up' : 'its tasks are gone' }),
    ),
  ];
}

function nextPass(
  view: PassView,
  open: readonly Doomed[],
  { decisions, now }: { decisions: readonly Instant[]; now: Instant },
): Instant | undefined {
  const isUrgent = open.some(({ cause, deadline }) => cause === 'spot' && deadline > now);
  if (view.after !== undefined || (view.tasksBeyond > 0 && isUrgent)) return later(now, 1_000);
  // Lent tasks come up one by one, and each instance goes as soon as they serve.
  const isAwaiting = view.tasks.some(({ lent }) => lent.desired > 0);
  const poll = open.length > STORM && !isAwaiting ? STORM_POLL_MS : POLL_MS;
  const busy = open.some(({ cause, drainedAt }) => cause === 'spot' || drainedAt === undefined);
  const instants = [
    ...decisions,
    ...open.map(({ deadline, cause }) => (cause === 'scale-in' ? deadline : later(deadline, SETTLE_MS))),
    ...(view.tasks.length > 0 && busy ? [later(now, poll)] : []),
    ...(open.some(({ drainedAt }) => drainedAt === undefined) ? [later(now, POLL_MS)] : []),
    // A person may set an instance ACTIVE again, and ECS would place tasks on it.
    ...(isUrgent ? [later(now, IDLE_POLL_MS)] : []),
    ...(open.some(({ hook }) => hook !== undefined) ? [later(now, HEARTBEAT_MS)] : []),
  ];
  const soonest = Math.min(...instants);
  return instants.length === 0 ? undefined : later(now, Math.max(1_000, soonest - now));
}
