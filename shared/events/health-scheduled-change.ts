import type { Instant } from '../model/instant.ts';
import { type Envelope, isFields, isInstanceId, optionalText, text, time, Unparsable } from './envelope.ts';

// {"source":"aws.health","detail-type":"AWS Health Event",
//  "detail":{"service":"EC2","eventTypeCode":"AWS_EC2_PERSISTENT_INSTANCE_RETIREMENT_SCHEDULED",
//   "eventTypeCategory":"scheduledChange","startTime":"Fri, 21 Aug 2026 05:00:00 GMT","statusCode":"upcoming",
//   "affectedEntities":[{"entityValue":"i-0a1b2c3d4e5f60718"}]}}
// https://docs.aws.amazon.com/health/latest/ug/aws-health-events-eventbridge-schema.html

export const pattern = {
  source: ['aws.health'],
  'detail-type': ['AWS Health Event'],
  detail: { service: ['EC2'], eventTypeCategory: ['scheduledChange'] },
};

export type MaintenanceScheduled = {
  readonly kind: 'maintenance-scheduled';
  readonly code: string;
  readonly closed: boolean;
  readonly startsAt: Instant;
  readonly instanceIds: readonly string[];
};

/** AWS will stop, retire or reboot hosts at a known time; entities that are no instances are passed over. */
export function decode({ detail }: Envelope): MaintenanceScheduled {
  const entities = detail.affectedEntities;
  if (!Array.isArray(entities)) throw new Unparsable('affectedEntities is missing; expected a list');
  const ids = entities.filter(isFields).map((entity) => optionalText(entity, 'entityValue') ?? '');
  return {
    kind: 'maintenance-scheduled',
    code: text(detail, 'eventTypeCode'),
    closed: optionalText(detail, 'statusCode') === 'closed',
    startsAt: time(detail, 'startTime'),
    instanceIds: ids.filter(isInstanceId),
  };
}
