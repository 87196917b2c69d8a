import type { ScalingGroup } from '../../../../shared/model/offerings.ts';
import type { OpenReplacement } from '../../../../shared/model/rebalance-records.ts';
import type { Action } from '../../../../shared/plan/action.ts';

/** What a step of a replacement plans. */
type Planned = { readonly actions: readonly Action[] };

/** Did its call raise the desired capacity, and is it raised still? undefined: nobody wrote down what it was. */
export const isRaised = (
  { way, desiredBefore }: OpenReplacement,
  { desired }: Pick<ScalingGroup, 'desired'>,
): boolean | undefined => (way !== 'launch' || desiredBefore === undefined ? undefined : desired > desiredBefore);

/** How many launches that were begun do not show in the desired capacity: not yet, or never. Those to come rest on them. */
export const yetToRise = (open: readonly OpenReplacement[], group: Pick<ScalingGroup, 'desired'>): number =>
  open.filter((one) => one.endedAt === undefined && isRaised(one, group) === false).length;

/** Actions that change the desired capacity of a group. */
export const resizes = ({ actions }: Planned): boolean => actions.some(isResize);

export const lowers = ({ actions }: Planned): boolean => actions.some((one) => one.do === 'lower-desired');

const isResize = (action: Action): boolean =>
  action.do === 'lower-desired' || action.do === 'reattach' || (action.do === 'terminate' && action.from === 'group');

/** By how much the steps of a pass lower it; an end that is asked for again was counted before. */
export const loweredBy = (before: readonly OpenReplacement[], steps: readonly Planned[]): number =>
  steps.filter((step, at) =>
    step.actions.some(
      (one) =>
        one.do === 'lower-desired' ||
        (one.do === 'terminate' && one.from === 'group' && before[at]?.endedAt === undefined),
    ),
  ).length;

/** The others of a group that is lowered: each rests on what the desired capacity is without its own launch. */
export const rebased = (open: OpenReplacement, by: number): OpenReplacement =>
  by === 0 || open.desiredBefore === undefined || open.endedAt !== undefined
    ? open
    : { ...open, desiredBefore: open.desiredBefore - by };
