import type { CapacitySource } from '../../sim/market/source.ts';

/** The pools in which a replayed service may have Spot Instances, and for how long they are replayed. */
export type Market = {
  /** as in `us-west-2`, or which regions together */
  readonly name: string;
  readonly pools: readonly CapacitySource[];
  readonly lengthMs: number;
  /** how many tasks shall run */
  readonly target: number;
};

/** What a pool holds at the least from an instant until `withinMs` later: EC2 launches nothing beyond that. */
export function leastWithin(pool: CapacitySource, fromMs: number, withinMs: number): number {
  let least = pool.at(fromMs).capacity;
  for (let step = pool.next(fromMs); step && step.atMs <= fromMs + withinMs; step = pool.next(step.atMs)) {
    least = Math.min(least, step.capacity);
  }
  return least;
}

/** The instants at which EC2 has more or fewer instances for us, or gives notice; rising, each once. */
export function turningPoints({ pools, lengthMs }: Market, noticeMs: number): readonly number[] {
  const found = new Set<number>();
  for (const pool of pools) {
    let before = pool.at(0).capacity;
    for (let step = pool.next(0); step && step.atMs < lengthMs; step = pool.next(step.atMs)) {
      found.add(step.atMs);
      if (step.capacity < before) found.add(Math.max(0, step.atMs - noticeMs));
      before = step.capacity;
    }
  }
  return [...found].sort((a, b) => a - b);
}
