import { expect, it } from 'vitest';
import { playSeed } from '../../cli/swarm/play.ts';
import { firstToCatch, seedsTo } from './first-to-catch.ts';
import type { Mutant } from './mutants.ts';

const MOST_SEEDS = 100;

/** A hundred seeds take two minutes on one core. */
const PLAYED_MS = 300_000;

/**
 * The swarm finds each of these broken products within a hundred seeds. The seed that showed it the last time is played
 * first: a product that has changed may be shown by another. `npm run bench swarm` says by how many seeds each is found.
 */
export function areCaught(mutants: readonly Mutant[]): void {
  it.each(mutants)(
    '$name, within 100 seeds',
    async (mutant) => {
      const caught = await firstToCatch(mutant, new Set([mutant.seed, ...seedsTo(MOST_SEEDS)]));
      console.info(`${mutant.name}: seed ${caught?.seed ?? 'not found'}; ${caught?.violation}`);
      expect(caught?.violation).toBeDefined();
      // The same seed without the defect breaks no promise.
      expect((await playSeed(caught?.seed ?? 0, { failover: mutant.failover })).violations).toEqual([]);
    },
    PLAYED_MS,
  );
}
