import type { Ec2Instance } from '../ec2/instance.ts';
import type { World } from '../world/world.ts';
import type { Group, TerminationHook } from './group.ts';

const noCapacity =
  'Could not launch Spot Instances. InsufficientInstanceCapacity - There is no Spot capacity available that matches your request. Launching EC2 instance failed.';

type LifecycleAction = {
  readonly token: string;
  readonly group: Group;
  readonly hook: TerminationHook;
  readonly instanceId: string;
};

/** https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-event-reference.html */
export const lifecycleActionEvent = (world: World, { token, group, hook, instanceId }: LifecycleAction): void => {
  const metadata = hook.notificationMetadata === undefined ? {} : { NotificationMetadata: hook.notificationMetadata };
  world.emit({
    source: 'aws.autoscaling',
    'detail-type': 'EC2 Instance-terminate Lifecycle Action',
    resources: [group.arn],
    detail: {
      LifecycleActionToken: token,
      AutoScalingGroupName: group.name,
      LifecycleHookName: hook.name,
      EC2InstanceId: instanceId,
      LifecycleTransition: 'autoscaling:EC2_INSTANCE_TERMINATING',
      Origin: 'AutoScalingGroup',
      Destination: 'EC2',
      ...metadata,
    },
  });
};

export const launchSucceeded = (world: World, group: Group, ec2: Ec2Instance): void =>
  activity(world, group, {
    detailType: 'EC2 Instance Launch Successful',
    detail: { ...successOf(ec2), Description: `Launching a new EC2 instance: ${ec2.id}` },
    ec2,
  });

export const terminateSucceeded = (world: World, group: Group, ec2: Ec2Instance): void =>
  activity(world, group, {
    detailType: 'EC2 Instance Terminate Successful',
    detail: { ...successOf(ec2), Description: `Terminating EC2 instance: ${ec2.id}` },
    ec2,
  });

/** A failed launch names no instance: its id and the second resource are empty. */
export const launchFailed = (world: World, group: Group): void =>
  activity(world, group, {
    detailType: 'EC2 Instance Launch Unsuccessful',
    detail: {
      StatusCode: 'Failed',
      EC2InstanceId: '',
      Details: { 'Availability Zone': group.pools[0]?.zone ?? '' },
      StatusMessage: noCapacity,
    },
    ec2: undefined,
  });

type Activity = { readonly detailType: string; readonly detail: object; readonly ec2: Ec2Instance | undefined };

const activity = (world: World, group: Group, { detailType, detail, ec2 }: Activity): void => {
  const at = new Date(world.now()).toISOString();
  world.emit({
    source: 'aws.autoscaling',
    'detail-type': detailType,
    resources: [group.arn, ec2 ? world.arn('ec2', `instance/${ec2.id}`) : ''],
    detail: {
      AutoScalingGroupName: group.name,
      ActivityId: world.ids.uuid('activity'),
      RequestId: world.ids.uuid('activity-request'),
      StartTime: at,
      EndTime: at,
      Cause: `At ${at} the group had to change to reach its desired capacity of ${group.desired}.`,
      ...detail,
    },
  });
};

const successOf = (ec2: Ec2Instance) => ({
  StatusCode: 'InProgress',
  StatusMessage: '',
  EC2InstanceId: ec2.id,
  Details: { 'Availability Zone': ec2.zone, 'Subnet ID': `subnet-${ec2.zone}` },
});
