import { stillSo, untold } from '../../../shared/core/told.ts';
import type { Context } from '../../../shared/flow.ts';
import { instant, later } from '../../../shared/model/instant.ts';
import type { OpenReplacement, Replacing, Vain } from '../../../shared/model/rebalance-records.ts';
import { type Action, emptyPlan, type Guard, merge, type Plan } from '../../../shared/plan/action.ts';
import type { Because } from '../../../shared/plan/because.ts';
import { type Beginning, type Begun, begin } from './replace/begin.ts';
import {
  isLaunched,
  launchToken,
  lowers,
  type Raised,
  raisedBy,
  resizes,
  settled,
  yetToRise,
} from './replace/desired.ts';
import { stillVain } from './replace/in-vain.ts';
import { type Step, stay } from './replace/seen.ts';
import { stepOf } from './replace/step.ts';
import { type Successor, successorsOf } from './replace/successors.ts';
import { orphanNotes, type Swept, sweep } from './replace/sweep.ts';
import type { RegionView, ReplaceView } from './view.ts';

const MONTH_MS = 30 * 24 * 3_600_000;
const MINUTE_MS = 60_000;

/**
 * Instances on their way out, and those that should be. What is under way in a group is written down, by its version,
 * before any call; a pass that changes nothing writes nothing.
 */
export function decideReplace(views: readonly ReplaceView[], region: RegionView, context: Context): Plan {
  const notes = orphanNotes(region, context);
  return merge([...views.map((view) => ofGroup(view, region, context)), { ...emptyPlan, notes }]);
}

function ofGroup(view: ReplaceView, region: RegionView, context: Context): Plan {
  const { group, policy } = view;
  const base = { for: region.for, region: context.region, under: `replacements of ${group.name}` };
  const isObserver = policy.mode === 'observe' || context.policy.mode === 'observe';
  const swept = isObserver ? nothingSwept : sweep(view, region, { now: context.now, base });
  const before = [...(view.replacing?.open ?? []), ...swept.adopted];
  const { open: still, notes: unsure } = isObserver
    ? { open: before, notes: [] }
    : settled(group, before, view.answers);
  const raised = raisedBy(still, view);
  const steps = isObserver ? still.map(stay) : stepped(view, region, { open: still, raised, context, base });
  const left = steps.flatMap(({ open }) => open ?? []);
  // What is closed in this pass does not begin again in it, nor what was taken up in the place of another.
  const takenUp = left.filter(({ instanceId }) => !before.some((one) => one.instanceId === instanceId));
  const rising = yetToRise(left, raised, view.answers);
  const { begun: found, notes } =
    policy.rebalance === 'off' ? none : begin(view, region, { open: [...before, ...takenUp], rising, context });
  const begun = steps.some(lowers) ? [] : found;
  const onlyTells = isObserver || policy.rebalance !== 'on';
  const open = onlyTells ? left : [...left, ...begun.map(recorded)];
  // Who was launched for before, and is not open any more, has no part in what the desired capacity is.
  const without = left.some(isLaunched) ? raised.before : group.desired;
  const desiredBefore = open.some(isLaunched) ? without : undefined;
  return planOf(view, {
    open,
    desiredBefore,
    isChanged:
      swept.adopted.length > 0 ||
      left.length !== before.length ||
      left.some((one, at) => one !== before[at]) ||
      (!isObserver && desiredBefore !== view.replacing?.desiredBefore),
    vain: [...stillVain(view.replacing, context.now), ...steps.flatMap(({ vain }) => vain ?? [])],
    pauseMinutes: Math.max(0, ...steps.map((step) => step.pauseMinutes ?? 0)),
    began: !onlyTells && begun.length > 0,
    marks: onlyTells ? [] : begun.flatMap((one) => markOf(one, view, base)),
    calls: [
      ...steps.flatMap(({ actions }) => actions),
      ...swept.actions,
      ...forgotten(still, steps, { region, base }),
      ...(onlyTells ? [] : begun.flatMap((one) => callOf(one, view, base))),
    ],
    notes: [
      ...swept.notes,
      ...unsure,
      ...steps.flatMap((step) => step.notes),
      ...notes,
      ...(onlyTells ? begun.map((one) => wouldBe(one, group.name)) : []),
    ],
    base,
    context,
  });
}

/** Switched off: what was begun is brought to its end, and that is all. */
const none: Begun = { begun: [], notes: [] };

const nothingSwept: Swept = { adopted: [], actions: [], notes: [] };

type Base = Omit<Because, 'because'> & { readonly under: string };

function stepped(
  view: ReplaceView,
  region: RegionView,
  {
    open,
    raised,
    context,
    base,
  }: {
    readonly open: readonly OpenReplacement[];
    readonly raised: Raised;
    readonly context: Context;
    readonly base: Base;
  },
): readonly Step[] {
  const successors = successorsOf(view, open, { raised, now: context.now });
  const steps: Step[] = [];
  for (const one of open) {
    const mayLower = !steps.some(resizes);
    const successor = successors.get(one.instanceId);
    const taken = new Set(
      [...open.filter((each) => each !== one), ...steps.flatMap((step) => step.open ?? [])].flatMap((each) => [
        each.instanceId,
        each.successor,
      ]),
    );
    const isRaised = raised.by.has(one.instanceId);
    const step = stepOf(one, { view, region, now: context.now, successor, isRaised, taken, mayLower, base });
    // Lowering rests on what the desired capacity is: nothing else changes it meanwhile.
    steps.push(steps.some(lowers) && resizes(step) ? stay(withoutLost(one, successor)) : step);
  }
  return steps;
}

/** A successor that was found to be another's, or is gone, is not its own any more. */
const withoutLost = (one: OpenReplacement, found: Successor | undefined): OpenReplacement =>
  one.successor === found?.instanceId ? one : { ...one, successor: undefined };

/** What was said of an instance that is no more. */
function forgotten(
  before: readonly OpenReplacement[],
  steps: readonly Step[],
  { region, base }: { readonly region: RegionView; readonly base: Base },
): readonly Action[] {
  const records = before.flatMap(({ instanceId }, at) =>
    steps[at]?.gone ? (region.advices.get(instanceId) ?? []) : [],
  );
  return records.length === 0 ? [] : [{ ...base, do: 'forget', records, because: 'these instances are no more' }];
}

const recorded = ({ because, zone, ...open }: Beginning): OpenReplacement => open;

const wouldBe = ({ instanceId, pool, because, way }: Beginning, group: string): string =>
  way === 'group'
    ? `${instanceId} of ${group} would be drained once its successor serves: ${because}`
    : `${group} would replace ${instanceId} (${pool.type} ${pool.zone}): ${because}`;

/** The tag comes before the call: what left its group is found whatever happens next. */
const markOf = ({ way, instanceId, because }: Beginning, { group }: ReplaceView, base: Base): readonly Action[] =>
  way === 'detach' ? [{ ...base, do: 'mark-detached', group: group.name, instanceId, because }] : [];

function callOf(
  { way, instanceId, because, begunAt, zone }: Beginning,
  { group }: ReplaceView,
  base: Base,
): readonly Action[] {
  const about = { ...base, group: group.name, instanceId, because };
  if (way === 'group') return [];
  if (way === 'detach') return [{ ...about, do: 'detach' }];
  return [{ ...about, do: 'launch-replacement', zone, token: launchToken({ instanceId, begunAt }) }];
}

type Decided = {
  readonly open: readonly OpenReplacement[];
  readonly desiredBefore: number | undefined;
  readonly isChanged: boolean;
  readonly vain: readonly Vain[];
  readonly pauseMinutes: number;
  readonly began: boolean;
  readonly marks: readonly Action[];
  readonly calls: readonly Action[];
  readonly notes: readonly string[];
  readonly base: Base;
  readonly context: Context;
};

function planOf({ group, cluster, replacing }: ReplaceView, decided: Decided): Plan {
  const { open, desiredBefore, isChanged, vain, pauseMinutes, began, marks, calls, notes, base, context } = decided;
  const { now, region } = context;
  const before = replacing?.told ?? {};
  const { news, told } = untold(notes, stillSo(before, notes), now);
  const isTold = news.length === 0 && Object.keys(told).length === Object.keys(before).length;
  if (!isChanged && !began && calls.length === 0 && isTold) return emptyPlan;
  const next: Replacing = {
    is: 'replacing',
    region,
    group: group.name,
    cluster: cluster.arn,
    open,
    desiredBefore,
    lastAt: began ? now : (replacing?.lastAt ?? instant(0)),
    retryAt: pauseMinutes > 0 ? later(now, pauseMinutes * MINUTE_MS) : replacing?.retryAt,
    vain: vain.length > 0 ? vain : undefined,
    told,
    version: (replacing?.version ?? 0) + 1,
    by: base.for[0] ?? '',
    expiresAt: later(now, MONTH_MS),
  };
  const guard: Guard = {
    name: base.under,
    for: base.for,
    expected: replacing?.version ?? 'absent',
    whenLost: 'leave',
    next,
  };
  return { ...emptyPlan, guards: [guard], steps: [marks, calls].filter((step) => step.length > 0), notes: news };
}
