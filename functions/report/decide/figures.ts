import type { Metric, Performed } from '../../../shared/flow.ts';
import type { AcceptedEvent } from './accepts.ts';

const NANO = 1e9;

/**
 * The metric of a batch: what was saved against On-Demand prices in the times that were counted, dollars. Each time of
 * each cluster is counted once, in some minute: the sum of an hour's values is what an hour saved, all clusters together.
 */
export function figures(
  _: readonly AcceptedEvent[],
  performed: readonly Performed[],
): readonly (readonly [Metric, number])[] {
  const lines = performed.flatMap(({ outcome: { action, result } }) =>
    // What comes before a guard was counted by the reading before.
    action.do === 'remember' && action.under !== undefined && result === 'done'
      ? action.records.flatMap((record) => (record.is === 'ledger' ? record.services : []))
      : [],
  );
  if (lines.length === 0) return [];
  const saved = lines.reduce((sum, { onDemand, cost }) => sum + onDemand - cost, 0);
  return [['SavingsPerHour', saved / NANO]];
}
