import { describe, expect, it } from 'vitest';
import { playSeed } from '../../cli/swarm/play.ts';
import { mutants } from './mutants.ts';
import { seedsUntilCaught } from './seeds-until-caught.ts';

const MOST_SEEDS = 100;

describe('the swarm finds a product that', () => {
  it.each(mutants)('$name, within 100 seeds', async ({ name, product }) => {
    const caught = await seedsUntilCaught(product, MOST_SEEDS);
    console.info(`${name}: ${caught?.seeds ?? 'not'} seeds; ${caught?.violation}`);
    expect(caught?.violation).toBeDefined();
    // The same seed without the defect breaks no promise.
    expect((await playSeed(caught?.seeds ?? 0)).violations).toEqual([]);
  });
});
