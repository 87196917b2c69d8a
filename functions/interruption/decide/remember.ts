import type { Context } from '../../../shared/flow.ts';
import type { Pool } from '../../../shared/model/fleet.ts';
import { later } from '../../../shared/model/instant.ts';
import type { CoolOff, Doomed } from '../../../shared/model/records.ts';
import { type Action, emptyPlan, type Plan } from '../../../shared/plan/action.ts';
import { acceptedDrains } from './accepted-drains.ts';
import { type Demand, moreUrgent } from './demand.ts';
import { doomedOf, type Whereabouts } from './drain.ts';

export type RememberView = {
  readonly demands: readonly Demand[];
  /** As the table has them after the drains: a young instance that has not registered is under `unregistered`. */
  readonly whereabouts: ReadonlyMap<string, Whereabouts>;
  readonly known: readonly Doomed[];
};

/** How soon after a notice the first pass over the tasks follows. */
const FIRST_PASS_MS = 1_000;
/** ECS announces a registration, so passes over instances that have not registered only make sure. */
const UNREGISTERED_PASS_MS = 30_000;

/** When a watch should next look; the earliest of several wins. */
export type Wanted = { readonly cluster: string; readonly at: Context['now']; readonly for: readonly string[] };

/**
 * What follows the drains: one record for each doomed instance, one cool-off for each pool, and a pass wanted over each
 * cluster concerned. An instance that is known and has nothing new adds nothing.
 */
export function decideRemember(view: RememberView, context: Context): { plan: Plan; wanted: readonly Wanted[] } {
  const { region, now } = context;
  const records: (Doomed | CoolOff)[] = [];
  const forgotten: Doomed[] = [];
  const actions: Action[] = [];
  const wanted: Wanted[] = [];
  const accepted = acceptedDrains(context.performed ?? []);
  const byKey = new Map(view.known.map((one) => [`${one.cluster ?? 'unregistered'} ${one.instanceId}`, one]));
  for (const demand of view.demands) {
    const at = view.whereabouts.get(demand.instanceId);
    const pool = (at?.is === 'nowhere' ? undefined : at?.pool) ?? demand.pool;
    if (at?.is === 'in-cluster' && at.manage === 'yes') {
      const known = byKey.get(`${at.cluster} ${demand.instanceId}`);
      const acceptedAt = accepted.get(demand.instanceId);
      const doomed = doomedOf(demand, {
        region,
        cluster: at.cluster,
        containerInstance: at.containerInstance,
        pool,
      });
      const record = merged(known, { ...doomed, acceptedAt });
      if (record) records.push(record, ...coolOff(demand, pool, context));
      if (record || isUndrained(known))
        wanted.push({ cluster: at.cluster, at: later(now, FIRST_PASS_MS), for: demand.for });
      const waiting = byKey.get(`unregistered ${demand.instanceId}`);
      if (waiting) forgotten.push(waiting);
    } else if (at?.is === 'unregistered' && demand.deadline > now) {
      wanted.push({ cluster: 'unregistered', at: later(now, UNREGISTERED_PASS_MS), for: demand.for });
    }
  }
  const all = [...new Set(view.demands.flatMap((demand) => demand.for))];
  if (records.length > 0) {
    actions.push({ do: 'remember', for: all, region, because: 'instances that are about to go', records });
  }
  if (forgotten.length > 0) {
    actions.push({ do: 'forget', for: all, region, because: 'they have registered', records: forgotten });
  }
  // Before the watch is written: a pass that comes at once must find them.
  return { plan: actions.length === 0 ? emptyPlan : { ...emptyPlan, before: actions }, wanted };
}

/** Open, and never seen DRAINING: a pass should look, whatever is new. Maintenance has its own turn. */
const isUndrained = (known: Doomed | undefined): boolean =>
  known !== undefined && known.closedAt === undefined && known.drainedAt === undefined && known.cause !== 'maintenance';

/**
 * What the record becomes, or undefined when it stays as it is. News is a nearer deadline, a hook that waits, or that the
 * instance registered anew.
 */
function merged(known: Doomed | undefined, demand: Doomed): Doomed | undefined {
  if (known === undefined) return demand;
  if (known.closedAt !== undefined) return demand.noticedAt > known.closedAt ? demand : undefined;
  if (known.containerInstance !== demand.containerInstance) {
    const { containerInstance, acceptedAt } = demand;
    return { ...known, containerInstance, acceptedAt, drainedAt: undefined };
  }
  const nearer = demand.deadline < known.deadline;
  const hook = known.hook ?? demand.hook;
  const isPressing = moreUrgent(known.cause, demand.cause) !== known.cause;
  if (!nearer && !isPressing && hook === known.hook) return undefined;
  return nearer
    ? {
        ...demand,
        hook,
        cause: moreUrgent(demand.cause, known.cause),
        acceptedAt: known.acceptedAt ?? demand.acceptedAt,
        drainedAt: known.drainedAt,
        tasks: known.tasks,
        told: known.told,
      }
    : { ...known, hook, cause: moreUrgent(known.cause, demand.cause) };
}

/** A notice is information about a pool: it has capacity taken away now. */
function coolOff(
  { cause, noticedAt }: Demand,
  pool: Pool | undefined,
  { region, policy }: Context,
): readonly CoolOff[] {
  if (cause !== 'spot' || pool === undefined) return [];
  return [{ is: 'cool-off', region, pool, noticedAt, expiresAt: later(noticedAt, policy.coolOffMinutes * 60_000) }];
}
