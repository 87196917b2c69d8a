import type { Metric } from '../../../shared/flow.ts';
import type { Instant } from '../../../shared/model/instant.ts';
import type { Outcome } from '../../../shared/plan/action.ts';
import type { AcceptedEvent } from './demand.ts';

/** The metrics of a batch: how long after its notice each instance was DRAINING, and tasks that died with their host. */
export function figures(
  events: readonly AcceptedEvent[],
  outcomes: readonly Outcome[],
  now: Instant,
): readonly (readonly [Metric, number])[] {
  const drained = new Set(
    outcomes.flatMap(({ action, result }) =>
      action.do === 'drain' && result === 'done' ? action.instances.map(({ instanceId }) => instanceId) : [],
    ),
  );
  const delays = events.flatMap((event) =>
    event.kind === 'spot-interrupted' && drained.has(event.instanceId)
      ? [['NoticeToDrainingMs', now - event.at] as const]
      : [],
  );
  const killed = outcomes.flatMap(({ action, result }) =>
    action.do === 'remember' && result === 'done'
      ? action.records.flatMap((record) => (record.is === 'interruption' && record.killed > 0 ? [record.killed] : []))
      : [],
  );
  return [...delays, ...killed.map((many) => ['DeadlineMisses', many] as const)];
}
