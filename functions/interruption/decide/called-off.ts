import type { Context } from '../../../shared/flow.ts';
import type { Doomed } from '../../../shared/model/records.ts';
import { emptyPlan, type Plan } from '../../../shared/plan/action.ts';
import { closedAt } from './tombstone.ts';

/** Open records of instances whose maintenance AWS has closed, and the records of the events that say so. */
export type CalledOffView = { readonly open: readonly Doomed[]; readonly for: readonly string[] };

/** Maintenance that was called off dooms nothing any more; an instance that is DRAINING already is named, not undone. */
export function decideCalledOff({ open, for: records }: CalledOffView, { region, now }: Context): Plan {
  if (open.length === 0) return emptyPlan;
  const closed = open.map((one) => closedAt(one, now));
  const drained = open.filter(({ drainedAt }) => drainedAt !== undefined).map(({ instanceId }) => instanceId);
  return {
    guards: [],
    steps: [[{ do: 'remember', for: records, region, because: 'AWS closed their maintenance', records: closed }]],
    notes:
      drained.length === 0
        ? []
        : [
            `the maintenance of ${drained.join(', ')} is closed; they are DRAINING already: set them ACTIVE to use them again`,
          ],
  };
}
