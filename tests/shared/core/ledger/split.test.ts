import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { split } from '../../../../shared/core/ledger/split.ts';

const someWeights = fc.array(fc.oneof(fc.constant(0), fc.double({ min: 0, max: 1e12, noNaN: true })), {
  minLength: 1,
  maxLength: 40,
});
const someTotal = fc.maxSafeInteger();
const sum = (numbers: readonly number[]): bigint => numbers.reduce((all, number) => all + BigInt(number), 0n);

describe('a split by largest remainder', () => {
  test.each([
    [10, [1, 1, 1], [4, 3, 3]],
    [100, [3, 1], [75, 25]],
    [7, [0.5, 0, 0.5], [4, 0, 3]],
    [1, [1, 5, 1], [0, 1, 0]],
    [-10, [1, 1, 1], [-4, -3, -3]],
    [0, [], []],
  ])('of %d by %o is %o', (total, weights, parts) => {
    expect(split(total, weights)).toEqual(parts);
  });

  test('is even where nothing weighs anything', () => {
    expect(split(5, [0, 0])).toEqual([3, 2]);
  });

  test('sums exactly to the total, in whole numbers of its sign', () => {
    fc.assert(
      fc.property(someTotal, someWeights, (total, weights) => {
        const parts = split(total, weights);
        expect(sum(parts)).toBe(BigInt(total));
        expect(parts.every((part) => Number.isSafeInteger(part) && part * Math.sign(total) >= 0)).toBe(true);
      }),
    );
  });

  test('gives each less than one more or less than its exact share, and nothing for nothing', () => {
    const modest = fc.integer({ min: -1e9, max: 1e9 });
    fc.assert(
      fc.property(modest, someWeights, (total, weights) => {
        const all = weights.reduce((one, other) => one + other, 0);
        fc.pre(all > 1e-3);
        for (const [at, part] of split(total, weights).entries()) {
          const weight = weights[at] ?? 0;
          expect(Math.abs(part - total * (weight / all))).toBeLessThan(1 + 1e-6);
          if (weight === 0) expect(part + 0).toBe(0);
        }
      }),
    );
  });

  test('of a negative total is the split of the positive one, taken off', () => {
    fc.assert(
      fc.property(someTotal, someWeights, (total, weights) => {
        expect(split(-total, weights).map((part) => 0 - part)).toEqual(split(total, weights).map((part) => part + 0));
      }),
    );
  });

  test.each([
    [1.5, [1], 'cannot split 1.5: only whole numbers below 2^53'],
    [Number.NaN, [1], 'cannot split NaN: only whole numbers below 2^53'],
    [1, [], 'cannot split 1 among nobody: give a weight'],
    [1, [1, -1], 'cannot split by the weight -1: weights are finite numbers from 0 on'],
    [1, [Number.NaN], 'cannot split by the weight NaN: weights are finite numbers from 0 on'],
    [1, [Infinity], 'cannot split by the weight Infinity: weights are finite numbers from 0 on'],
  ])('of %d by %o is refused', (total, weights, message) => {
    expect(() => split(total, weights)).toThrow(new RangeError(message));
  });
});
