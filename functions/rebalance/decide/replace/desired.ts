import type { ScalingGroup } from '../../../../shared/model/offerings.ts';
import type { OpenReplacement, Replacing } from '../../../../shared/model/rebalance-records.ts';
import type { Action } from '../../../../shared/plan/action.ts';
import { whereIs } from './whereabouts.ts';

/** What a step of a replacement plans. */
type Planned = { readonly actions: readonly Action[] };

export const isLaunched = ({ way }: OpenReplacement): boolean => way === 'launch';

/** Actions that change the desired capacity of a group. */
export const resizes = ({ actions }: Planned): boolean => actions.some(isResize);

export const lowers = ({ actions }: Planned): boolean => actions.some((one) => one.do === 'lower-desired');

const isResize = (action: Action): boolean =>
  action.do === 'lower-desired' || action.do === 'reattach' || (action.do === 'terminate' && action.from === 'group');

/**
 * What became of the calls that lower the desired capacity. An instance that we ended and that is in its group still was
 * not ended. A lowering is over once the desired capacity is another: where it is higher than before, somebody raised it,
 * and whether we lowered it first cannot be told. A second time would take from what they asked for.
 * @returns those that are open still, one to be lowered for again first
 */
export function settled(
  group: ScalingGroup,
  open: readonly OpenReplacement[],
): { readonly open: readonly OpenReplacement[]; readonly notes: readonly string[] } {
  const { name, desired } = group;
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
 * @param before as written down; undefined: nobody knows, so nothing is taken for ours
 */
export function raisedBy(
  open: readonly OpenReplacement[],
  { desired }: Pick<ScalingGroup, 'desired'>,
  before: Replacing['desiredBefore'],
): Raised {
  const launched = open.filter((one) => isLaunched(one) && one.endedAt === undefined);
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
export const yetToRise = (open: readonly OpenReplacement[], { by }: Raised): number =>
  open.filter((one) => isLaunched(one) && one.endedAt === undefined && !by.has(one.instanceId)).length;
