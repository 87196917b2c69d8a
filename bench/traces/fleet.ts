import type { CapacitySource } from '../../sim/market/source.ts';
import type { Assumptions, Kind } from './assumptions.ts';
import { leastWithin } from './market.ts';

/** One task and what it runs on: an EC2 instance, or Fargate. */
type Unit = {
  readonly kind: Kind;
  readonly pool: CapacitySource | undefined;
  readonly launchedAt: number;
  readonly readyAt: number;
  /** EC2 has given notice: it is gone then. */
  goneAt: number | undefined;
};

export type Count = { readonly ready: number; readonly booting: number };

/** What runs, and the bill. Times are milliseconds since the replay began. */
export class Fleet {
  readonly launched: Record<Kind, number> = { spot: 0, 'on-demand': 0, fargate: 0 };
  /** milliseconds of one On-Demand instance */
  paid = 0;
  interrupted = 0;
  readonly #assumptions: Assumptions;
  readonly #pools: readonly CapacitySource[];
  #units: readonly Unit[] = [];

  constructor(pools: readonly CapacitySource[], assumptions: Assumptions) {
    this.#pools = pools;
    this.#assumptions = assumptions;
  }

  /** Takes away what EC2 reclaims now, and gives notice to what a pool will not hold: to its oldest instances. */
  reclaim(now: number): void {
    const { noticeMs } = this.#assumptions;
    for (const pool of this.#pools) {
      const held = this.#in(pool);
      const tooMany = Math.max(0, held.length - leastWithin(pool, now, noticeMs));
      for (const unit of held.slice(0, tooMany)) unit.goneAt = now + noticeMs;
      this.interrupted += tooMany;
    }
    for (const unit of this.#units) if (unit.goneAt !== undefined && unit.goneAt <= now) this.#end(unit, unit.goneAt);
  }

  /** Launches Spot Instances until there are `wanted` without a notice, each in the pool with the most room. */
  fillSpot(wanted: number, now: number): void {
    for (let missing = wanted - this.#of('spot').length; missing > 0; missing -= 1) {
      const rooms = this.#pools.map((pool) => ({ pool, room: this.#room(pool, now) }));
      const [best] = rooms.sort((a, b) => b.room - a.room);
      if (!best || best.room <= 0) return;
      this.#launch('spot', now, best.pool);
    }
  }

  /** Launches or ends until there are `wanted`; what is not up yet is ended first. */
  set(kind: 'on-demand' | 'fargate', wanted: number, now: number): void {
    const have = this.#of(kind);
    for (let missing = wanted - have.length; missing > 0; missing -= 1) this.#launch(kind, now, undefined);
    const latestFirst = [...have].sort((a, b) => b.readyAt - a.readyAt);
    for (const unit of latestFirst.slice(0, Math.max(0, have.length - wanted))) this.#end(unit, now);
  }

  /** Those without a notice. */
  count(kind: Kind, now: number): Count {
    const all = this.#of(kind);
    const ready = all.filter(({ readyAt }) => readyAt <= now).length;
    return { ready, booting: all.length - ready };
  }

  /** Tasks that run, also those on an instance with a notice. */
  running(now: number): number {
    return this.#units.filter(({ readyAt }) => readyAt <= now).length;
  }

  /** When the next unit comes up or goes; Infinity: none will. */
  nextChange(now: number): number {
    const changes = this.#units.flatMap(({ readyAt, goneAt = Number.POSITIVE_INFINITY }) => [readyAt, goneAt]);
    return Math.min(Number.POSITIVE_INFINITY, ...changes.filter((at) => at > now));
  }

  /** Pays for all that runs until `now`. */
  close(now: number): void {
    for (const unit of this.#units) this.#end(unit, now);
  }

  #of(kind: Kind): readonly Unit[] {
    return this.#units.filter((unit) => unit.kind === kind && unit.goneAt === undefined);
  }

  #in(pool: CapacitySource): readonly Unit[] {
    return this.#units.filter((unit) => unit.pool === pool && unit.goneAt === undefined);
  }

  #room(pool: CapacitySource, now: number): number {
    return leastWithin(pool, now, this.#assumptions.noticeMs) - this.#in(pool).length;
  }

  #launch(kind: Kind, now: number, pool: CapacitySource | undefined): void {
    const readyAt = now + this.#assumptions.startMs[kind];
    this.#units = [...this.#units, { kind, pool, launchedAt: now, readyAt, goneAt: undefined }];
    this.launched[kind] += 1;
  }

  #end(unit: Unit, at: number): void {
    const { leastBilledMs, price } = this.#assumptions;
    this.paid += Math.max(leastBilledMs, at - unit.launchedAt) * price[unit.kind];
    this.#units = this.#units.filter((one) => one !== unit);
  }
}
