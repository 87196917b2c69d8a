import type { CapacityOf } from '../../sim/market/market.ts';
import { seeded } from '../../sim/market/seeded.ts';
import type { CapacitySource } from '../../sim/market/source.ts';
import type { KeyedRandom } from '../../sim/random.ts';

/** How many instances of the account a pool holds when nothing is wrong: each pool draws its own. */
const CAPACITY = [5, 60] as const;

/**
 * How often a pool alone runs short, mean times a day. Each pool draws one of them for the whole month: some are restless
 * for long, as the interruption rates show that AWS publishes by type ("less than 5 %" to "more than 20 %" a month).
 */
const DROPS_PER_DAY = [0.01, 0.03, 0.06, 0.12, 0.25] as const;

/** How often the types of one generation and maker run short together in a zone, and how many of them. */
const SHARED = { sharedDropsPerDay: 0.05, sharedBy: 0.7 } as const;

/**
 * A month of a Spot market. What runs short together are types on the same hardware: m6i, c6i and r6i of one zone, of all
 * sizes. A draw depends on the seed, the pool and the half hour only, so every policy meets the same month.
 */
export function monthMarket(random: KeyedRandom): CapacityOf {
  const sources = DROPS_PER_DAY.map((dropsPerDay) => seeded(random, { capacity: CAPACITY, dropsPerDay, ...SHARED }));
  return ({ type, zone }): CapacitySource | undefined => {
    const rate = Math.floor(random('restlessness', `${type}/${zone}`) * sources.length);
    // What comes before the first point is what pools of a zone share.
    return sources[rate]?.({ type: `${hardwareOf(type)}.${type}`, zone });
  };
}

/** Nothing ever happens. */
export const calmMarket = (random: KeyedRandom): CapacityOf =>
  seeded(random, { capacity: CAPACITY, dropsPerDay: 0, sharedDropsPerDay: 0 });

/** Generation and maker: `6i` of `m6i.large`, `r6in.xlarge` and `c6id.large`. */
const hardwareOf = (type: string): string => /^[a-z]+(\d+[agi]?)/.exec(type)?.[1] ?? type;
