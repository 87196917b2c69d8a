import { type Envelope, instanceId, text } from './envelope.ts';

// {"source":"aws.ec2","detail-type":"EC2 Instance State-change Notification",
//  "detail":{"instance-id":"i-0a1b2c3d4e5f60718","state":"shutting-down"}}
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/monitoring-instance-state-changes.html

export const pattern = {
  source: ['aws.ec2'],
  'detail-type': ['EC2 Instance State-change Notification'],
  detail: { state: ['stopping', 'stopped', 'shutting-down', 'terminated'] },
};

export type InstanceStateChanged = {
  readonly kind: 'instance-state-changed';
  readonly instanceId: string;
  readonly state: string;
};

/** An EC2 instance entered a state; states that are new to us pass through as text. */
export const decode = ({ detail }: Envelope): InstanceStateChanged => ({
  kind: 'instance-state-changed',
  instanceId: instanceId(detail, 'instance-id'),
  state: text(detail, 'state'),
});
