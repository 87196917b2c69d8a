import { type Envelope, type Fields, matching, optionalText } from './envelope.ts';

// {"source":"aws.ecs","detail-type":"ECS Task State Change",
//  "detail":{"clusterArn":"arn:aws:ecs:…:cluster/prod","taskArn":"arn:aws:ecs:…","group":"service:checkout-api",
//   "lastStatus":"STOPPED","stopCode":"TaskFailedToStart","stoppedReason":"EMPTY CAPACITY PROVIDER"}}
// The same code comes for images that cannot be pulled: only some reasons are a want of capacity.
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/api_failures_messages.html

export const pattern = {
  source: ['aws.ecs'],
  'detail-type': ['ECS Task State Change'],
  detail: { lastStatus: ['STOPPED'], stopCode: ['TaskFailedToStart'] },
};

/** The other events of this detail-type have other stop codes. */
export const isMeant = ({ stopCode }: Fields): boolean => stopCode === 'TaskFailedToStart';

export type TaskNotStarted = {
  readonly kind: 'task-not-started';
  readonly cluster: string;
  readonly task: string;
  readonly service: string | undefined;
  readonly reason: string;
};

/** A task ended before it ran. */
export function decode({ detail }: Envelope): TaskNotStarted {
  const group = optionalText(detail, 'group');
  return {
    kind: 'task-not-started',
    cluster: matching(detail, 'clusterArn', /^arn:[^:]+:ecs:.+:cluster\/.+$/, 'a cluster ARN'),
    task: matching(detail, 'taskArn', /:task\//, 'a task ARN'),
    service: group?.startsWith('service:') ? group.slice('service:'.length) : undefined,
    reason: optionalText(detail, 'stoppedReason') ?? '',
  };
}
