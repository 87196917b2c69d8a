import { batches } from '../../../shared/core/batches.ts';
import type { Context } from '../../../shared/flow.ts';
import { shortName } from '../../../shared/model/arn.ts';
import type { Manage, Pool } from '../../../shared/model/fleet.ts';
import { later } from '../../../shared/model/instant.ts';
import type { Absent, Doomed, Lookout, Place } from '../../../shared/model/records.ts';
import { type Action, emptyPlan, type Plan } from '../../../shared/plan/action.ts';
import type { Demand } from './demand.ts';
import { holdEnds, mayBeHeld } from './hold.ts';

/**
 * Where a doomed instance is. `unregistered`: young, and in no cluster yet; `nowhere`: not ours, `learned` by a look-up
 * just now.
 */
export type Whereabouts =
  | {
      readonly is: 'in-cluster';
      readonly cluster: string;
      readonly containerInstance: string;
      readonly manage: Manage;
      readonly pool: Pool | undefined;
      readonly from: 'map' | 'ecs';
      /** Undefined when only the map was asked. */
      readonly status: string | undefined;
    }
  | { readonly is: 'unregistered'; readonly pool: Pool | undefined }
  | { readonly is: 'nowhere'; readonly learned: boolean };

export type DrainView = {
  readonly demands: readonly Demand[];
  readonly whereabouts: ReadonlyMap<string, Whereabouts>;
  /** What is remembered of these instances: a notice that comes again costs no call. */
  readonly known: readonly Doomed[];
  /** What failover says of their clusters; nothing when it does not look after them, or cannot be asked. */
  readonly lookouts: readonly Lookout[];
};

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_UpdateContainerInstancesState.html */
const PER_CALL = 10;
const PLACE_MS = 24 * 3_600_000;
const ABSENT_MS = 3_600_000;

/**
 * DRAINING for every demand, in calls of ten, those with the nearest deadline first. What was learned on the way is
 * remembered after it. Maintenance is known days ahead: the passes spread its drains. Where services are to be lent tasks
 * before ECS stops their own, the passes drain as soon as those serve.
 */
export function decideDrain(view: DrainView, context: Context): Plan {
  const { region, now } = context;
  if (view.demands.length === 0) return emptyPlan;
  const due = view.demands.filter((demand) => demand.cause !== 'maintenance' && !isHandled(demand, view, context));
  const ready = due.flatMap((demand) => drainable(demand, view));
  const held = new Map(ready.flatMap((one) => waiting(one, view, context)));
  const byCluster = Map.groupBy(
    ready.filter(({ demand }) => !held.has(demand.instanceId)),
    ({ at }) => at.cluster,
  );
  const drains = [...byCluster].flatMap(([cluster, all]) =>
    batches(all, PER_CALL).map((some): Action & { deadline: number } => ({
      do: 'drain',
      for: some.flatMap(({ demand }) => demand.for),
      region,
      because: because(some.map(({ demand }) => demand)),
      cluster,
      deadline: some[0]?.demand.deadline ?? now,
      instances: some.map(({ demand, at }) => ({
        containerInstance: at.containerInstance,
        instanceId: demand.instanceId,
        from: at.from,
        for: demand.for,
      })),
    })),
  );
  return {
    guards: [],
    steps: [[...drains.sort((a, b) => a.deadline - b.deadline), ...releases(view, region)], learned(view, region, now)],
    notes: [...notes(due, view), ...holdNotes(held)],
  };
}

/** A pass looks after this container instance already, or has settled it: its cluster may have opted out since. */
function isHandled(demand: Demand, view: DrainView, context: Context): boolean {
  const { instanceId, noticedAt } = demand;
  const { whereabouts, known } = view;
  const at = whereabouts.get(instanceId);
  return known.some(
    (one) =>
      one.instanceId === instanceId &&
      at?.is === 'in-cluster' &&
      one.containerInstance === at.containerInstance &&
      (one.closedAt === undefined || noticedAt <= one.closedAt) &&
      (one.cause !== 'maintenance' || one.drainedAt !== undefined) &&
      !isOverdue(one, view, context),
  );
}

/** It was held, and the pass that was to drain it did not come in time. */
const isOverdue = (one: Doomed, view: DrainView, { policy, now }: Context): boolean =>
  one.closedAt === undefined &&
  mayBeHeld(one, policy) &&
  now >= holdEnds(one.deadline, policy) &&
  lookoutOf(one.cluster, view) !== undefined;

const lookoutOf = (cluster: string | undefined, { lookouts }: DrainView): Lookout | undefined =>
  lookouts.find((one) => one.cluster === cluster && one.holds.length > 0);

type Ready = { readonly demand: Demand; readonly at: InCluster };

/** The instance and its cluster, if a pass is to drain it when lent tasks serve, at the latest at the end of its hold. */
function waiting({ demand, at }: Ready, view: DrainView, { policy, now }: Context): readonly [string, Lookout][] {
  const { cause, deadline, instanceId } = demand;
  const lookout = lookoutOf(at.cluster, view);
  const isHeld = mayBeHeld({ cause, drainedAt: undefined }, policy) && now < holdEnds(deadline, policy);
  return lookout && isHeld ? [[instanceId, lookout]] : [];
}

type InCluster = Extract<Whereabouts, { is: 'in-cluster' }>;

function drainable(demand: Demand, { whereabouts }: DrainView): readonly Ready[] {
  const at = whereabouts.get(demand.instanceId);
  if (at?.is !== 'in-cluster' || at.manage !== 'yes') return [];
  return at.status === undefined || at.status === 'ACTIVE' ? [{ demand, at }] : [];
}

const why = { spot: 'Spot interruption notice', 'scale-in': 'scale-in', maintenance: 'AWS maintenance' };

function because(demands: readonly Demand[]): string {
  const causes = [...new Set(demands.map(({ cause }) => why[cause]))].join(', ');
  const deadline = Math.min(...demands.map((demand) => demand.deadline));
  return `${causes}; nearest deadline ${new Date(deadline).toISOString()}`;
}

/** Only a look-up through all clusters proves that an instance runs no tasks: then nobody needs to wait for it. */
function releases({ demands, whereabouts }: DrainView, region: string): readonly Action[] {
  return demands.flatMap(({ hook, instanceId, for: records }): readonly Action[] => {
    const at = whereabouts.get(instanceId);
    const isFree = at?.is === 'unregistered' || (at?.is === 'nowhere' && at.learned);
    if (hook === undefined || !isFree) return [];
    return [
      { do: 'release', for: records, region, because: 'it is in no cluster and runs no tasks', instanceId, hook },
    ];
  });
}

function learned({ demands, whereabouts }: DrainView, region: string, now: Context['now']): readonly Action[] {
  const records = demands.flatMap((demand): (Place | Absent | Doomed)[] => {
    const { instanceId } = demand;
    const at = whereabouts.get(instanceId);
    if (at?.is === 'in-cluster' && at.from === 'ecs') {
      const { cluster, containerInstance, manage, pool } = at;
      const expiresAt = later(now, PLACE_MS);
      return [{ is: 'place', region, instanceId, cluster, containerInstance, manage, pool, stale: false, expiresAt }];
    }
    if (at?.is === 'nowhere' && at.learned) {
      return [{ is: 'absent', region, instanceId, expiresAt: later(now, ABSENT_MS) }];
    }
    // Its hook, if there is one, is answered in this very plan.
    return at?.is === 'unregistered' ? [{ ...doomedOf(demand, { region, pool: at.pool }), hook: undefined }] : [];
  });
  if (records.length === 0) return [];
  const all = [...new Set(demands.flatMap((demand) => demand.for))];
  return [{ do: 'remember', for: all, region, because: 'learned while looking for doomed instances', records }];
}

/** The record of a demand. It outlasts its deadline by a day, so that accounts can still be settled. */
export function doomedOf(
  { instanceId, cause, noticedAt, deadline, hook, pool }: Demand,
  at: { region: string; cluster?: string; containerInstance?: string; pool: Pool | undefined },
): Doomed {
  return {
    is: 'doomed',
    region: at.region,
    instanceId,
    cluster: at.cluster,
    containerInstance: at.containerInstance,
    cause,
    noticedAt,
    acceptedAt: undefined,
    drainedAt: undefined,
    deadline,
    pool: at.pool ?? pool,
    hook,
    tasks: [],
    told: [],
    closedAt: undefined,
    expiresAt: later(deadline, PLACE_MS),
  };
}

function notes(demands: readonly Demand[], { whereabouts }: DrainView): readonly string[] {
  const told: Record<string, string[]> = {};
  const tell = (what: string, instanceId: string) => {
    told[what] = [...(told[what] ?? []), instanceId];
  };
  for (const { instanceId } of demands) {
    const at = whereabouts.get(instanceId);
    if (at?.is === 'nowhere') tell('in no cluster, left alone', instanceId);
    else if (at?.is === 'unregistered') tell('in no cluster yet; drained when it registers', instanceId);
    else if (at?.is === 'in-cluster' && at.manage === 'foreign') {
      tell(`in ${shortName(at.cluster)}, which AWS Batch manages, left alone`, instanceId);
    } else if (at?.is === 'in-cluster' && at.manage === 'no') {
      tell(`in ${shortName(at.cluster)}, which is not to be managed, left alone`, instanceId);
    }
  }
  return Object.entries(told).map(([what, ids]) => `${ids.length} doomed ${what}: ${ids.slice(0, 10).join(', ')}`);
}

/** What is not drained yet, and for the sake of which services. */
function holdNotes(held: ReadonlyMap<string, Lookout>): readonly string[] {
  const byCluster = Map.groupBy(held, ([, { cluster }]) => cluster);
  return [...byCluster].map(([cluster, all]) => {
    const cut = all[0]?.[1].holds ?? [];
    const ids = all.map(([instanceId]) => instanceId).slice(0, 10);
    return `${all.length} doomed in ${shortName(cluster)} held until lent tasks serve, since DRAINING would cut ${cut.slice(0, 5).join(', ')}: ${ids.join(', ')}`;
  });
}
