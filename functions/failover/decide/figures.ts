import type { Metric, Performed } from '../../../shared/flow.ts';
import type { AcceptedEvent } from './accepts.ts';

/** The metric of a batch: how many tasks were lent. */
export function figures(
  _: readonly AcceptedEvent[],
  performed: readonly Performed[],
): readonly (readonly [Metric, number])[] {
  const lent = performed.reduce(
    (sum, { outcome: { action, result } }) =>
      action.do === 'lend' && result === 'done' ? sum + action.desired - action.from : sum,
    0,
  );
  return lent > 0 ? [['LentTasks', lent]] : [];
}
