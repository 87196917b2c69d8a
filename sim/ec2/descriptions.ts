import type { Instance, SpotInstanceRequest, Tag } from '@aws-sdk/client-ec2';
import { isUp } from './fleet.ts';
import { type Ec2Instance, sizeOf, stateCode } from './instance.ts';

/** An instance as DescribeInstances shows it. */
export const instanceShape = (instance: Ec2Instance): Instance => ({
  InstanceId: instance.id,
  InstanceType: instance.type as NonNullable<Instance['InstanceType']>,
  ImageId: instance.imageId,
  LaunchTime: new Date(instance.launchedAt),
  Placement: { AvailabilityZone: instance.zone, Tenancy: 'default' },
  // A terminated instance has lost its address.
  PrivateIpAddress: isUp(instance) ? instance.privateIp : undefined,
  Architecture: sizeOf(instance.type).arch as NonNullable<Instance['Architecture']>,
  State: { Code: stateCode[instance.state], Name: instance.state },
  StateReason: instance.stateReason && { Code: instance.stateReason.code, Message: instance.stateReason.message },
  InstanceLifecycle: instance.spot ? 'spot' : undefined,
  SpotInstanceRequestId: instance.spot?.id,
  Tags: tags(instance),
});

/** The Spot request behind an instance; none for On-Demand. */
export const spotRequestShape = (instance: Ec2Instance): SpotInstanceRequest[] =>
  instance.spot
    ? [
        {
          SpotInstanceRequestId: instance.spot.id,
          InstanceId: instance.id,
          State: instance.spot.state,
          Status: {
            Code: instance.spot.statusCode,
            Message: `Spot request status ${instance.spot.statusCode}`,
            UpdateTime: new Date(instance.spot.statusAt),
          },
          CreateTime: new Date(instance.launchedAt),
          LaunchedAvailabilityZone: instance.zone,
          Type: 'one-time',
          Tags: [],
        },
      ]
    : [];

const tags = (instance: Ec2Instance): Tag[] => Object.entries(instance.tags).map(([Key, Value]) => ({ Key, Value }));
