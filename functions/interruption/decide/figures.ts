import type { Metric, Performed } from '../../../shared/flow.ts';
import { acceptedDrains } from './accepted-drains.ts';
import type { AcceptedEvent } from './demand.ts';

/** The metrics of a batch: how long after its notice each instance was DRAINING, and tasks that died with their host. */
export function figures(
  events: readonly AcceptedEvent[],
  performed: readonly Performed[],
): readonly (readonly [Metric, number])[] {
  const drainedAt = acceptedDrains(performed);
  const delays = events.flatMap((event) => {
    const at = event.kind === 'spot-interrupted' ? drainedAt.get(event.instanceId) : undefined;
    return at === undefined ? [] : [['NoticeToDrainingMs', at - event.at] as const];
  });
  const killed = performed.flatMap(({ outcome: { action, result } }) =>
    action.do === 'remember' && result === 'done'
      ? action.records.flatMap((record) => (record.is === 'interruption' && record.killed ? [record.killed] : []))
      : [],
  );
  return [...delays, ...killed.map((many) => ['DeadlineMisses', many] as const)];
}
