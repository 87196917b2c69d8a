import type { Ec2Instance, Pool } from '../ec2/instance.ts';
import type { World } from '../world/world.ts';
import type { Market } from './market.ts';
import type { CapacitySource, MarketStep } from './source.ts';

/** What EC2 does to an instance that it wants back. */
export type Reclaim = {
  recommend(instance: Ec2Instance): void;
  /** two minutes of notice, then the end */
  interrupt(instance: Ec2Instance): void;
};

/**
 * A recommendation may come before the notice, together with it or not at all. How often is not published.
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/rebalance-recommendations.html
 */
const withoutRecommendation = 0.3;
const togetherUpTo = 0.5;
const leadMs = [120_000, 1_200_000] as const;

/**
 * Takes Spot Instances back when their pool holds less than runs in it. Which ones is drawn by instance. A pool is
 * watched only while it holds instances and its capacity can still change.
 */
export class Reclaims {
  readonly #world: World;
  readonly #market: Market;
  readonly #reclaim: Reclaim;
  readonly #watched = new Map<string, () => void>();

  constructor(world: World, market: Market, reclaim: Reclaim) {
    this.#world = world;
    this.#market = market;
    this.#reclaim = reclaim;
  }

  /** The pool has an instance more. */
  watch({ type, zone }: Pool): void {
    const key = `${type}/${zone}`;
    if (this.#watched.has(key)) return;
    const pool = { type, zone };
    const next = this.#market.next(pool);
    if (!next) return;
    const { clock } = this.#world;
    const cancels = [
      clock.at(next.atMs, () => {
        this.#watched.delete(key);
        this.#enforce(pool, next);
        if (this.#market.held(pool).size > 0) this.watch(pool);
      }),
    ];
    if (next.capacity < this.#market.capacity(pool)) {
      const lead = this.#world.delay('recommendation lead', key, [...leadMs, second(next)]);
      const at = Math.max(clock.now(), next.atMs - lead);
      cancels.push(clock.at(at, () => this.#recommend(pool, next)));
    }
    this.#watched.set(key, () => {
      for (const cancel of cancels) cancel();
    });
  }

  /** Gives a pool another capacity over time; what it cannot hold any more gets its notice now. */
  change({ type, zone }: Pool, source: CapacitySource): void {
    const pool = { type, zone };
    const key = `${type}/${zone}`;
    this.#watched.get(key)?.();
    this.#watched.delete(key);
    this.#market.setSource(pool, source);
    this.#enforce(pool, { ...this.#market.step(pool), atMs: this.#world.now() });
    if (this.#market.held(pool).size > 0) this.watch(pool);
  }

  #recommend(pool: Pool, next: MarketStep): void {
    for (const instance of this.#surplus(pool, next.capacity)) {
      if (this.#draw(instance, next) >= togetherUpTo) this.#reclaim.recommend(instance);
    }
  }

  #enforce(pool: Pool, step: MarketStep): void {
    for (const instance of this.#surplus(pool, step.capacity)) {
      const draw = this.#draw(instance, step);
      if (draw >= withoutRecommendation && draw < togetherUpTo) this.#reclaim.recommend(instance);
      this.#reclaim.interrupt(instance);
    }
  }

  #surplus(pool: Pool, capacity: number): Ec2Instance[] {
    const held = this.#market.held(pool);
    if (held.size <= capacity) return [];
    return [...held]
      .map((instance) => ({ instance, rank: this.#world.random('reclaim', instance.id) }))
      .sort((a, b) => a.rank - b.rank || a.instance.sequence - b.instance.sequence)
      .slice(0, held.size - capacity)
      .map(({ instance }) => instance);
  }

  #draw(instance: Ec2Instance, step: MarketStep): number {
    return this.#world.random('recommendation', instance.id, second(step));
  }
}

const second = (step: MarketStep): number => Math.floor(step.atMs / 1_000);
