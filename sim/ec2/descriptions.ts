import type { Instance, SpotInstanceRequest } from '@aws-sdk/client-ec2';
import { isUp } from './fleet.ts';
import { billingOf } from './images.ts';
import { type Ec2Instance, sizeOf, stateCode } from './instance.ts';
import type { Network } from './network.ts';
import { onDemandPrice } from './prices.ts';
import { tagList } from './request.ts';

/** An instance as DescribeInstances shows it. */
export const instanceShape = (instance: Ec2Instance, network: Network): Instance => ({
  InstanceId: instance.id,
  InstanceType: instance.type as NonNullable<Instance['InstanceType']>,
  ImageId: instance.imageId,
  ...billingOf(instance.imageId),
  LaunchTime: new Date(instance.launchedAt),
  Placement: {
    AvailabilityZone: instance.zone,
    AvailabilityZoneId: network.zoneId(instance.zone),
    Tenancy: 'default',
  },
  // A terminated instance has lost its address and its network.
  ...(isUp(instance)
    ? { PrivateIpAddress: instance.privateIp, SubnetId: network.subnetOf(instance.zone), VpcId: network.vpcId }
    : {}),
  Architecture: sizeOf(instance.type).arch as NonNullable<Instance['Architecture']>,
  State: { Code: stateCode[instance.state], Name: instance.state },
  StateReason: instance.stateReason && { Code: instance.stateReason.code, Message: instance.stateReason.message },
  StateTransitionReason: instance.transitionReason,
  InstanceLifecycle: instance.spot ? 'spot' : undefined,
  SpotInstanceRequestId: instance.spot?.id,
  Tags: tagList(instance.tags),
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
            Message:
              instance.spot.statusCode === 'fulfilled'
                ? 'Your spot request is fulfilled.'
                : `Spot request status ${instance.spot.statusCode}`,
            UpdateTime: new Date(instance.spot.statusAt),
          },
          CreateTime: new Date(instance.launchedAt),
          LaunchedAvailabilityZone: instance.zone,
          ProductDescription: 'Linux/UNIX',
          SpotPrice: (instance.spot.maxPrice ?? onDemandPrice(instance.type)).toFixed(6),
          InstanceInterruptionBehavior: 'terminate',
          Type: 'one-time',
          Tags: [],
        },
      ]
    : [];
