import type { CapacityProvider as ProviderShape } from '@aws-sdk/client-ecs';
import type { World } from '../../world/world.ts';
import type { CapacityProvider } from '../model/capacity-provider.ts';
import { tagList } from '../state.ts';

/** A shape that has a name for sure. */
type Named = ProviderShape & { readonly name: string };

/** A provider over an Auto Scaling group as DescribeCapacityProviders shows it. */
export const providerShape = (provider: CapacityProvider, withTags: boolean): Named => ({
  capacityProviderArn: provider.arn,
  name: provider.name,
  type: 'EC2_AUTOSCALING',
  status: 'ACTIVE',
  autoScalingGroupProvider: {
    autoScalingGroupArn: provider.groupArn,
    managedScaling: scalingShape(provider),
    managedTerminationProtection: provider.managedTerminationProtection ? 'ENABLED' : 'DISABLED',
    managedDraining: provider.managedDraining ? 'ENABLED' : 'DISABLED',
  },
  ...(provider.update
    ? { updateStatus: provider.update.status, updateStatusReason: provider.update.reason ?? '' }
    : {}),
  tags: withTags ? tagList(provider.tags) : [],
});

/** One of AWS's own providers, which every account has. */
export const fargateShape = (world: World, name: 'FARGATE' | 'FARGATE_SPOT'): Named => ({
  capacityProviderArn: world.arn('ecs', `capacity-provider/${name}`),
  name,
  type: name,
  status: 'ACTIVE',
  tags: [],
});

const scalingShape = ({ managedScaling: scaling }: CapacityProvider) =>
  scaling
    ? {
        status: 'ENABLED' as const,
        targetCapacity: scaling.targetCapacity,
        minimumScalingStepSize: scaling.minimumScalingStepSize,
        maximumScalingStepSize: scaling.maximumScalingStepSize,
        instanceWarmupPeriod: scaling.instanceWarmupSeconds,
      }
    : { status: 'DISABLED' as const };
