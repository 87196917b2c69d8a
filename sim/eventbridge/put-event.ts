import type { PutEventsRequestEntry, PutEventsResultEntry } from '@aws-sdk/client-eventbridge';
import type { EventBus } from '../delivery/bus.ts';
import { AwsError } from '../service.ts';

/**
 * Puts one entry of PutEvents on the bus. A bad entry fails alone.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevents.html
 * @throws AwsError NotImplemented for an entry with a time or trace of its own
 */
export const putEvent = (entry: PutEventsRequestEntry, bus: EventBus): PutEventsResultEntry => {
  for (const member of ['Time', 'TraceHeader'] as const) {
    if (entry[member] === undefined) continue;
    throw new AwsError('NotImplemented', `the simulated EventBridge does not imitate ${member} of an entry`, 501);
  }
  const { Source: source, DetailType: detailType, Detail: text, Resources: resources = [] } = entry;
  if (!source) return required('Source');
  if (source.startsWith('aws.')) return failed('NotAuthorizedForSourceException', 'Not authorized for the source.');
  if (!detailType) return required('DetailType');
  if (!text) return required('Detail');
  const detail = jsonObject(text);
  if (!detail) return failed('MalformedDetail', 'Detail is malformed.');
  return { EventId: bus.put({ source, 'detail-type': detailType, region: bus.region, resources, detail }) };
};

const failed = (ErrorCode: string, ErrorMessage: string): PutEventsResultEntry => ({ ErrorCode, ErrorMessage });

const required = (member: string): PutEventsResultEntry =>
  failed('InvalidArgument', `Parameter ${member} is not valid. Reason: ${member} is a required argument.`);

const jsonObject = (text: string): object | undefined => {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
};
