import { describe, expect, test } from 'vitest';
import { type SeededOptions, seeded } from '../../../sim/market/seeded.ts';
import type { CapacitySource, MarketStep } from '../../../sim/market/source.ts';
import { keyedRandom } from '../../../sim/random.ts';

const day = 86_400_000;
const source = (type: string, options?: SeededOptions, seed = 1): CapacitySource =>
  seeded(keyedRandom(seed), options)({ type, zone: 'eu-west-1a' });

/** All changes of the first `days` days. */
const changes = (pool: CapacitySource, days: number): MarketStep[] => {
  const steps: MarketStep[] = [];
  for (let step = pool.next(0); step && step.atMs < days * day; step = pool.next(step.atMs)) steps.push(step);
  return steps;
};

describe('a capacity drawn from the seed', () => {
  test('is the same for the same seed, in whatever order it is asked', () => {
    const forward = changes(source('m6i.large'), 20);
    const again = source('m6i.large');
    expect(forward.length).toBeGreaterThan(20);
    for (const { atMs, capacity } of forward.toReversed()) expect(again.at(atMs).capacity).toBe(capacity);
    expect(changes(source('m6i.large', {}, 2), 20)).not.toEqual(forward);
  });

  test('changes at the instants that `next` tells, and at no other', () => {
    const pool = source('m6i.large');
    const steps = changes(pool, 5);
    for (let ms = 0, index = 0, now = pool.at(0).capacity; ms < 5 * day; ms += 10_000) {
      for (let step = steps[index]; step && step.atMs <= ms; index += 1, step = steps[index]) now = step.capacity;
      expect(pool.at(ms).capacity).toBe(now);
    }
  });

  test('never leaves the range from nothing to what is usual', () => {
    const pool = source('c6g.large', { capacity: [10, 20], dropsPerDay: 10 });
    expect(pool.usual).toBeGreaterThanOrEqual(10);
    expect(pool.usual).toBeLessThan(20);
    for (const { capacity } of changes(pool, 10)) {
      expect(capacity).toBeGreaterThanOrEqual(0);
      expect(capacity).toBeLessThanOrEqual(pool.usual);
    }
  });

  test('falls in stages less than three minutes apart', () => {
    const pool = source('m6i.large', { capacity: [50, 51], dropsPerDay: 1, sharedDropsPerDay: 0 });
    let last = pool.usual;
    const falls = changes(pool, 200).flatMap(({ atMs, capacity }) => {
      const lost = last - capacity;
      last = capacity;
      return lost > 0 ? [{ atMs, lost }] : [];
    });
    const close = falls.filter(({ atMs }, index) =>
      [falls[index - 1], falls[index + 1]].some((other) => other && Math.abs(other.atMs - atMs) < 180_000),
    );
    const sum = (list: typeof falls) => list.reduce((total, { lost }) => total + lost, 0);
    expect(falls.length).toBeGreaterThan(100);
    expect(sum(close) / sum(falls)).toBeGreaterThan(0.92);
  });

  test('falls together in the types of a family, when asked for shared drops only', () => {
    const shared = { dropsPerDay: 0, sharedDropsPerDay: 1, sharedBy: 1, capacity: [40, 60] as const };
    const starts = (type: string) => {
      let last = Number.POSITIVE_INFINITY;
      return changes(source(type, shared), 100).flatMap(({ atMs, capacity }) => {
        const fell = capacity < last;
        last = capacity;
        return fell ? [atMs] : [];
      });
    };
    const near = (list: number[], ms: number) => list.some((other) => Math.abs(other - ms) < 300_000);
    const share = (a: number[], b: number[]) => a.filter((ms) => near(b, ms)).length / a.length;
    expect(share(starts('m6i.large'), starts('m6i.xlarge'))).toBeGreaterThan(0.9);
    expect(share(starts('m6i.large'), starts('c5.xlarge'))).toBeLessThan(0.2);
  });

  test('without drops never changes', () => {
    expect(source('m6i.large', { dropsPerDay: 0, sharedDropsPerDay: 0 }).next(0)).toBeUndefined();
  });
});

test.each([
  [{ capacity: [5, 2] as const }, 'capacity is 5 to 2: expected whole numbers from 0, the smaller first'],
  [{ capacity: [-1, 2] as const }, 'capacity is -1 to 2'],
  [{ dropsPerDay: 49 }, 'dropsPerDay is 49: expected a number from 0 to 48'],
  [{ sharedDropsPerDay: -1 }, 'sharedDropsPerDay is -1: expected a number from 0 to 48'],
  [{ sharedBy: Number.NaN }, 'sharedBy is NaN: expected a number from 0 to 1'],
])('a seeded market refuses %j', (options, message) => {
  expect(() => seeded(keyedRandom(1), options)).toThrow(message);
});
