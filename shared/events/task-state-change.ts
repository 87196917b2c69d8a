import { type Envelope, matching, optionalText, text } from './envelope.ts';

// {"source":"aws.ecs","detail-type":"ECS Task State Change",
//  "detail":{"clusterArn":"arn:aws:ecs:…:cluster/prod","taskArn":"arn:aws:ecs:…","containerInstanceArn":"arn:aws:ecs:…",
//   "group":"service:checkout-api","lastStatus":"STOPPED","stopCode":"TerminationNotice",
//   "stoppedReason":"Host EC2 (instance i-0a1b2c3d4e5f60718) terminated."}}
// The rule lets only tasks through whose EC2 host vanished: ECS delivers these at least once, EC2's own state
// change is best effort. https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_task_events.html

export const pattern = {
  source: ['aws.ecs'],
  'detail-type': ['ECS Task State Change'],
  detail: { lastStatus: ['STOPPED'], stopCode: ['TerminationNotice'], containerInstanceArn: [{ exists: true }] },
};

export type TaskChanged = {
  readonly kind: 'task-changed';
  readonly cluster: string;
  readonly task: string;
  readonly containerInstance: string | undefined;
  readonly group: string | undefined;
  readonly lastStatus: string;
  readonly stopCode: string | undefined;
  readonly host: string | undefined;
};

/** A task changed. `host` is the instance id that the stop reason names; the text varies, so it may be undefined. */
export function decode({ detail }: Envelope): TaskChanged {
  return {
    kind: 'task-changed',
    cluster: matching(detail, 'clusterArn', /^arn:[^:]+:ecs:.+:cluster\/.+$/, 'a cluster ARN'),
    task: matching(detail, 'taskArn', /:task\//, 'a task ARN'),
    containerInstance: optionalText(detail, 'containerInstanceArn'),
    group: optionalText(detail, 'group'),
    lastStatus: text(detail, 'lastStatus'),
    stopCode: optionalText(detail, 'stopCode'),
    host: /\b(i-(?:[0-9a-f]{17}|[0-9a-f]{8}))\b/.exec(optionalText(detail, 'stoppedReason') ?? '')?.[1],
  };
}
