import type { Pool } from '../ec2/instance.ts';
import { onDemandPrice, rounded } from '../ec2/prices.ts';
import type { KeyedRandom } from '../random.ts';
import type { CapacitySource } from './source.ts';

export type PriceChange = { readonly atMs: number; readonly price: number };

/** Spot prices follow long-term supply and demand: here they can change every six hours. */
const slotMs = 6 * 3_600_000;

/**
 * The Spot price of a pool over time, dollars an hour: 28 to 45 % of On-Demand by pool, a tenth of that up and down, up
 * to 80 % more in a shortage, never above On-Demand. A step of the source that has a price overrules all that.
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/using-spot-instances-history.html
 */
export class SpotPrice {
  readonly #random: KeyedRandom;
  readonly #pool: string;
  readonly #source: CapacitySource;
  readonly #onDemand: number;
  readonly #offsetMs: number;

  constructor(random: KeyedRandom, pool: Pool, source: CapacitySource) {
    this.#random = random;
    this.#pool = `${pool.type}/${pool.zone}`;
    this.#source = source;
    this.#onDemand = onDemandPrice(pool.type);
    this.#offsetMs = Math.floor(random('price change', this.#pool) * (slotMs / 1_000)) * 1_000;
  }

  /** @param ms milliseconds since the account began, also negative */
  at(ms: number): number {
    return this.#source.at(ms).price ?? this.#drawn(this.#slotOf(ms));
  }

  /** The changes from `fromMs` to `toMs`, oldest first, with the one that was in force at `fromMs`. */
  changes(fromMs: number, toMs: number): PriceChange[] {
    const instants = this.#source.priced ? this.#stepInstants(fromMs, toMs) : [];
    for (let slot = this.#slotOf(fromMs); this.#startOf(slot) <= toMs; slot += 1) instants.push(this.#startOf(slot));
    const changes: PriceChange[] = [];
    for (const atMs of instants.sort((a, b) => a - b)) {
      const price = this.at(atMs);
      if (changes.at(-1)?.price !== price) changes.push({ atMs, price });
    }
    const before = changes.findLastIndex(({ atMs }) => atMs <= fromMs);
    return changes.slice(Math.max(0, before));
  }

  #stepInstants(fromMs: number, toMs: number): number[] {
    const instants = [this.#source.at(fromMs).atMs];
    for (let step = this.#source.next(fromMs); step && step.atMs <= toMs; step = this.#source.next(step.atMs)) {
      instants.push(step.atMs);
    }
    return instants;
  }

  #drawn(slot: number): number {
    const { usual } = this.#source;
    const capacity = this.#source.at(this.#startOf(slot)).capacity;
    const scarcity = Number.isFinite(usual) && usual > 0 ? 1 - Math.min(1, capacity / usual) : 0;
    const base = 0.28 + 0.17 * this.#random('price level', this.#pool);
    const swing = 0.9 + 0.2 * this.#random('price swing', this.#pool, slot);
    return rounded(this.#onDemand * Math.min(1, base * swing * (1 + 0.8 * scarcity)));
  }

  #slotOf(ms: number): number {
    return Math.floor((ms - this.#offsetMs) / slotMs);
  }

  #startOf(slot: number): number {
    return slot * slotMs + this.#offsetMs;
  }
}
