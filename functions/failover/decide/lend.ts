import { outlasts } from '../../../shared/core/dwell.ts';
import { isCapacityReason } from '../../../shared/core/shortage.ts';
import type { Context } from '../../../shared/flow.ts';
import { type Instant, later } from '../../../shared/model/instant.ts';
import {
  type Evidence,
  type Host,
  type ServiceDetail,
  STANDBY_OF,
  standbyRungs,
} from '../../../shared/model/lending.ts';
import type { Prepared } from '../../../shared/model/records.ts';
import type { Action, Guard, Plan } from '../../../shared/plan/action.ts';
import { inOrder } from './in-order.ts';
import { type Ladder, type Orphan, rungOf } from './ladder.ts';
import { lateOn } from './launch-rate.ts';
import { type Budget, budgetOf } from './limits.ts';
import { decideLookout } from './lookout.ts';
import { type Need, needsOf } from './need.ts';
import { decideOnDemand, type WantedInstances } from './on-demand.ts';
import { instancesFor } from './on-demand-need.ts';
import { rungNow } from './rungs.ts';
import { decideService, type ServiceDecision } from './service.ts';
import { slowStart, startOf } from './starts.ts';
import type { ClusterView } from './view.ts';

const CONTROLLERS_THAT_SWAP = new Set(['CODE_DEPLOY', 'EXTERNAL']);
const NEXT_LOOK_MS = 5_000;

/**
 * One pass over a cluster: what each service is lent, in the order of priority; which instances are bought On-Demand; which
 * standbys go with their main service; when to look again.
 */
export function decideLending(view: ClusterView, context: Context): Plan {
  const budget = budgetOf(view, context);
  const needs = needsOf(view, context);
  const decided = view.ladders.ladders.map((ladder) => {
    const need = needs.of.get(ladder.main.name);
    if (need === undefined) throw new Error(`${ladder.main.name} has no need, not even none`);
    return { ladder, need, decision: oneService(view, { ladder, need, budget }, context) };
  });
  const onDemand = decideOnDemand(
    {
      cluster: view.cluster.arn,
      groups: view.groups,
      raised: view.raised,
      wanted: wantedInstances(view, decided, context),
      doomed: new Set(view.doomed.map(({ instanceId }) => instanceId)),
      for: view.for,
    },
    context,
  );
  const orphans = view.ladders.orphans.flatMap((orphan) => removal(orphan, view, context));
  const forgotten = leftovers(view, context);
  const wanted = [
    ...decided.flatMap(({ decision }) => decision.at ?? []),
    ...(orphans.length > 0 ? [later(context.now, NEXT_LOOK_MS)] : []),
  ];
  const notes = [
    ...view.problems,
    ...needs.notes,
    ...decided.flatMap(({ decision }) => decision.notes),
    ...lateOnes(decided, budget, view),
    ...onDemand.notes,
  ];
  const lookout = decideLookout(view, { wanted, budget, notes }, context);
  const changes = inOrder(decided);
  return {
    guards: [
      ...decided.flatMap(({ ladder, decision }) => guard(ladder, decision, view)),
      ...onDemand.guards,
      ...lookout.guards,
    ],
    steps: [
      [...changes.raised, ...onDemand.actions],
      [...changes.lowered, ...orphans.filter(isLowering)],
      [
        ...changes.raisedAfter,
        ...orphans.filter((action) => !isLowering(action)),
        ...forgotten,
        ...lookout.steps.flat(),
      ],
    ].filter((step) => step.length > 0),
    notes: lookout.notes,
  };
}

type Decided = { readonly ladder: Ladder; readonly need: Need; readonly decision: ServiceDecision };

function oneService(
  view: ClusterView,
  { ladder, need, budget }: { ladder: Ladder; need: Need; budget: Budget },
  context: Context,
): ServiceDecision {
  const { main, policy, standbys } = ladder;
  const before = view.lendings.get(main.name);
  const rungSeconds = Math.max(policy.rungSeconds, ((slowStart(before?.startsMs ?? []) ?? 0) + 20_000) / 1000);
  const rungs = Object.values(standbys).flatMap((standby) => {
    const rung = rungOf(standby);
    if (rung === undefined) return [];
    const look = {
      now: context.now,
      observes: context.policy.mode === 'observe',
      rungSeconds,
      refused: newest(view.refusals.get(standby.name), shortageOf(standby)),
      failed: view.failures.get(standby.name),
      undone: view.undone.has(standby.name),
    };
    return [rungNow({ rung, standby, state: before?.rungs[rung] }, look)];
  });
  const deadlines = view.doomed.flatMap(({ containerInstance, deadline }) =>
    containerInstance !== undefined && need.on.has(containerInstance) ? [deadline] : [],
  );
  return decideService(
    {
      ladder,
      need,
      rungs,
      before,
      told: newest(view.evidence.get(main.name), shortageOf(main)),
      noticeInCluster: view.doomed.length > 0,
      noticeOpen: isNoticed(view, need, context.now),
      deadline: deadlines.length === 0 ? undefined : (Math.min(...deadlines) as Instant),
      swapping: isSwapping(ladder),
      healthy: healthyOf(ladder, view),
      obstacle: obstacleOf(view.prepared.get(main.name)),
      for: view.for,
    },
    budget,
    context,
  );
}

/** What the service's own messages say, in case the event did not reach us. */
function shortageOf({ unplaced }: ServiceDetail): Evidence | undefined {
  return unplaced && isCapacityReason(unplaced.text) ? { kind: 'placement-failure', ...unplaced } : undefined;
}

const newest = <T extends { readonly at: Instant }>(a: T | undefined, b: T | undefined): T | undefined =>
  a && b ? (b.at > a.at ? b : a) : (a ?? b);

function obstacleOf(prepared: Prepared | undefined): string | undefined {
  const refusals = (prepared?.findings ?? []).filter(({ severity }) => severity === 'refusal');
  return refusals.length === 0
    ? undefined
    : `it cannot run on Fargate (${refusals.map(({ parameter }) => parameter).join(', ')})`;
}

/** Traffic moves between two target groups: who is lent tasks now may be lent them in the wrong one. */
function isSwapping({ main }: Ladder): boolean {
  const swaps = main.strategy !== 'ROLLING' || CONTROLLERS_THAT_SWAP.has(main.controller);
  return swaps && main.deployments.length > 1;
}

/** Is a notice open in a pool that carries the service? Where its tasks are not known, any pool of the cluster may be one. */
function isNoticed({ doomed, hosts }: ClusterView, { on }: Need, now: Instant): boolean {
  const nameOf = (pool: Host['pool']) => `${pool?.type} ${pool?.zone}`;
  const pools = new Set(hosts.filter(({ arn }) => on.has(arn)).map(({ pool }) => nameOf(pool)));
  return doomed.some(({ deadline, pool }) => deadline > now && (on.size === 0 || pools.has(nameOf(pool))));
}

/**
 * Healthy targets of a service and its standbys, behind the load balancer that has the fewest. Lent tasks may have a target
 * group of their own there.
 */
function healthyOf({ main, standbys }: Ladder, { health }: ClusterView): number | undefined {
  const counts = main.balancers.map(({ targetGroup }, index) => {
    const theirs = Object.values(standbys).flatMap(({ balancers }) => balancers[index]?.targetGroup ?? []);
    const targets = [...new Set([targetGroup, ...theirs])].flatMap((arn) => health.get(arn) ?? []);
    return targets.filter(({ state }) => state === 'healthy').length;
  });
  return counts.length === 0 ? undefined : Math.min(...counts);
}

const guard = ({ main }: Ladder, { next }: ServiceDecision, view: ClusterView): readonly Guard[] =>
  next === undefined
    ? []
    : [
        {
          name: main.arn,
          for: view.for,
          expected: view.lendings.get(main.name)?.version ?? 'absent',
          // Whoever wins saw the same, and the services' own messages keep the evidence for the next pass.
          whenLost: 'leave',
          next,
        },
      ];

/** What no standby takes, and what has lasted longer than Fargate is cheaper for, goes to On-Demand instances. */
function wantedInstances(view: ClusterView, decided: readonly Decided[], { now }: Context): readonly WantedInstances[] {
  const asked = decided.flatMap(({ ladder, need, decision }) => {
    const { main, rungs, policy } = ladder;
    const since = view.lendings.get(main.name)?.since;
    const isLong = since !== undefined && outlasts(since, now, policy.breakEvenMinutes);
    if (!rungs.includes('on-demand') || decision.evidence === undefined) return [];
    const tasks = isLong ? need.deficit : Math.min(need.deficit, decision.unmet);
    return tasks > 0 ? [{ main, tasks, why: need.why }] : [];
  });
  return instancesFor(view, asked);
}

function removal({ standby, rung, why }: Orphan, view: ClusterView, { region }: Context): readonly Action[] {
  const common = {
    for: view.for,
    region,
    because: why,
    cluster: standby.cluster,
    main: standby.tags[STANDBY_OF] ?? '',
    standby: standby.name,
    rung,
  };
  const { desired } = standby;
  const lower: readonly Action[] = desired > 0 ? [{ ...common, do: 'take-back', from: desired, desired: 0 }] : [];
  return [...lower, { ...common, do: 'remove-standby' }];
}

/** What is known of services that are lent nothing any more, and have no standby left. */
function leftovers({ ladders, lendings, prepared, services, for: records }: ClusterView, { region }: Context) {
  const known = new Set([
    ...ladders.ladders.map(({ main }) => main.name),
    ...services.flatMap(({ tags }) => tags[STANDBY_OF] ?? []),
  ]);
  const over = [...lendings.values(), ...prepared.values()].filter(({ service }) => !known.has(service));
  const because = 'their services are gone, or are not to be lent tasks any more';
  const forget: readonly Action[] =
    over.length === 0 ? [] : [{ do: 'forget', for: records, region, because, records: over }];
  return forget;
}

const isLowering = ({ do: name }: Action): boolean => name === 'take-back';

/** More tasks than Fargate launches in time: how many come late. */
function lateOnes(decided: readonly Decided[], budget: Budget, { lendings }: ClusterView): readonly string[] {
  return standbyRungs.flatMap((rung) => {
    const lends = decided.filter(({ decision }) =>
      decision.actions.some((one) => one.do === 'lend' && one.rung === rung),
    );
    const deadlines = lends.flatMap(({ decision }) => decision.deadline ?? []);
    if (deadlines.length === 0) return [];
    const starts = lends.map(({ ladder }) => startOf(lendings.get(ladder.main.name)));
    const deadline = Math.min(...deadlines) as Instant;
    return lateOn(rung, budget.queue(rung), { deadline, startMs: Math.max(...starts) });
  });
}
