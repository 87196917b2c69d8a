import { playSeed } from '../../cli/swarm/play.ts';
import type { Mutant } from './mutants.ts';

/** @returns the first of these seeds that breaks a promise with this product, and which; undefined when none does */
export async function firstToCatch(
  { product, failover }: Mutant,
  seeds: Iterable<number>,
): Promise<{ readonly seed: number; readonly violation: string } | undefined> {
  for (const seed of seeds) {
    const [violation] = (await playSeed(seed, { product, failover })).violations;
    if (violation !== undefined) return { seed, violation };
  }
  return undefined;
}

/** 1 to `most` */
export const seedsTo = (most: number): readonly number[] => Array.from({ length: most }, (_, index) => index + 1);
