import type { Pool } from '../ec2/instance.ts';
import type { World } from '../world/world.ts';
import type { Activity } from './activity.ts';
import type { Group, GroupInstance } from './group.ts';

/** Begins the activity of a launch or a termination; its event follows with its end. */
export const beginActivity = (
  world: World,
  group: Group,
  begun: { readonly cause: string; readonly description: string; readonly zone: string },
): Activity => {
  const activity: Activity = {
    sequence: world.ids.next('activity-sequence'),
    id: world.ids.uuid('activity'),
    cause: begun.cause,
    startedAt: world.now(),
    zone: begun.zone,
    subnet: `subnet-${begun.zone}`,
    description: begun.description,
    statusCode: 'InProgress',
    statusMessage: undefined,
    endedAt: undefined,
  };
  if (!world.quiet) group.activities.push(activity);
  return activity;
};

export const launchSucceeded = (world: World, group: Group, { activity, instance }: Ended): void =>
  end(world, group, { activity, statusCode: 'Successful', detailType: 'EC2 Instance Launch Successful', instance });

/** The launch hook said ABANDON, or the instance went before it was in service. */
export const launchCancelled = (world: World, group: Group, { activity, instance, why }: Ended & Reason): void => {
  activity.statusMessage = why;
  activity.description += `.  Status Reason: ${why}`;
  end(world, group, { activity, statusCode: 'Cancelled', detailType: 'EC2 Instance Launch Unsuccessful', instance });
};

/** Ends an activity that has no event of its own. */
export const endActivity = (world: World, activity: Activity, statusCode: Activity['statusCode']): void => {
  activity.statusCode = statusCode;
  activity.endedAt = world.now();
};

export const terminateSucceeded = (world: World, group: Group, { activity, instance }: Ended): void =>
  end(world, group, { activity, statusCode: 'Successful', detailType: 'EC2 Instance Terminate Successful', instance });

/** EC2 did not terminate the instance. */
export const terminateFailed = (world: World, group: Group, { activity, instance, why }: Ended & Reason): void => {
  activity.statusMessage = why;
  end(world, group, { activity, statusCode: 'Failed', detailType: 'EC2 Instance Terminate Unsuccessful', instance });
};

/** A failed launch names no instance: its id and the second resource are empty. */
export const launchFailed = (
  world: World,
  group: Group,
  failure: { readonly pool: Pool | undefined; readonly cause: string; readonly message: string },
): Activity => {
  const description = `Launching a new EC2 instance.  Status Reason: ${failure.message}`;
  const zone = failure.pool?.zone ?? group.zones[0] ?? '';
  const activity = beginActivity(world, group, { cause: failure.cause, description, zone });
  activity.statusMessage = failure.message;
  const detailType = 'EC2 Instance Launch Unsuccessful';
  end(world, group, { activity, statusCode: 'Failed', detailType, instance: undefined });
  return activity;
};

type Reason = { readonly why: string };
type Ended = { readonly activity: Activity; readonly instance: GroupInstance };
type End = Omit<Ended, 'instance'> & {
  readonly statusCode: 'Successful' | 'Failed' | 'Cancelled';
  readonly detailType: string;
  readonly instance: GroupInstance | undefined;
};

const end = (world: World, group: Group, { activity, statusCode, detailType, instance }: End): void => {
  endActivity(world, activity, statusCode);
  const id = instance?.ec2.id ?? '';
  // https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-event-reference.html: success says InProgress
  world.emit({
    source: 'aws.autoscaling',
    'detail-type': detailType,
    resources: [group.arn, id && world.arn('ec2', `instance/${id}`)],
    detail: {
      StatusCode: statusCode === 'Successful' ? 'InProgress' : 'Failed',
      StatusMessage: activity.statusMessage ?? '',
      AutoScalingGroupName: group.name,
      ActivityId: activity.id,
      RequestId: world.ids.uuid('activity-request'),
      StartTime: new Date(activity.startedAt).toISOString(),
      EndTime: new Date(world.now()).toISOString(),
      EC2InstanceId: id,
      Cause: activity.cause,
      Description: activity.description,
      Details: { 'Availability Zone': activity.zone, 'Subnet ID': activity.subnet },
    },
  });
};
