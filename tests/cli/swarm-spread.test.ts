import { describe, expect, it } from 'vitest';
import { playSeed } from '../../cli/swarm/play.ts';
import { spreadMutants } from '../swarm/spread-mutants.ts';

const PLAYED_MS = 120_000;

describe('a seed with rebalance and report', () => {
  it('breaks no promise', { timeout: PLAYED_MS }, async () => {
    const report = await playSeed(3, { rebalance: true });
    expect(report.violations).toEqual([]);
    expect(report).toMatchObject({ rebalance: true, failover: false });
  });

  it.each(spreadMutants)('finds a product that $name', { timeout: PLAYED_MS }, async ({ seed, product, broken }) => {
    const { violations } = await playSeed(seed, { rebalance: true, product });
    expect(violations.join('\n')).toMatch(broken);
  });
});
