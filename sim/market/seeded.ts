import type { Pool } from '../ec2/instance.ts';
import type { KeyedRandom } from '../random.ts';
import type { CapacitySource, MarketStep } from './source.ts';

export type SeededOptions = {
  /** how many instances a pool holds when nothing is wrong; each pool draws its own, default 5 to 60 */
  readonly capacity?: readonly [from: number, to: number];
  /** how often a pool alone runs short, mean times a day, at most 48; default 1 */
  readonly dropsPerDay?: number;
  /** how often all types of a family in a zone run short together, mean times a day, at most 48; default 0.5 */
  readonly sharedDropsPerDay?: number;
  /** the probability with which such a shared drop takes a type of the family along, default 0.7 */
  readonly sharedBy?: number;
};

const minute = 60_000;
const slotMs = 30 * minute;
const slotsPerDay = 48;
const shortestMs = 10 * minute;
const longestMs = 6 * 60 * minute;
/** A pool runs short in two stages. The second comes so soon that co-interruptions fall within three minutes. */
const secondStageMs = 150_000;
/** Types of a family do not run short in the same second. */
const lagMs = 60_000;
const slotsBack = Math.ceil((longestMs + lagMs) / slotMs) + 1;
const slotsAhead = 366 * slotsPerDay;

const defaults: Required<SeededOptions> = { capacity: [5, 60], dropsPerDay: 1, sharedDropsPerDay: 0.5, sharedBy: 0.7 };

type Shortage = { readonly fromMs: number; readonly untilMs: number; readonly capacity: number };

type Settings = Required<SeededOptions> & { readonly random: KeyedRandom };

/**
 * Pools whose shortages are drawn from the seed: alone, or together with the other types of their family in their zone.
 * Interruptions of one pool come close together, as measured on AWS ("SpotLake", IISWC 2022, and "Can't Be Late",
 * NSDI 2024). A draw depends on the seed, the pool and the half hour only.
 * @throws Error that names the option which is outside its range
 */
export const seeded = (random: KeyedRandom, options: SeededOptions = {}): ((pool: Pool) => CapacitySource) => {
  const settings: Settings = { ...defaults, ...options, random };
  const [from, to] = settings.capacity;
  if (!Number.isSafeInteger(from) || !Number.isSafeInteger(to) || from < 0 || to < from) {
    throw new Error(`capacity is ${from} to ${to}: expected whole numbers from 0, the smaller first`);
  }
  checkRange('dropsPerDay', settings.dropsPerDay, slotsPerDay);
  checkRange('sharedDropsPerDay', settings.sharedDropsPerDay, slotsPerDay);
  checkRange('sharedBy', settings.sharedBy, 1);
  return (pool) => new SeededPool(pool, settings);
};

const checkRange = (name: string, value: number, most: number): void => {
  if (!(value >= 0 && value <= most)) throw new Error(`${name} is ${value}: expected a number from 0 to ${most}`);
};

class SeededPool implements CapacitySource {
  readonly usual: number;
  readonly priced = false;
  readonly #settings: Settings;
  readonly #pool: string;
  readonly #family: string;
  readonly #slots = new Map<number, readonly Shortage[]>();

  constructor(pool: Pool, settings: Settings) {
    const [from, to] = settings.capacity;
    this.#settings = settings;
    this.#pool = `${pool.type}/${pool.zone}`;
    this.#family = `${pool.type.slice(0, pool.type.indexOf('.'))}/${pool.zone}`;
    this.usual = Math.floor(from + settings.random('usual capacity', this.#pool) * (to - from));
  }

  at(ms: number): MarketStep {
    let capacity = this.usual;
    let atMs = Number.NEGATIVE_INFINITY;
    for (const shortage of this.#around(ms)) {
      if (shortage.untilMs <= ms) atMs = Math.max(atMs, shortage.untilMs);
      if (shortage.fromMs > ms || shortage.untilMs <= ms) continue;
      capacity = Math.min(capacity, shortage.capacity);
      atMs = Math.max(atMs, shortage.fromMs);
    }
    return { atMs, capacity };
  }

  next(ms: number): MarketStep | undefined {
    const { dropsPerDay, sharedDropsPerDay } = this.#settings;
    if (dropsPerDay + sharedDropsPerDay === 0) return undefined;
    const now = this.at(ms).capacity;
    const first = Math.floor(ms / slotMs);
    for (let slot = first; slot < first + slotsAhead; slot += 1) {
      const end = (slot + 1) * slotMs;
      const edges = this.#around(end)
        .flatMap(({ fromMs, untilMs }) => [fromMs, untilMs])
        .filter((edge) => edge > Math.max(ms, slot * slotMs - 1) && edge < end)
        .sort((a, b) => a - b);
      for (const atMs of edges) {
        const { capacity } = this.at(atMs);
        if (capacity !== now) return { atMs, capacity };
      }
    }
    return undefined;
  }

  #around(ms: number): Shortage[] {
    const slot = Math.floor(ms / slotMs);
    const found: Shortage[] = [];
    for (let each = slot - slotsBack; each <= slot; each += 1) found.push(...this.#startingIn(each));
    return found;
  }

  #startingIn(slot: number): readonly Shortage[] {
    const known = this.#slots.get(slot);
    if (known) return known;
    // Time goes forward: old slots are not asked for again soon, and can be drawn anew.
    if (this.#slots.size > 1_000) this.#slots.clear();
    const { random, dropsPerDay, sharedDropsPerDay, sharedBy } = this.#settings;
    const shortages: Shortage[] = [];
    if (random('drop', this.#pool, slot) < dropsPerDay / slotsPerDay)
      shortages.push(...this.#shortage('own', this.#pool, slot));
    const shared = random('drop', this.#family, slot) < sharedDropsPerDay / slotsPerDay;
    if (shared && random('taken along', this.#pool, slot) < sharedBy) {
      shortages.push(...this.#shortage('shared', this.#family, slot));
    }
    this.#slots.set(slot, shortages);
    return shortages;
  }

  // When it begins and ends belongs to `of` (this pool or its whole family), how deep it is to this pool.
  #shortage(kind: string, of: string, slot: number): Shortage[] {
    const { random } = this.#settings;
    const draw = (what: string, entity = this.#pool): number => random(`${kind} drop ${what}`, entity, slot);
    const lag = kind === 'shared' ? Math.floor(draw('lag') * lagMs) : 0;
    const fromMs = Math.floor((slot + draw('start', of)) * slotMs) + lag;
    const length = draw('length', of) ** 2;
    const untilMs = fromMs + Math.floor(shortestMs + length * (longestMs - shortestMs - secondStageMs)) + secondStageMs;
    const low = Math.floor(this.usual * draw('depth') ** 2);
    const secondMs = fromMs + 1 + Math.floor(draw('second stage') * secondStageMs);
    return [
      { fromMs, untilMs: secondMs, capacity: Math.floor((this.usual + low) / 2) },
      { fromMs: secondMs, untilMs, capacity: low },
    ];
  }
}
