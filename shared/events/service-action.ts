import { shortName } from '../model/arn.ts';
import { type Envelope, matching, optionalText, text, Unparsable } from './envelope.ts';

// {"source":"aws.ecs","detail-type":"ECS Service Action","resources":["arn:aws:ecs:…:service/prod/checkout-api"],
//  "detail":{"eventType":"ERROR","eventName":"SERVICE_TASK_PLACEMENT_FAILURE","clusterArn":"arn:aws:ecs:…:cluster/prod",
//   "containerInstanceArns":["arn:aws:ecs:…"],"reason":"RESOURCE:ENI"}}
// The service is in `resources` alone. https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_service_events.html

export const pattern = {
  source: ['aws.ecs'],
  'detail-type': ['ECS Service Action'],
  detail: { eventName: ['SERVICE_TASK_PLACEMENT_FAILURE', 'SERVICE_STEADY_STATE', 'SERVICE_DESIRED_COUNT_UPDATED'] },
};

export type ServiceActed = {
  readonly kind: 'service-acted';
  readonly cluster: string;
  readonly service: string;
  readonly action: string;
  /** As ECS words it: `RESOURCE:ENI`. */
  readonly reason: string | undefined;
};

/** ECS could not place a task of a service, reached its steady state, or its desired count was changed by a policy. */
export function decode({ detail, resources }: Envelope): ServiceActed {
  return {
    kind: 'service-acted',
    cluster: matching(detail, 'clusterArn', /^arn:[^:]+:ecs:.+:cluster\/.+$/, 'a cluster ARN'),
    service: serviceOf(resources),
    action: text(detail, 'eventName'),
    reason: optionalText(detail, 'reason'),
  };
}

/** The name of the service that an event is about. @throws Unparsable when its resources name none */
export function serviceOf(resources: readonly string[]): string {
  const arn = resources.find((one) => /^arn:[^:]+:ecs:[^:]*:[^:]*:service\/./.test(one));
  if (arn === undefined) throw new Unparsable(`resources is ${JSON.stringify(resources)}; expected a service ARN`);
  return shortName(arn);
}
