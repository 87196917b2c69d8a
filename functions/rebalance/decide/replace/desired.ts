import type { ScalingGroup } from '../../../../shared/model/offerings.ts';
import type { OpenReplacement } from '../../../../shared/model/rebalance-records.ts';
import type { Action } from '../../../../shared/plan/action.ts';
import type { ReplaceView } from '../view.ts';
import { whereIs } from './whereabouts.ts';

/** What a step of a replacement plans. */
type Planned = { readonly actions: readonly Action[] };

export const isLaunched = ({ way }: OpenReplacement): boolean => way === 'launch';

/** Actions that change the desired capacity of a group. */
export const resizes = ({ actions }: Planned): boolean => actions.some(isResize);

export const lowers = ({ actions }: Planned): boolean => actions.some((one) => one.do === 'lower-desired');

const isResize = (action: Action): boolean =>
  action.do === 'lower-desired' || action.do === 'reattach' || (action.do === 'terminate' && action.lowers);

/** Under which the answer to its launch is written down. Of two launches with one token, one is made. */
export const launchToken = ({ instanceId, begunAt }: Pick<OpenReplacement, 'instanceId' | 'begunAt'>): string =>
  `${instanceId}-${begunAt}`;

export const lowerToken = (open: OpenReplacement): string => `${launchToken(open)}-lower`;

/** What came of our calls, by token. */
type Answers = ReplaceView['answers'];

const isInVain = (one: OpenReplacement, answers: Answers): boolean => answers.get(launchToken(one))?.length === 0;

/**
 * What became of the calls that lower the desired capacity. An instance that we ended and that is in its group still was
 * not ended. A lowering is over once the desired capacity is another: where it is higher than before, somebody raised it,
 * and where the answer to our call was lost, nobody knows whether we lowered it first. A second time would take from what
 * they asked for. Where the answer is known, it is over.
 * @returns those that are open still, one to be lowered for again first
 */
export function settled(
  group: ScalingGroup,
  all: readonly OpenReplacement[],
  answers: Answers,
): { readonly open: readonly OpenReplacement[]; readonly notes: readonly string[] } {
  const { name, desired } = group;
  const open = all.filter((one) => one.loweringFrom === undefined || !answers.has(lowerToken(one)));
  const again = open.filter(({ loweringFrom }) => loweringFrom === desired);
  const others = open.filter(({ loweringFrom }) => loweringFrom === undefined);
  const raised = open.filter(({ loweringFrom }) => loweringFrom !== undefined && loweringFrom < desired);
  return {
    open: [
      ...again.map(({ loweringFrom: _, ...same }) => same),
      ...others.map((one) => (isEndedInVain(one, group) ? { ...one, endedAt: undefined } : one)),
    ],
    notes: raised.map(
      ({ instanceId, loweringFrom }) =>
        `${name} may stay one larger than it was: ${instanceId} went by itself, and before its desired capacity of ${loweringFrom} was seen lower, somebody made it ${desired}`,
    ),
  };
}

const isEndedInVain = ({ endedAt, instanceId }: OpenReplacement, group: ScalingGroup): boolean =>
  endedAt !== undefined && whereIs(instanceId, group, []) === 'in its group';

/** `by`: the instances by whose launches the desired capacity is raised still. */
export type Raised = { readonly before: number; readonly by: ReadonlySet<string> };

/**
 * By how many of our launches is the desired capacity raised? One launch is like another, so they are only counted: what
 * is above the desired capacity before them is ours, but no more than there are launches; the rest somebody asked for.
 * Who has a successor comes first. An instance that was ended took its own launch off again.
 * One that is known to have launched nothing has raised nothing.
 * @param before as written down; undefined: nobody knows, so nothing is taken for ours
 */
export function raisedBy(
  open: readonly OpenReplacement[],
  { group: { desired }, replacing, answers }: Pick<ReplaceView, 'group' | 'replacing' | 'answers'>,
): Raised {
  const before = replacing?.desiredBefore;
  const launched = open.filter((one) => isLaunched(one) && one.endedAt === undefined && !isInVain(one, answers));
  if (launched.length === 0) return { before: desired, by: new Set() };
  const without = Math.max(before ?? desired, desired - launched.length);
  const first = launched.toSorted(
    (a, b) =>
      Number(b.successor !== undefined) - Number(a.successor !== undefined) ||
      a.begunAt - b.begunAt ||
      (a.instanceId < b.instanceId ? -1 : 1),
  );
  const count = Math.max(0, desired - without);
  return { before: without, by: new Set(first.slice(0, count).map(({ instanceId }) => instanceId)) };
}

/** How many launches that were begun do not show in the desired capacity: not yet, or never. */
export const yetToRise = (open: readonly OpenReplacement[], { by }: Raised, answers: Answers): number =>
  open.filter(
    (one) => isLaunched(one) && one.endedAt === undefined && !by.has(one.instanceId) && !isInVain(one, answers),
  ).length;
