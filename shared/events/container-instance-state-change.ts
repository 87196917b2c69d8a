import type { Pool } from '../model/fleet.ts';
import { type Envelope, type Fields, instanceId, isFields, matching, text } from './envelope.ts';

// {"source":"aws.ecs","detail-type":"ECS Container Instance State Change",
//  "detail":{"clusterArn":"arn:aws:ecs:eu-west-1:123456789012:cluster/prod","containerInstanceArn":"arn:aws:ecs:…",
//   "ec2InstanceId":"i-0a1b2c3d4e5f60718","status":"ACTIVE","agentConnected":true,"version":3,
//   "attributes":[{"name":"ecs.instance-type","value":"m6i.large"},{"name":"ecs.availability-zone","value":"eu-west-1a"}]}}
// ECS sends one for each placement and agent reconnect; the rule lets only fresh registrations through (low versions).
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_container_instance_events.html

export const pattern = {
  source: ['aws.ecs'],
  'detail-type': ['ECS Container Instance State Change'],
  detail: { status: ['ACTIVE'], agentConnected: [true], version: [{ numeric: ['<=', 4] }] },
};

export type ContainerInstanceChanged = {
  readonly kind: 'container-instance-changed';
  readonly cluster: string;
  readonly containerInstance: string;
  readonly instanceId: string;
  readonly status: string;
  readonly pool: Pool | undefined;
};

/** A container instance changed; the cluster is read from the detail, since old ARNs do not contain it. */
export function decode({ detail }: Envelope): ContainerInstanceChanged {
  return {
    kind: 'container-instance-changed',
    cluster: matching(detail, 'clusterArn', /^arn:[^:]+:ecs:.+:cluster\/.+$/, 'a cluster ARN'),
    containerInstance: matching(detail, 'containerInstanceArn', /:container-instance\//, 'a container instance ARN'),
    instanceId: instanceId(detail, 'ec2InstanceId'),
    status: text(detail, 'status'),
    pool: poolOf(detail),
  };
}

function poolOf(detail: Fields): Pool | undefined {
  const attributes = Array.isArray(detail.attributes) ? detail.attributes.filter(isFields) : [];
  const read = (name: string) => attributes.find((attribute) => attribute.name === name)?.value;
  const type = read('ecs.instance-type');
  const zone = read('ecs.availability-zone');
  return typeof type === 'string' && typeof zone === 'string' ? { type, zone } : undefined;
}
