import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fullestProvider, nextProvider } from '../../../sim/ecs/capacity-providers/shares.ts';
import type { StrategyItem } from '../../../sim/ecs/model/capacity-provider.ts';

/** A strategy as AWS takes it: at least one weight above 0, at most one base. */
const strategies = fc
  .tuple(
    fc
      .array(fc.integer({ min: 0, max: 10 }), { minLength: 1, maxLength: 6 })
      .filter((weights) => weights.some(Boolean)),
    fc.nat(5),
    fc.nat(20),
  )
  .map(([weights, owner, base]) =>
    weights.map((weight, index) => ({
      capacityProvider: `provider-${index}`,
      weight,
      base: index === owner ? base : 0,
    })),
  );

type Counts = Map<string | undefined, number>;

const add = (counts: Counts, name: string | undefined, by: number): void => {
  counts.set(name, (counts.get(name) ?? 0) + by);
};

const started = (strategy: readonly StrategyItem[], tasks: number): Counts => {
  const counts: Counts = new Map();
  for (let n = 0; n < tasks; n += 1) add(counts, nextProvider({ strategy }, counts), 1);
  return counts;
};

const aboveBase = (strategy: readonly StrategyItem[], counts: Counts) =>
  strategy.map((item) => ({ ...item, above: (counts.get(item.capacityProvider) ?? 0) - item.base }));

describe('a capacity-provider strategy', () => {
  test('fills the base before anything else', () => {
    fc.assert(
      fc.property(strategies, fc.nat(60), (strategy, tasks) => {
        const counts = started(strategy, tasks);
        for (const { capacityProvider, base } of strategy) {
          expect(counts.get(capacityProvider) ?? 0).toBeGreaterThanOrEqual(Math.min(base, tasks));
        }
      }),
    );
  });

  test('shares the rest by weight, so that nobody waits longer than one task for what it is due', () => {
    fc.assert(
      fc.property(strategies, fc.nat(200), (strategy, tasks) => {
        const total = strategy.reduce((sum, { weight }) => sum + weight, 0);
        const rest = Math.max(0, tasks - strategy.reduce((sum, { base }) => sum + base, 0));
        for (const { weight, above } of aboveBase(strategy, started(strategy, tasks))) {
          expect(Math.max(0, above)).toBeGreaterThan((rest * weight) / total - 1);
        }
      }),
    );
  });

  test('gives a provider of weight 0 nothing but its base', () => {
    fc.assert(
      fc.property(strategies, fc.nat(60), (strategy, tasks) => {
        for (const { weight, above } of aboveBase(strategy, started(strategy, tasks))) {
          if (weight === 0) expect(above).toBeLessThanOrEqual(0);
        }
      }),
    );
  });

  test('keeps exact shares when the tasks divide by the weights', () => {
    fc.assert(
      fc.property(strategies, fc.integer({ min: 1, max: 20 }), (strategy, times) => {
        const base = strategy.reduce((sum, item) => sum + item.base, 0);
        const total = strategy.reduce((sum, { weight }) => sum + weight, 0);
        const counts = started(strategy, base + times * total);
        for (const { weight, above } of aboveBase(strategy, counts)) expect(above).toBe(times * weight);
      }),
    );
  });

  test('scales in to the shares that it would have scaled out to, whatever it began with', () => {
    fc.assert(
      fc.property(strategies, fc.array(fc.nat(5), { maxLength: 30 }), fc.nat(10), (strategy, extra, tasks) => {
        const counts = started(strategy, tasks);
        for (const index of extra) add(counts, strategy[index % strategy.length]?.capacityProvider, 1);
        for (const _ of extra) add(counts, fullestProvider({ strategy }, counts), -1);
        const base = strategy.reduce((sum, item) => sum + item.base, 0);
        for (const { above, weight } of aboveBase(strategy, counts)) {
          if (tasks >= base) expect(above).toBeGreaterThanOrEqual(0);
          if (weight === 0) expect(above).toBeLessThanOrEqual(0);
        }
      }),
    );
  });

  test('does not matter for a launch type', () => {
    expect(nextProvider({ launchType: 'EC2' }, new Map())).toBeUndefined();
    expect(fullestProvider({ launchType: 'FARGATE' }, new Map())).toBeUndefined();
  });
});
