import { playSeed } from '../../cli/swarm/play.ts';
import type { Mutant } from './mutants.ts';

/** Plays seeds from 1 on until one breaks a promise. @returns undefined when `most` seeds break none */
export async function seedsUntilCaught(
  { product, failover }: Mutant,
  most: number,
): Promise<{ readonly seeds: number; readonly violation: string } | undefined> {
  for (let seeds = 1; seeds <= most; seeds += 1) {
    const [violation] = (await playSeed(seeds, { product, failover })).violations;
    if (violation !== undefined) return { seeds, violation };
  }
  return undefined;
}
