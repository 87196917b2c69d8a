import type { GetSpotPlacementScoresRequest, SpotPlacementScore } from '@aws-sdk/client-ec2';
import type { Market } from '../market/market.ts';
import { AwsError } from '../service.ts';
import { typeInfo } from './instance-type.ts';
import type { Zone } from './network.ts';

const dayMs = 24 * 3_600_000;

type Asked = {
  readonly types: readonly string[];
  readonly target: number;
  readonly unit: string;
};

/**
 * Spot placement scores: 1 to 10, by how much of the target capacity the pools could take now. With fewer than three
 * types the score is low. New request configurations are limited within 24 hours; AWS does not say to how many.
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/work-with-spot-placement-score.html
 */
export class PlacementScores {
  /** new configurations within 24 hours */
  limit = 10;
  readonly #market: Market;
  readonly #usedAt = new Map<string, number>();

  constructor(market: Market) {
    this.#market = market;
  }

  /** @throws AwsError MaxConfigLimitExceeded for one new configuration too many */
  admit(input: GetSpotPlacementScoresRequest, now: number): void {
    for (const [configuration, at] of this.#usedAt) if (now - at >= dayMs) this.#usedAt.delete(configuration);
    const { TargetCapacity, TargetCapacityUnitType, SingleAvailabilityZone } = input;
    const lists = [input.InstanceTypes ?? [], input.RegionNames ?? []].map((list) => [...list].sort());
    const configuration = JSON.stringify([lists, TargetCapacity, TargetCapacityUnitType, SingleAvailabilityZone]);
    if (!this.#usedAt.has(configuration) && this.#usedAt.size >= this.limit) {
      const text =
        'You have exceeded your maximum allowed Spot placement configurations. You can retry configurations that you ' +
        'used within the last 24 hours, or wait for 24 hours before specifying a new configuration.';
      throw new AwsError('MaxConfigLimitExceeded', text);
    }
    this.#usedAt.set(configuration, now);
  }

  /** One score for the region, or one for each zone; best first. */
  scores(input: GetSpotPlacementScoresRequest, region: string, zones: readonly Zone[]): SpotPlacementScore[] {
    const asked = {
      types: [...new Set(input.InstanceTypes)],
      target: input.TargetCapacity ?? 1,
      unit: input.TargetCapacityUnitType ?? 'units',
    };
    if (!input.SingleAvailabilityZone) {
      const room = zones.reduce((sum, { name }) => sum + this.#room(asked, name), 0);
      return [{ Region: region, Score: score(room, asked) }];
    }
    return zones
      .map(({ name, id }) => ({ Region: region, AvailabilityZoneId: id, Score: score(this.#room(asked, name), asked) }))
      .sort((a, b) => b.Score - a.Score || (a.AvailabilityZoneId < b.AvailabilityZoneId ? -1 : 1));
  }

  #room({ types, unit }: Asked, zone: string): number {
    return types.reduce((sum, type) => {
      const { vcpus, memoryMiB } = typeInfo(type);
      const each = unit === 'vcpu' ? vcpus : unit === 'memory-mib' ? memoryMiB : 1;
      return sum + this.#market.headroom({ type, zone }) * each;
    }, 0);
  }
}

// Three times the target is as good as it gets; one type or two never score above 3.
const score = (room: number, { types, target }: Asked): number => {
  const best = 1 + Math.floor(9 * Math.min(1, room / (3 * target)));
  return types.length < 3 ? Math.min(3, best) : best;
};
