import { candidatesOf } from '../../../shared/core/offerings/candidates.ts';
import { type Chosen, chooseTypes } from '../../../shared/core/offerings/choose.ts';
import { fullTypes } from '../../../shared/core/offerings/crowded.ts';
import { type Offering, rank } from '../../../shared/core/offerings/rank.ts';
import { stillSo, untold } from '../../../shared/core/told.ts';
import type { Context } from '../../../shared/flow.ts';
import { type Instant, later } from '../../../shared/model/instant.ts';
import type { Choice } from '../../../shared/model/rebalance-records.ts';
import { type Action, emptyPlan, type Guard, type Plan } from '../../../shared/plan/action.ts';
import { findingsOf } from './findings.ts';
import { obstacleTo } from './obstacles.ts';
import { currentTypes, pinnedTypes, type State, stateOf } from './types-of-group.ts';
import type { RegionView, ReviewView } from './view.ts';

/** https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-mixed-instances-groups.html */
const MOST_TYPES = 40;
const CALLED_FOR_MS = 600_000;
const MONTH_MS = 30 * 24 * 3_600_000;

/**
 * Which types one group may run from now on, and what is wrong with it. At most one change in `changeMinutes`; a list
 * that somebody set back is not set again.
 */
export function decideReview(view: ReviewView, region: RegionView, context: Context): Plan {
  const current = currentTypes(view.group, view.templateType);
  const state = stateOf(view.choice, current);
  const proposal = propose(view, region, { current, state, context });
  const findings = findingsOf(view, { own: state.own, types: proposal.change?.types ?? current });
  const notes = [...view.problems.map((one) => `${view.group.name}: ${one}`), ...proposal.notes, ...findings];
  const { news, told } = untold(notes, stillSo(view.choice?.told ?? {}, notes), context.now);
  const next = nextChoice(view, { state, proposal, told, findings, context, for: region.for });
  const guard = guardOf(view.choice, next);
  return {
    ...emptyPlan,
    guards: [guard],
    steps: proposal.change === undefined ? [] : [[actionOf(view, proposal.change, { current, guard, context })]],
    notes: news,
  };
}

type Change = {
  readonly types: readonly string[];
  readonly away?: readonly string[];
  readonly because: string;
  /** The same call as before. */
  readonly again?: boolean;
};

type Proposal = { readonly change?: Change; readonly notes: readonly string[] };

type Asked = { readonly current: readonly string[]; readonly state: State; readonly context: Context };

function propose(view: ReviewView, region: RegionView, asked: Asked): Proposal {
  const { group, policy, choice } = view;
  const { current, state, context } = asked;
  const obstacle = obstacleTo(view, current);
  if (obstacle !== undefined) return { notes: [`${group.name} keeps its instance types: ${obstacle}`] };
  if (state.is === 'undone') return { notes: [undoneNote(group.name, state.undone)] };
  if (state.is === 'pending') return pending(group.name, state.types, { choice, now: context.now });
  const { chosen, notes } = choiceFor(view, region, asked);
  if (!chosen.changed) return { notes };
  const waits = choice?.changedAt !== undefined && context.now < later(choice.changedAt, policy.changeMinutes * 60_000);
  if (waits) return { notes };
  if (policy.rebalance === 'report' || policy.mode === 'observe')
    return { notes: [...notes, `${group.name} would get ${chosen.types.join(', ')}: ${chosen.why}`] };
  return { notes, change: { types: chosen.types, away: chosen.away, because: chosen.why } };
}

/** A call that may have been lost is made again for a while. */
function pending(
  group: string,
  types: readonly string[],
  { choice, now }: { readonly choice: Choice | undefined; readonly now: Instant },
): Proposal {
  if (choice?.changedAt !== undefined && now < later(choice.changedAt, CALLED_FOR_MS))
    return { notes: [], change: { types, because: choice.reason, again: true } };
  return {
    notes: [
      `${group} did not take ${types.join(', ')} although it was asked for 10 minutes: the log has AWS's answers`,
    ],
  };
}

function choiceFor(
  { group, policy, members, choice, catalogue, image, demand, prices, scores }: ReviewView,
  { standings }: RegionView,
  { current, state, context }: Asked,
): { readonly chosen: Chosen; readonly notes: readonly string[] } {
  const { zones, desired } = group;
  const pinned = pinnedTypes(group);
  const candidates = candidatesOf(catalogue, { own: state.own, pinned, image, demand, zones, policy });
  const offerings = rank(candidates.types, {
    zones,
    catalogue,
    prices,
    standings,
    scores,
    demand,
    now: context.now,
  });
  const chosen = chooseTypes(offerings, {
    own: state.own,
    pinned,
    current,
    away: state.is === 'ours' ? (choice?.away ?? []) : [],
    zones,
    minPools: policy.minPools,
    maxFamilyShare: policy.maxFamilyShare,
    gainPercent: policy.gainPercent,
    crowded: fullTypes(members, { desired, maxPoolShare: policy.maxPoolShare }),
    maxTypes: MOST_TYPES,
    ordered: usesOrder(group.launch),
  });
  return {
    chosen,
    notes: [
      ...(candidates.note === undefined ? [] : [`${group.name} gets no other instance types: ${candidates.note}`]),
      ...unpriced(group.name, offerings, current),
    ],
  };
}

/** Strategies that buy the first type of the list first. */
const usesOrder = (launch: ReviewView['group']['launch']): boolean =>
  launch.by === 'policy' &&
  (launch.policy.onDemandStrategy === 'prioritized' || launch.policy.spotStrategy === 'capacity-optimized-prioritized');

function unpriced(group: string, offerings: readonly Offering[], current: readonly string[]): readonly string[] {
  const without = offerings
    .filter(({ type, pools }) => current.includes(type) && pools.every(({ price }) => price === undefined))
    .map(({ type }) => type);
  return without.length === 0
    ? []
    : [`${group}: EC2 tells no Spot price of ${without.join(', ')} in its zones: neither chosen nor left out for it`];
}

const undoneNote = (group: string, undone: string): string =>
  `somebody changed the instance types that spotkeeper gave ${group} (${undone.split(' ').join(', ')}): they are left as they are now. ` +
  'To let spotkeeper choose them, make your code ignore them: in Terraform ' +
  'lifecycle { ignore_changes = [mixed_instances_policy[0].launch_template[0].override] }; CloudFormation has no such switch, ' +
  'so take the Overrides out of the template. To keep your own, tag the group spotkeeper:rebalance=report.';

function actionOf(
  { group }: ReviewView,
  { types, because }: Change,
  { current, guard, context }: { current: readonly string[]; guard: Guard; context: Context },
): Action {
  if (types.length === 0) throw new Error(`the types chosen for ${group.name} are none: a group is never left without`);
  return {
    do: 'set-overrides',
    for: guard.for,
    region: context.region,
    because,
    under: guard.name,
    group: group.name,
    from: current,
    types,
    converts: group.launch.by !== 'policy',
  };
}

type Next = {
  readonly state: State;
  readonly proposal: Proposal;
  readonly told: Choice['told'];
  readonly findings: readonly string[];
  readonly context: Context;
  readonly for: readonly string[];
};

function nextChoice({ group, choice, demand, templateType }: ReviewView, next: Next): Choice {
  const { state, proposal, told, findings, context } = next;
  const { now, region } = context;
  const { change } = proposal;
  const isOurs = state.is === 'ours';
  const isNew = change !== undefined && !change.again;
  return {
    is: 'choice',
    region,
    group: group.name,
    own: state.own,
    types: change?.types ?? (isOurs ? (choice?.types ?? []) : []),
    away: change?.away ?? (isOurs || change?.again ? (choice?.away ?? []) : []),
    from: isNew ? currentTypes(group, templateType) : (choice?.from ?? []),
    confirmed: change === undefined && isOurs,
    changedAt: isNew ? now : choice?.changedAt,
    reason: change?.because ?? choice?.reason ?? '',
    undone: state.is === 'undone' ? state.undone : undefined,
    reviewedAt: now,
    demand,
    told,
    findings,
    version: (choice?.version ?? 0) + 1,
    by: next.for[0] ?? '',
    expiresAt: later(now, MONTH_MS),
  };
}

const guardOf = (choice: Choice | undefined, next: Choice): Guard => ({
  name: `types of ${next.group}`,
  for: [next.by].filter((id) => id !== ''),
  expected: choice?.version ?? 'absent',
  whenLost: 'leave',
  next,
});
