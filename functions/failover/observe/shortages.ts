import { isCapacityReason } from '../../../shared/core/shortage.ts';
import type { Evidence, ServiceDetail } from '../../../shared/model/lending.ts';
import type { AcceptedEvent } from '../decide/accepts.ts';
import { isStandby } from '../decide/ladder.ts';
import type { Refusal } from '../decide/rungs.ts';

/**
 * What the events say of services: a want of capacity of a main one, or of Fargate for a standby; and what else keeps a
 * standby's tasks from starting.
 */
export function toldOf(services: readonly ServiceDetail[], events: readonly AcceptedEvent[]) {
  const standbys = new Set(services.filter(isStandby).map(({ name }) => name));
  const evidence = new Map<string, Evidence>();
  const refusals = new Map<string, Refusal>();
  const failures = new Map<string, string>();
  for (const event of events) {
    const said = shortage(event);
    if (said === undefined) {
      const isFailure = event.kind === 'task-not-started' && standbys.has(event.service ?? '');
      if (isFailure && event.service !== undefined) failures.set(event.service, event.reason);
      continue;
    }
    if (standbys.has(said.service)) refusals.set(said.service, { at: said.at, text: said.text });
    else evidence.set(said.service, { kind: said.kind, at: said.at, text: said.text });
  }
  return { evidence, refusals, failures };
}

function shortage(event: AcceptedEvent): (Evidence & { readonly service: string }) | undefined {
  if (event.kind === 'service-acted' && event.action === 'SERVICE_TASK_PLACEMENT_FAILURE') {
    const { service, at, reason = '' } = event;
    return isCapacityReason(reason) ? { service, kind: 'placement-failure', at, text: reason } : undefined;
  }
  if (event.kind === 'task-not-started' && event.service !== undefined) {
    const { service, at, reason } = event;
    return isCapacityReason(reason) ? { service, kind: 'failed-to-start', at, text: reason } : undefined;
  }
  if (event.kind === 'fargate-spot-interrupted' && event.service !== undefined)
    return { service: event.service, kind: 'notice', at: event.at, text: 'Fargate takes a Spot task back' };
  return undefined;
}
