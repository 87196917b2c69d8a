import type { World } from '../world/world.ts';
import type { Ec2Instance, SpotAction } from './instance.ts';

/** https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/monitoring-instance-state-changes.html */
export const stateChanged = (world: World, instance: Ec2Instance): void => {
  world.emit({
    source: 'aws.ec2',
    'detail-type': 'EC2 Instance State-change Notification',
    resources: [world.arn('ec2', `instance/${instance.id}`)],
    detail: { 'instance-id': instance.id, state: instance.state },
  });
};

/** https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/spot-request-status.html#spot-request-fulfillment-event */
export const spotRequestFulfilled = (world: World, { id, spot }: Ec2Instance): void => {
  if (!spot) return;
  world.emit({
    source: 'aws.ec2',
    'detail-type': 'EC2 Spot Instance Request Fulfillment',
    resources: [world.arn('ec2', `instance/${id}`)],
    detail: { 'spot-instance-request-id': spot.id, 'instance-id': id },
  });
};

/** https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/spot-instance-termination-notices.html */
export const interruptionWarned = (world: World, instance: Ec2Instance, action: SpotAction): void => {
  const { id, type, zone } = instance;
  world.journal({
    kind: 'notice',
    subject: id,
    text: `EC2 will ${action} ${id} (${type} in ${zone})`,
    data: { action, type, zone },
  });
  world.emit({
    source: 'aws.ec2',
    'detail-type': 'EC2 Spot Instance Interruption Warning',
    resources: [zonalArn(instance)],
    detail: { 'instance-id': id, 'instance-action': action },
  });
};

/** https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/rebalance-recommendations.html */
export const rebalanceRecommended = (world: World, instance: Ec2Instance): void => {
  const { id, type, zone } = instance;
  world.journal({
    kind: 'rebalance-recommendation',
    subject: id,
    text: `EC2 recommends to replace ${id} (${type} in ${zone})`,
    data: {},
  });
  world.emit({
    source: 'aws.ec2',
    'detail-type': 'EC2 Instance Rebalance Recommendation',
    resources: [zonalArn(instance)],
    detail: { 'instance-id': id },
  });
};

// Real warnings carry the zone where the region belongs and no account; aws-node-termination-handler's samples show it.
const zonalArn = (instance: Ec2Instance): string => `arn:aws:ec2:${instance.zone}:instance/${instance.id}`;
