import type { Envelope, Fields } from './envelope.ts';
import { serviceOf } from './service-action.ts';

// {"source":"aws.ecs","detail-type":"ECS Deployment State Change","resources":["arn:aws:ecs:…:service/prod/checkout-api"],
//  "detail":{"eventType":"INFO","eventName":"SERVICE_DEPLOYMENT_COMPLETED","deploymentId":"ecs-svc/123"}}
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_service_deployment_events.html

const COMPLETED = 'SERVICE_DEPLOYMENT_COMPLETED';

export const pattern = {
  source: ['aws.ecs'],
  'detail-type': ['ECS Deployment State Change'],
  detail: { eventName: [COMPLETED] },
};

/** The other events of this detail-type are about deployments that began or failed. */
export const isMeant = ({ eventName }: Fields): boolean => eventName === COMPLETED;

export type DeploymentCompleted = {
  readonly kind: 'deployment-completed';
  readonly cluster: string;
  readonly service: string;
};

/** A service runs a new revision: its standbys are to follow. The cluster is read from the service's ARN. */
export function decode({ resources, region, account }: Envelope): DeploymentCompleted {
  const service = serviceOf(resources);
  const arn = resources.find((one) => one.includes(':service/')) ?? '';
  const [, partition] = arn.split(':');
  const parts = arn.slice(arn.indexOf(':service/') + ':service/'.length).split('/');
  // ARNs of the old form name no cluster: then the default one is meant.
  const name = parts.length > 1 ? parts[0] : 'default';
  return {
    kind: 'deployment-completed',
    cluster: `arn:${partition}:ecs:${region}:${account}:cluster/${name}`,
    service,
  };
}
