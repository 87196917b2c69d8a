import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { constant, script } from '../../../sim/market/source.ts';

describe('a scripted capacity', () => {
  test('holds from each step to the next, and before the first as the first says', () => {
    const source = script([
      { atMs: 1_000, capacity: 5 },
      { atMs: 4_000, capacity: 2, price: 0.05 },
    ]);
    expect([-1, 0, 1_000, 3_999, 4_000, 9_000].map((ms) => source.at(ms).capacity)).toEqual([5, 5, 5, 5, 2, 2]);
    expect(source.next(0)).toMatchObject({ atMs: 4_000, price: 0.05 });
    expect(source.next(4_000)).toBeUndefined();
    expect(source.usual).toBe(5);
  });

  test('tells the step that follows, whatever the steps', () => {
    const steps = fc.uniqueArray(fc.nat(10_000), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(steps, fc.integer({ min: -10, max: 10_010 }), (instants, ms) => {
        const all = instants.sort((a, b) => a - b).map((atMs, index) => ({ atMs, capacity: index }));
        const source = script(all);
        expect(source.at(ms)).toEqual(all.findLast(({ atMs }) => atMs <= ms) ?? all[0]);
        expect(source.next(ms)).toEqual(all.slice(1).find(({ atMs }) => atMs > ms));
      }),
    );
  });

  test.each([
    [[], 'steps is empty: expected at least one step'],
    [[{ atMs: 0, capacity: -1 }], 'steps[0].capacity is -1: expected a whole number from 0'],
    [[{ atMs: 0, capacity: 1.5 }], 'steps[0].capacity is 1.5: expected a whole number from 0'],
    [[{ atMs: 0, capacity: Number.NaN }], 'steps[0].capacity is NaN'],
    [[{ atMs: -5, capacity: 1 }], 'steps[0].atMs is -5: expected whole milliseconds'],
    [
      [
        { atMs: 5, capacity: 1 },
        { atMs: 5, capacity: 2 },
      ],
      'steps[1].atMs is 5: expected whole milliseconds, later than the step before',
    ],
    [[{ atMs: 0, capacity: 1, price: 0 }], 'steps[0].price is 0: expected dollars an hour'],
  ])('refuses %j', (steps, message) => {
    expect(() => script(steps)).toThrow(message);
  });
});

test('a constant capacity never changes', () => {
  expect(constant(7).at(123_456).capacity).toBe(7);
  expect(constant(7).next(0)).toBeUndefined();
});
