import { expect, it } from 'vitest';
import { playSeed } from '../../cli/swarm/play.ts';
import type { Mutant } from './mutants.ts';
import { seedsUntilCaught } from './seeds-until-caught.ts';

const MOST_SEEDS = 100;

/** A hundred seeds take half a minute on two idle cores. */
const PLAYED_MS = 300_000;

/** The swarm finds each of these broken products within a hundred seeds. */
export function areCaught(mutants: readonly Mutant[]): void {
  it.each(mutants)(
    '$name, within 100 seeds',
    async (mutant) => {
      const caught = await seedsUntilCaught(mutant, MOST_SEEDS);
      console.info(`${mutant.name}: ${caught?.seeds ?? 'not'} seeds; ${caught?.violation}`);
      expect(caught?.violation).toBeDefined();
      // The same seed without the defect breaks no promise.
      expect((await playSeed(caught?.seeds ?? 0, { failover: mutant.failover })).violations).toEqual([]);
    },
    PLAYED_MS,
  );
}
