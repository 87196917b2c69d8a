import { later } from '../model/instant.ts';
import type { Launch } from '../model/surroundings.ts';

/**
 * Why Auto Scaling could not launch an instance: EC2 has no capacity, the account's quota is full, the type is not
 * offered in the zone, or the launch is set up wrongly. Only the first is a shortage.
 */
export type LaunchFailure = 'capacity' | 'quota' | 'zone' | 'configuration';

/**
 * Messages of the launches that failed and still say something of now. A launch that worked, and began only when the
 * failure was known, shows that there is capacity again. One of the same batch does not: Auto Scaling launches at the
 * same time what is missing, gets a part of it, and the rest is a shortage. Nor does an On-Demand Instance speak for
 * Spot, or a Spot Instance for On-Demand.
 * https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_Activity.html
 *
 * @param launches of one group, the newest first
 * @param isSpot by instance id; undefined: it has left the group, and speaks for both
 */
export function standingFailures(
  launches: readonly Launch[],
  isSpot: (instanceId: string) => boolean | undefined,
): readonly string[] {
  const worked = launches.filter(({ failure }) => failure === undefined);
  return launches.flatMap(({ failure, endedAt }) => {
    if (failure === undefined) return [];
    const asked = optionOf(failure);
    const isOver = worked.some(({ startedAt, instanceId }) => {
      const got = isSpot(instanceId);
      const isOther = asked !== undefined && got !== undefined && asked !== got;
      return !isOther && startedAt > later(endedAt, SECOND_MS);
    });
    return isOver ? [] : [failure];
  });
}

/** The end of an activity bears whole seconds, its start milliseconds. */
const SECOND_MS = 1_000;

/** Was it Spot that was asked for? undefined: the group has one purchase option, and the message names none. */
function optionOf(message: string): boolean | undefined {
  const [, option] = /^Could not launch (Spot|On-Demand) Instances/.exec(message) ?? [];
  return option === undefined ? undefined : option === 'Spot';
}

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
