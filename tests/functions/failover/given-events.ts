import type { EventOf } from '../../../shared/events/event.ts';
import { ACCOUNT, CLUSTER, NOW, REGION } from '../../given.ts';

const origin = (recordId: string) => ({ recordId, eventId: recordId, account: ACCOUNT, region: REGION, at: NOW });

export const aWakeUp = (watch = CLUSTER): EventOf<'woken'> => ({ ...origin('wake-up'), kind: 'woken', watch });

export const aPlacementFailure = (about: Partial<EventOf<'service-acted'>> = {}): EventOf<'service-acted'> => ({
  ...origin('failure'),
  kind: 'service-acted',
  cluster: CLUSTER,
  service: 'checkout',
  action: 'SERVICE_TASK_PLACEMENT_FAILURE',
  reason: 'RESOURCE:CPU',
  ...about,
});
