import type { SuspendedState } from '@aws-sdk/client-application-auto-scaling';

/** A service that Application Auto Scaling may scale, and between which counts. */
export type ScalableTarget = {
  readonly sequence: number;
  readonly region: string;
  /** `service/cluster-name/service-name` */
  readonly resourceId: string;
  readonly arn: string;
  /** epoch milliseconds */
  readonly createdAt: number;
  readonly roleArn: string;
  min: number;
  max: number;
  suspended: SuspendedState;
};

/**
 * What a scaling activity that wants `wanted` tasks makes of a service that has `current`: it stays within the limits, and a
 * service that a person has put outside of them moves only in the direction that is wanted.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-auto-scaling.html
 */
export const scaledCount = (target: Limits, current: number, wanted: number): number => {
  const { min, max, suspended } = target;
  if (wanted === current) return current;
  const within = Math.min(max, Math.max(min, wanted));
  if (wanted > current) return suspended.DynamicScalingOutSuspended ? current : Math.max(current, within);
  return suspended.DynamicScalingInSuspended ? current : Math.min(current, within);
};

type Limits = Pick<ScalableTarget, 'min' | 'max' | 'suspended'>;
