import { decideLending } from '../../functions/failover/decide/lend.ts';
import { type Need, needsOf } from '../../functions/failover/decide/need.ts';
import type { ClusterView } from '../../functions/failover/decide/view.ts';
import { observeCluster } from '../../functions/failover/observe/cluster.ts';
import type { EventOf } from '../../shared/events/event.ts';
import { NOTICE_MS } from '../../shared/events/spot-interruption-warning.ts';
import type { Context } from '../../shared/flow.ts';
import type { Pool } from '../../shared/model/fleet.ts';
import { later } from '../../shared/model/instant.ts';
import type { StandbyRung } from '../../shared/model/lending.ts';
import { actionsIn, type Plan } from '../../shared/plan/action.ts';
import type { Rehearsed } from './rehearsal.ts';

/** What becomes of one service. */
export type Hit = {
  readonly service: string;
  /** Its tasks on instances that are about to go. */
  readonly displaced: number;
  /** Tasks that EC2 cannot hold then. */
  readonly missing: number;
  readonly lent: { readonly [R in StandbyRung]?: number };
  /** Missing, and lent by nobody. */
  readonly unmet: number;
};

/** What would happen if EC2 took all Spot Instances that a cluster has of a capacity pool. */
export type WhatIf = {
  readonly pool: Pool;
  readonly instances: number;
  /** Services that lose tasks or miss some, those that miss most first. */
  readonly hits: readonly Hit[];
  /** On-Demand bases that would be raised. */
  readonly bases: readonly { readonly group: string; readonly from: number; readonly base: number }[];
  readonly notes: readonly string[];
};

/** A notice for every one of these instances, now. */
export async function ifTaken(
  { read, asked }: Rehearsed,
  { pool, instanceIds }: { readonly pool: Pool; readonly instanceIds: readonly string[] },
  context: Context,
): Promise<WhatIf> {
  const events = instanceIds.map((instanceId) => noticeOf(instanceId, context));
  const view = await observeCluster(read, { ...asked, events }, context);
  const plan = decideLending(view, context);
  const hits = [...needsOf(view, context).of]
    .filter(([, { displaced, deficit }]) => displaced > 0 || deficit > 0)
    .map(([service, need]) => hitOf(service, need, plan))
    .sort((a, b) => b.missing - a.missing || (a.service < b.service ? -1 : 1));
  const bases = actionsIn(plan).flatMap((action) => (action.do === 'set-base' ? [action] : []));
  return {
    pool,
    instances: instanceIds.length,
    hits,
    bases: bases.map(({ group, from, base }) => ({ group, from, base })),
    notes: plan.notes.filter((note) => !view.problems.includes(note)),
  };
}

function hitOf(service: string, { displaced, deficit }: Need, plan: Plan): Hit {
  const lends = actionsIn(plan).flatMap((action) => (action.do === 'lend' && action.main === service ? [action] : []));
  const lent = Object.fromEntries(lends.map(({ rung, from, desired }) => [rung, desired - from]));
  const many = lends.reduce((sum, { from, desired }) => sum + desired - from, 0);
  return { service, displaced, missing: deficit, lent, unmet: Math.max(0, deficit - many) };
}

/** The cluster as a pass in trouble sees it: a notice for an instance that is nowhere makes it read everything. */
export const fullView = ({ read, asked }: Rehearsed, context: Context): Promise<ClusterView> =>
  observeCluster(read, { ...asked, events: [noticeOf('i-00000000000000000', context)] }, context);

const noticeOf = (instanceId: string, { region, now }: Context): EventOf<'spot-interrupted'> => ({
  kind: 'spot-interrupted',
  recordId: 'plan',
  eventId: 'plan',
  account: '',
  region,
  at: now,
  instanceId,
  action: 'terminate',
  deadline: later(now, NOTICE_MS),
});
