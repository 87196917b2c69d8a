import { type Envelope, type Fields, matching, optionalText } from './envelope.ts';

// {"source":"aws.ecs","detail-type":"ECS Task State Change",
//  "detail":{"clusterArn":"arn:aws:ecs:…:cluster/prod","taskArn":"arn:aws:ecs:…","group":"service:checkout-api",
//   "capacityProviderName":"FARGATE_SPOT","desiredStatus":"STOPPED","lastStatus":"RUNNING","stopCode":"SpotInterruption"}}
// Both stop codes are documented. https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-capacity-providers.html

const STOP_CODES = ['SpotInterruption', 'TerminationNotice'];

export const pattern = {
  source: ['aws.ecs'],
  'detail-type': ['ECS Task State Change'],
  detail: { capacityProviderName: ['FARGATE_SPOT'], desiredStatus: ['STOPPED'], stopCode: STOP_CODES },
};

/** The other events of this detail-type are about tasks on instances, or about tasks that ended for another reason. */
export const isMeant = ({ capacityProviderName, stopCode }: Fields): boolean =>
  capacityProviderName === 'FARGATE_SPOT' && STOP_CODES.some((code) => code === stopCode);

export type FargateSpotInterrupted = {
  readonly kind: 'fargate-spot-interrupted';
  readonly cluster: string;
  readonly task: string;
  readonly service: string | undefined;
};

/** Fargate takes a Spot task back in two minutes, or has done so. */
export function decode({ detail }: Envelope): FargateSpotInterrupted {
  const group = optionalText(detail, 'group');
  return {
    kind: 'fargate-spot-interrupted',
    cluster: matching(detail, 'clusterArn', /^arn:[^:]+:ecs:.+:cluster\/.+$/, 'a cluster ARN'),
    task: matching(detail, 'taskArn', /:task\//, 'a task ARN'),
    service: group?.startsWith('service:') ? group.slice('service:'.length) : undefined,
  };
}
