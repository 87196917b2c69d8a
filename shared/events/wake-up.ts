import type { Instant } from '../model/instant.ts';
import { type Envelope, text } from './envelope.ts';

// A delayed SQS message that spotkeeper sends to itself, in the envelope of an event:
// {"source":"spotkeeper","detail-type":"spotkeeper wake-up","detail":{"watch":"arn:aws:ecs:…:cluster/prod"}}

export const pattern = { source: ['spotkeeper'], 'detail-type': ['spotkeeper wake-up'] };

export type Woken = { readonly kind: 'woken'; readonly watch: string };

/** A pass over the doomed instances of a cluster (`watch`: its ARN, or `unregistered`) is due. */
export const decode = ({ detail }: Envelope): Woken => ({ kind: 'woken', watch: text(detail, 'watch') });

/**
 * The message body of a wake-up.
 * @param watch the cluster ARN, or `unregistered`
 * @param at when it is due; also its id, so that two of the same are told apart in logs
 */
export const encodeWakeUp = (origin: { account: string; region: string }, watch: string, at: Instant): string =>
  JSON.stringify({
    version: '0',
    id: `${watch}@${at}`,
    source: pattern.source[0],
    'detail-type': pattern['detail-type'][0],
    ...origin,
    time: new Date(at).toISOString(),
    resources: [],
    detail: { watch },
  });
