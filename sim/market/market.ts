import type { Ec2Instance, Pool } from '../ec2/instance.ts';
import type { World } from '../world/world.ts';
import { type CapacitySource, constant, type MarketStep } from './source.ts';
import { type PriceChange, SpotPrice } from './spot-price.ts';

/** Gives each pool its capacity over time; undefined: unlimited. */
export type CapacityOf = (pool: Pool) => CapacitySource | undefined;

type PoolState = {
  source: CapacitySource;
  price: SpotPrice;
  /** closed by hand: no launches, whatever the source says */
  open: boolean;
  onDemand: boolean;
  /** the type exists in the zone */
  offered: boolean;
  /** the account's Spot Instances that are up and not under notice */
  readonly held: Set<Ec2Instance>;
};

/**
 * The Spot market of a region: what each capacity pool (instance type and zone) can hold, what it holds, and its price.
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/how-spot-instances-work.html
 */
export class Market {
  readonly #world: World;
  readonly #capacityOf: CapacityOf;
  readonly #pools = new Map<string, PoolState>();
  readonly #lostZones = new Set<string>();
  readonly #beganAt: number;
  readonly #untold = new Set<string>();

  constructor(world: World, capacityOf: CapacityOf = () => undefined) {
    this.#world = world;
    this.#capacityOf = capacityOf;
    this.#beganAt = world.now();
  }

  /** How many more Spot Instances can be launched now; Infinity: any number. */
  headroom(pool: Pool): number {
    const { open, offered, held } = this.#state(pool);
    return open && offered && !this.#lostZones.has(pool.zone) ? Math.max(0, this.capacity(pool) - held.size) : 0;
  }

  /** How many Spot Instances the pool can hold now. */
  capacity(pool: Pool): number {
    return this.step(pool).capacity;
  }

  /** How much of its usual capacity is free, 0 to 1: what capacity-optimized strategies and placement scores go by. */
  depth(pool: Pool): number {
    const headroom = this.headroom(pool);
    const { usual } = this.#state(pool).source;
    if (headroom === 0) return 0;
    return Number.isFinite(usual) ? Math.min(1, headroom / usual) : 1;
  }

  /** The Spot price now, dollars an hour. @throws Error for an unknown type */
  price(pool: Pool): number {
    return this.#state(pool).price.at(this.#elapsed());
  }

  /** Price changes between two instants (epoch milliseconds), oldest first, with the one in force at the first. */
  priceChanges(pool: Pool, fromMs: number, toMs: number): PriceChange[] {
    const { price } = this.#state(pool);
    return price
      .changes(fromMs - this.#beganAt, toMs - this.#beganAt)
      .map(({ atMs, price: each }) => ({ atMs: atMs + this.#beganAt, price: each }));
  }

  /** The price history tells nothing of a pool from now on; its price is as before. */
  hidePrices(pool: Pool): void {
    this.#untold.add(poolKey(pool));
  }

  tellsPrices(pool: Pool): boolean {
    return !this.#untold.has(poolKey(pool));
  }

  /** Gives a pool another capacity over time, from now on. */
  setSource(pool: Pool, source: CapacitySource): void {
    const state = this.#state(pool);
    state.source = source;
    state.price = new SpotPrice(this.#world.random, pool, source);
  }

  setOpen(pool: Pool, open: boolean): void {
    this.#state(pool).open = open;
  }

  setOnDemand(pool: Pool, available: boolean): void {
    this.#state(pool).onDemand = available;
  }

  hasOnDemand(pool: Pool): boolean {
    return this.#state(pool).onDemand && !this.#lostZones.has(pool.zone);
  }

  /** A zone fails: none of its pools has capacity until it is back. */
  setZone(zone: string, available: boolean): void {
    if (available) this.#lostZones.delete(zone);
    else this.#lostZones.add(zone);
  }

  setOffered(pool: Pool, offered: boolean): void {
    this.#state(pool).offered = offered;
  }

  /** Does the type exist in the zone? */
  offers(pool: Pool): boolean {
    return this.#pools.get(poolKey(pool))?.offered ?? true;
  }

  hold(instance: Ec2Instance): void {
    this.#state(instance).held.add(instance);
  }

  /** The instance is under notice, or gone. */
  release(instance: Ec2Instance): void {
    this.#state(instance).held.delete(instance);
  }

  held(pool: Pool): ReadonlySet<Ec2Instance> {
    return this.#state(pool).held;
  }

  /** The step in force now. */
  step(pool: Pool): MarketStep {
    return this.#state(pool).source.at(this.#elapsed());
  }

  /** The next change, `atMs` as epoch milliseconds. */
  next(pool: Pool): MarketStep | undefined {
    const next = this.#state(pool).source.next(this.#elapsed());
    return next && { ...next, atMs: next.atMs + this.#beganAt };
  }

  #elapsed(): number {
    return this.#world.now() - this.#beganAt;
  }

  #state(pool: Pool): PoolState {
    const key = poolKey(pool);
    const known = this.#pools.get(key);
    if (known) return known;
    const { type, zone } = pool;
    const own = { type, zone };
    const source = this.#capacityOf(own) ?? constant(Number.POSITIVE_INFINITY);
    const price = new SpotPrice(this.#world.random, own, source);
    const state = { source, price, open: true, onDemand: true, offered: true, held: new Set<Ec2Instance>() };
    this.#pools.set(key, state);
    return state;
  }
}

const poolKey = ({ type, zone }: Pool): string => `${type}/${zone}`;
