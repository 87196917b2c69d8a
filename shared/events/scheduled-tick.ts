// {"source":"aws.events","detail-type":"Scheduled Event","resources":["arn:aws:events:…:rule/…"],"detail":{}}
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-run-lambda-schedule.html

export const pattern = { source: ['aws.events'], 'detail-type': ['Scheduled Event'] };

export type Ticked = { readonly kind: 'ticked' };

/** The one-minute schedule went off: time to look for what events missed. */
export const decode = (): Ticked => ({ kind: 'ticked' });
