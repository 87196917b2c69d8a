import { type Envelope, instanceId, text } from './envelope.ts';

// {"source":"aws.autoscaling","detail-type":"EC2 Instance-terminate Lifecycle Action",
//  "detail":{"LifecycleActionToken":"0befcbdb-…","AutoScalingGroupName":"prod-ecs-spot","LifecycleHookName":"drain",
//   "EC2InstanceId":"i-0a1b2c3d4e5f60718","LifecycleTransition":"autoscaling:EC2_INSTANCE_TERMINATING"}}
// https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-event-reference.html

export const pattern = { source: ['aws.autoscaling'], 'detail-type': ['EC2 Instance-terminate Lifecycle Action'] };

export type InstanceTerminating = {
  readonly kind: 'instance-terminating';
  readonly instanceId: string;
  readonly group: string;
  readonly hook: string;
  readonly token: string;
};

/** Auto Scaling is about to terminate an instance and waits for the answer of a lifecycle hook. */
export const decode = ({ detail }: Envelope): InstanceTerminating => ({
  kind: 'instance-terminating',
  instanceId: instanceId(detail, 'EC2InstanceId'),
  group: text(detail, 'AutoScalingGroupName'),
  hook: text(detail, 'LifecycleHookName'),
  token: text(detail, 'LifecycleActionToken'),
});
