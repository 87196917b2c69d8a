import { describe, expect, it } from 'vitest';
import { playSeed } from '../../cli/swarm/play.ts';
import { lendingMutants } from './lending-mutants.ts';
import { mutants } from './mutants.ts';
import { seedsUntilCaught } from './seeds-until-caught.ts';

const MOST_SEEDS = 100;

describe('the swarm finds a product that', () => {
  it.each([...mutants, ...lendingMutants])('$name, within 100 seeds', async (mutant) => {
    const caught = await seedsUntilCaught(mutant, MOST_SEEDS);
    console.info(`${mutant.name}: ${caught?.seeds ?? 'not'} seeds; ${caught?.violation}`);
    expect(caught?.violation).toBeDefined();
    // The same seed without the defect breaks no promise.
    expect((await playSeed(caught?.seeds ?? 0, { failover: mutant.failover })).violations).toEqual([]);
  });
});
