import type { CapacityProviderUpdateStatus } from '@aws-sdk/client-ecs';
import type { Tags } from './tags.ts';

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CapacityProviderStrategyItem.html */
export type StrategyItem = { readonly capacityProvider: string; readonly weight: number; readonly base: number };

/** How a service's (or RunTask's) tasks are launched: by launch type or by a capacity-provider strategy, never both. */
export type Launch =
  | { readonly launchType: 'EC2' | 'FARGATE'; readonly strategy?: undefined }
  | { readonly strategy: readonly StrategyItem[]; readonly launchType?: undefined };

/** A capacity provider over an Auto Scaling group; FARGATE and FARGATE_SPOT are AWS's own and have no record. */
export type CapacityProvider = {
  readonly sequence: number;
  readonly arn: string;
  readonly name: string;
  readonly groupName: string;
  readonly groupArn: string;
  managedScaling: ManagedScaling | undefined;
  managedTerminationProtection: boolean;
  managedDraining: boolean;
  /** of the last change, as DescribeCapacityProviders shows it; undefined: it was never changed */
  update: { readonly status: CapacityProviderUpdateStatus; readonly reason?: string } | undefined;
  tags: Tags;
};

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ManagedScaling.html */
export type ManagedScaling = {
  /** percent, 1 to 100 */
  readonly targetCapacity: number;
  readonly minimumScalingStepSize: number;
  readonly maximumScalingStepSize: number;
  readonly instanceWarmupSeconds: number;
};
