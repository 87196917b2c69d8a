import { type ServiceDetail, STANDBY_OF } from '../../shared/model/lending.ts';
import type { Raised } from '../../shared/model/records.ts';
import type { Base, Found, Standby } from './found.ts';

/** What is done with one thing, and why. `from`: what the decision rests on. */
export type Step =
  | { readonly do: 'delete' | 'empty'; readonly standby: ServiceDetail; readonly why: string }
  | { readonly do: 'leave'; readonly standby: ServiceDetail; readonly why: string }
  | { readonly do: 'set-base'; readonly record: Raised; readonly from: number }
  | { readonly do: 'leave-base'; readonly record: Raised; readonly why: string }
  | { readonly do: 'forget-base'; readonly record: Raised; readonly why: string };

/** @param force lower standbys also where the main service is short without them, and bases that somebody changed */
export const stepsOf = ({ standbys, bases }: Found, { force }: { readonly force: boolean }): readonly Step[] => [
  ...standbys.map((one) => ofStandby(one, force)),
  ...bases.map((one) => ofBase(one, force)),
];

/** A standby with tasks is emptied only while its main service does without them. */
export function ofStandby({ service: standby, main }: Standby, force: boolean): Step {
  const name = standby.tags[STANDBY_OF] ?? '';
  const isEmpty = standby.desired === 0 && standby.running + standby.pending === 0;
  if (isEmpty) return { do: 'delete', standby, why: main === undefined ? `its main service ${name} is gone` : NONE };
  if (main === undefined) return { do: 'empty', standby, why: `its main service ${name} is gone` };
  if (standby.desired === 0) return { do: 'empty', standby, why: 'its last tasks are ending' };
  const why = `${name} runs ${main.serving} of ${main.desired} tasks without it`;
  if (main.serving >= main.desired) return { do: 'empty', standby, why };
  return force ? { do: 'empty', standby, why: `${why}; forced` } : { do: 'leave', standby, why };
}

const NONE = 'no task is lent on it';

/**
 * A base is put back to what it was before spotkeeper raised it. The last step may have been written down and not carried
 * out: then what it is now was ours, or the group's own.
 */
function ofBase({ record, now }: Base, force: boolean): Step {
  if (now === undefined) return { do: 'forget-base', record, why: 'the group has no On-Demand base any more' };
  if (now <= record.before) return { do: 'forget-base', record, why: `it is ${now} already` };
  const isOurs = now === record.base || !record.confirmed;
  if (isOurs || force) return { do: 'set-base', record, from: now };
  return { do: 'leave-base', record, why: `it is ${now}, and spotkeeper had set ${record.base}: somebody changed it` };
}
