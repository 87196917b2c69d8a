import { createHash } from 'node:crypto';
import { DescribeAvailabilityZonesCommand, type EC2Client, GetSpotPlacementScoresCommand } from '@aws-sdk/client-ec2';
import { isTooManyConfigurations } from './errors.ts';

/** What is asked: AWS counts each new combination of types and target. */
export type Configuration = { readonly types: readonly string[]; readonly target: number };

const PER_PAGE = 1_000;
const HASH_LENGTH = 32;

/** The same types in any order, for about as many instances, are one configuration: the target is a power of two. */
export const configurationOf = (types: readonly string[], target: number): Configuration => ({
  types: [...new Set(types)].sort(),
  target: 2 ** Math.ceil(Math.log2(Math.max(1, target))),
});

/** A name for a configuration that fits into a key: hundreds of types do not. */
export function configurationName({ types, target }: Configuration): string {
  const hash = createHash('sha256').update(types.join(' ')).digest('hex').slice(0, HASH_LENGTH);
  return `${types.length} types ${hash} for ${target}`;
}

/**
 * How likely Spot requests for so many instances of these types are to succeed: 1 to 10, by zone name. undefined: AWS
 * takes no new configuration today. With fewer than three types a score is always low.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_GetSpotPlacementScores.html
 */
export async function placementScores(
  ec2: EC2Client,
  region: string,
  { types, target }: Configuration,
): Promise<Readonly<Record<string, number>> | undefined> {
  const byId = new Map<string, number>();
  let NextToken: string | undefined;
  try {
    do {
      const page = await ec2.send(
        new GetSpotPlacementScoresCommand({
          InstanceTypes: [...types],
          TargetCapacity: target,
          SingleAvailabilityZone: true,
          RegionNames: [region],
          MaxResults: PER_PAGE,
          ...(NextToken && { NextToken }),
        }),
      );
      for (const { AvailabilityZoneId: id, Score: score } of page.SpotPlacementScores ?? []) {
        if (id !== undefined && score !== undefined) byId.set(id, score);
      }
      NextToken = page.NextToken;
    } while (NextToken);
  } catch (error) {
    if (isTooManyConfigurations(error)) return undefined;
    throw error;
  }
  const { AvailabilityZones } = await ec2.send(new DescribeAvailabilityZonesCommand({}));
  return Object.fromEntries(
    (AvailabilityZones ?? []).flatMap(({ ZoneId: id, ZoneName: name }) => {
      const score = byId.get(id ?? '');
      return name === undefined || score === undefined ? [] : [[name, score]];
    }),
  );
}
