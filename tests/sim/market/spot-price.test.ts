import { describe, expect, test } from 'vitest';
import { onDemandPrice } from '../../../sim/ec2/prices.ts';
import { constant, script } from '../../../sim/market/source.ts';
import { SpotPrice } from '../../../sim/market/spot-price.ts';
import { keyedRandom } from '../../../sim/random.ts';

const pool = { type: 'm6i.large', zone: 'eu-west-1a' };
const day = 86_400_000;
const random = keyedRandom(1);

describe('the Spot price', () => {
  test('moves a little around a discount, over 90 days', () => {
    const prices = new SpotPrice(random, pool, constant(Number.POSITIVE_INFINITY)).changes(-90 * day, 0);
    expect(prices.length).toBeGreaterThan(100);
    for (const { price } of prices) {
      expect(price).toBeGreaterThan(0.25 * onDemandPrice(pool.type));
      expect(price).toBeLessThan(0.5 * onDemandPrice(pool.type));
    }
  });

  test('rises when capacity is scarce, and stays below On-Demand', () => {
    const plenty = new SpotPrice(random, pool, constant(10));
    const scarce = new SpotPrice(
      random,
      pool,
      script([
        { atMs: 0, capacity: 10 },
        { atMs: day, capacity: 0 },
      ]),
    );
    expect(scarce.at(0)).toBe(plenty.at(0));
    expect(scarce.at(3 * day)).toBeCloseTo(1.8 * plenty.at(3 * day), 3);
    expect(scarce.at(3 * day)).toBeLessThanOrEqual(onDemandPrice(pool.type));
  });

  test('is what a script says, from the instant it says it', () => {
    const steps = [
      { atMs: 0, capacity: 5, price: 0.03 },
      { atMs: 1_000, capacity: 5, price: 0.07 },
    ];
    const prices = new SpotPrice(random, pool, script(steps));
    expect([prices.at(0), prices.at(999), prices.at(1_000)]).toEqual([0.03, 0.03, 0.07]);
    expect(prices.changes(500, 5_000).at(-1)).toEqual({ atMs: 1_000, price: 0.07 });
  });

  test('has the change that was in force at the first instant in front', () => {
    const prices = new SpotPrice(random, pool, constant(10));
    const [first, second] = prices.changes(0, 10 * day);
    expect(first?.atMs).toBeLessThanOrEqual(0);
    expect(first?.price).toBe(prices.at(0));
    expect(second?.atMs).toBeGreaterThan(0);
  });
});

test('On-Demand prices: proportional within a family, exact for GPUs, a formula for the rest', () => {
  expect(onDemandPrice('m6i.large')).toBe(0.096);
  expect(onDemandPrice('m6i.32xlarge')).toBe(6.144);
  expect(onDemandPrice('g5.12xlarge')).toBe(5.672);
  expect(onDemandPrice('z1d.large')).toBeGreaterThan(0.1);
  expect(() => onDemandPrice('m99.large')).toThrow('unknown instance type m99.large');
});
