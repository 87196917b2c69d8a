import { batches } from '../../../shared/core/batches.ts';
import type { Context } from '../../../shared/flow.ts';
import type { ContainerInstance, Task } from '../../../shared/model/fleet.ts';
import { type Instant, later } from '../../../shared/model/instant.ts';
import type { Doomed, Interruption } from '../../../shared/model/records.ts';
import type { Action, Plan } from '../../../shared/plan/action.ts';
import type { Policy } from '../../../shared/policy.ts';
import { decideTasks, type TasksView } from './tasks.ts';
import type { Passed } from './watch.ts';

/** What a pass over the doomed instances of one cluster sees. */
export type PassView = TasksView & {
  readonly for: readonly string[];
  readonly policy: Policy;
  readonly problems: readonly string[];
  /** Opted out, or deleted, since the notice: nothing is touched any more. */
  readonly abandoned: boolean;
  /** Open ones, in order of instance id; `after` is set when there are more. */
  readonly doomed: readonly Doomed[];
  readonly after: string | undefined;
  readonly instances: ReadonlyMap<string, ContainerInstance>;
  /** ARNs of all tasks that ECS shows on each container instance. */
  readonly tasksOn: ReadonlyMap<string, readonly string[]>;
  /** What became of the tasks of instances that are gone, by ARN. */
  readonly ended: ReadonlyMap<string, Task>;
};

const PER_DRAIN = 10;
/** Tasks of a host that EC2 took are shown as stopped some seconds later. */
const SETTLE_MS = 20_000;
const POLL_MS = 5_000;
const STORM_POLL_MS = 10_000;
const STORM = 50;
/** The shortest heartbeat timeout of a lifecycle hook is 30 s. */
const HEARTBEAT_MS = 20_000;
const TASKS_KEPT = 100;
const TOMBSTONE_MS = 2 * 3_600_000;
const REPORT_MS = 90 * 24 * 3_600_000;

/** One pass: drain what is not, look after tasks, keep or complete hooks, close what is gone, say when to look again. */
export function decidePass(view: PassView, { region, now }: Context): { plan: Plan; passed: Passed } {
  if (view.abandoned) return abandon(view, { region, now });
  const setting = { region, now, policy: view.policy, for: view.for };
  const due = view.doomed.filter(({ drainAt }) => drainAt <= now);
  const [over, open] = [due.filter((one) => isOver(one, view, now)), due.filter((one) => !isOver(one, view, now))];
  const tasks = decideTasks(view, setting);
  const records = [...open.flatMap((one) => updated(one, view, now)), ...over.flatMap((one) => closed(one, view, now))];
  const under = { under: view.cluster, for: view.for, region };
  const remember: Action[] =
    records.length === 0 ? [] : [{ ...under, do: 'remember', because: 'seen in this pass', records }];
  const steps = [
    [...drains(open, view, { region, now }), ...tasks.actions, ...hooks(open, over, { region, for: view.for })],
    remember,
  ].map((step) => step.map((action) => ({ ...action, under: view.cluster })));
  return {
    plan: { guards: [], steps, notes: [...view.problems, ...tasks.notes] },
    passed: {
      cluster: view.cluster,
      next: nextPass(view, open, { tasks: tasks.next, now }),
      stops: tasks.stops,
      after: view.after,
      for: view.for,
    },
  };
}

type At = { readonly region: string; readonly now: Instant };

function abandon(view: PassView, { region, now }: At): { plan: Plan; passed: Passed } {
  const records = view.doomed.map((one): Doomed => ({ ...one, closedAt: now, expiresAt: later(now, TOMBSTONE_MS) }));
  const because = 'its cluster is gone or opted out since';
  const action: Action = { do: 'remember', for: view.for, region, because, under: view.cluster, records };
  return {
    plan: { guards: [], steps: records.length === 0 ? [] : [[action]], notes: view.problems },
    passed: { cluster: view.cluster, next: undefined, stops: 0, after: undefined, for: view.for },
  };
}

const instanceOf = ({ containerInstance }: Doomed, { instances }: PassView): ContainerInstance | undefined =>
  containerInstance === undefined ? undefined : instances.get(containerInstance);

/** Gone with its deadline; after a scale-in drain, once it is empty or its time is up. */
function isOver(doomed: Doomed, view: PassView, now: Instant): boolean {
  const instance = instanceOf(doomed, view);
  const isGone = instance === undefined || instance.status === 'INACTIVE';
  if (doomed.cause !== 'scale-in')
    return now >= later(doomed.deadline, SETTLE_MS) || (isGone && now >= doomed.deadline);
  return isGone || now >= doomed.deadline || (instance.status === 'DRAINING' && instance.tasks === 0);
}

function drains(open: readonly Doomed[], view: PassView, { region }: At): readonly Action[] {
  const missed = open.filter((one) => instanceOf(one, view)?.status === 'ACTIVE');
  return batches(missed, PER_DRAIN).map((some) => ({
    do: 'drain',
    for: view.for,
    region,
    because: 'these doomed instances are ACTIVE still, or again',
    cluster: view.cluster,
    deadline: some.map(({ deadline }) => deadline).sort((a, b) => a - b)[0] as Instant,
    instances: some.map((one) => ({
      containerInstance: one.containerInstance ?? '',
      instanceId: one.instanceId,
      from: 'ecs' as const,
      for: view.for,
    })),
  }));
}

/** The record with what this pass saw, or nothing when that is not new. */
function updated(doomed: Doomed, view: PassView, now: Instant): readonly Doomed[] {
  const isDraining = instanceOf(doomed, view)?.status === 'DRAINING';
  const drainedAt = doomed.drainedAt ?? (isDraining ? now : undefined);
  const seen = view.tasksOn.get(doomed.containerInstance ?? '') ?? [];
  const tasks = [...new Set([...doomed.tasks, ...seen])].slice(0, TASKS_KEPT);
  const isNews = drainedAt !== doomed.drainedAt || tasks.length > doomed.tasks.length;
  return isNews ? [{ ...doomed, drainedAt, tasks }] : [];
}

function closed(doomed: Doomed, view: PassView, now: Instant): readonly (Doomed | Interruption)[] {
  const { region, instanceId, cluster, cause, noticedAt, drainedAt, pool } = doomed;
  const counts = account(doomed.tasks, view.ended);
  const expiresAt = later(now, REPORT_MS);
  return [
    { ...doomed, closedAt: now, expiresAt: later(now, TOMBSTONE_MS) },
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
    else if (task.stoppedReason?.startsWith('spotkeeper')) counts.stoppedBySpotkeeper += 1;
    else counts.other += 1;
  }
  return counts;
}

function hooks(
  open: readonly Doomed[],
  over: readonly Doomed[],
  common: { readonly region: string; readonly for: readonly string[] },
): readonly Action[] {
  const answer =
    (verb: 'heartbeat' | 'release', because: string) =>
    (doomed: Doomed): readonly Action[] =>
      doomed.hook === undefined
        ? []
        : [{ ...common, do: verb, because, instanceId: doomed.instanceId, hook: doomed.hook }];
  return [
    ...open.flatMap(answer('heartbeat', 'tasks are still running')),
    ...over.flatMap(answer('release', 'its tasks are gone, or its time is up')),
  ];
}

function nextPass(
  view: PassView,
  open: readonly Doomed[],
  { tasks, now }: { tasks: readonly Instant[]; now: Instant },
): Instant | undefined {
  if (view.after !== undefined) return later(now, 1_000);
  const poll = open.length > STORM ? STORM_POLL_MS : POLL_MS;
  const busy = open.some(({ cause, drainedAt }) => cause === 'spot' || drainedAt === undefined);
  const instants = [
    ...tasks,
    ...view.doomed.filter(({ drainAt }) => drainAt > now).map(({ drainAt }) => drainAt),
    ...open.map(({ deadline, cause }) => (cause === 'scale-in' ? deadline : later(deadline, SETTLE_MS))),
    ...(view.tasks.length > 0 && busy ? [later(now, poll)] : []),
    ...(open.some(({ drainedAt }) => drainedAt === undefined) ? [later(now, POLL_MS)] : []),
    ...(open.some(({ hook }) => hook !== undefined) ? [later(now, HEARTBEAT_MS)] : []),
  ];
  const soonest = Math.min(...instants);
  return instants.length === 0 ? undefined : later(now, Math.max(1_000, soonest - now));
}
