/**
 * Why Auto Scaling could not launch an instance: EC2 has no capacity, the account's quota is full, the type is not
 * offered in the zone, or the launch is set up wrongly. Only the first is a shortage.
 */
export type LaunchFailure = 'capacity' | 'quota' | 'zone' | 'configuration';

/**
 * What the status message of a failed scaling activity means. The messages are display texts that change with time;
 * what is unknown counts as a wrong set-up, so that it is never taken for a shortage.
 * https://docs.aws.amazon.com/autoscaling/ec2/userguide/ts-as-capacity.html
 */
export const launchFailureOf = (message: string): LaunchFailure =>
  kinds.find(([, pattern]) => pattern.test(message))?.[0] ?? 'configuration';

const kinds: readonly (readonly [LaunchFailure, RegExp])[] = [
  [
    'capacity',
    /InsufficientInstanceCapacity|UnfulfillableCapacity|no Spot capacity available|do not have sufficient .* capacity|capacity-not-available/i,
  ],
  ['quota', /VcpuLimitExceeded|MaxSpotInstanceCountExceeded|InstanceLimitExceeded|SpotMaxPriceTooLow/i],
  ['zone', /not supported in your requested Availability Zone/i],
];
