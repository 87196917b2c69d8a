import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { toLend } from '../../../bench/traces/to-lend.ts';
import { dwellMs, lately, outlasts } from '../../../shared/core/dwell.ts';
import { type Instant, instant, later } from '../../../shared/model/instant.ts';

const MINUTE = 60_000;
const now = instant(1_700_000_000_000);
const ago = (minutes: number): Instant => later(now, -minutes * MINUTE);
const usual = { dwellMinutes: 1, mostDwellMinutes: 10 };

const minutes = fc.integer({ min: 0, max: 60 });
const bounds = fc
  .tuple(minutes, minutes)
  .map(([a, b]) => ({ dwellMinutes: Math.min(a, b), mostDwellMinutes: Math.max(a, b) }));
const someBegan = fc.array(fc.integer({ min: 0, max: 180 }), { maxLength: 40 }).map((all) => all.map(ago));

describe('the dwell', () => {
  test.each([
    ['nothing was lent lately', [], 1],
    ['the first lending of an hour', [0], 1],
    ['the second', [30, 0], 2],
    ['the third', [59, 30, 0], 4],
    ['the fourth', [50, 40, 30, 0], 8],
    ['the fifth, at the most', [50, 40, 30, 20, 0], 10],
    ['lendings that are an hour old do not count', [60, 61, 90, 0], 1],
  ])('doubles with each lending within an hour: %s', (_, began, expected) => {
    expect(dwellMs(began.map(ago), now, usual)).toBe(expected * MINUTE);
  });

  test('is none when the policy wants none, however often tasks were lent', () => {
    expect(dwellMs([5, 4, 3, 2, 1].map(ago), now, { dwellMinutes: 0, mostDwellMinutes: 10 })).toBe(0);
  });

  test('is what the policy says at the least, if that is above the most', () => {
    expect(dwellMs([ago(1)], now, { dwellMinutes: 20, mostDwellMinutes: 10 })).toBe(20 * MINUTE);
  });

  test('is never below or above its bounds', () => {
    fc.assert(
      fc.property(someBegan, bounds, (began, policy) => {
        const dwell = dwellMs(began, now, policy);
        expect(dwell).toBeGreaterThanOrEqual(policy.dwellMinutes * MINUTE);
        expect(dwell).toBeLessThanOrEqual(policy.mostDwellMinutes * MINUTE);
      }),
    );
  });

  test('is never shorter for one lending more, and does not depend on their order', () => {
    fc.assert(
      fc.property(someBegan, fc.integer({ min: 0, max: 180 }), bounds, (began, another, policy) => {
        const dwell = dwellMs(began, now, policy);
        expect(dwellMs([...began, ago(another)], now, policy)).toBeGreaterThanOrEqual(dwell);
        expect(dwellMs(began.toReversed(), now, policy)).toBe(dwell);
        expect(dwellMs(lately(began, now), now, policy)).toBe(dwell);
      }),
    );
  });
});

describe('how many tasks are lent', () => {
  const count = fc.nat(1_000);

  test('rises at once, whatever the dwell', () => {
    expect(toLend({ lent: 2, needed: 5, neededAt: now }, now, 10 * MINUTE)).toBe(5);
  });

  test('falls when the dwell is over, counted from the last moment at which all were needed', () => {
    const lent = { lent: 5, needed: 2, neededAt: ago(3) };
    expect(toLend(lent, now, 3 * MINUTE + 1)).toBe(5);
    expect(toLend(lent, now, 3 * MINUTE)).toBe(2);
  });

  test('is never below what is needed, and never above what is lent or needed', () => {
    fc.assert(
      fc.property(count, count, minutes, minutes, (lent, needed, since, dwell) => {
        const wanted = toLend({ lent, needed, neededAt: ago(since) }, now, dwell * MINUTE);
        expect(wanted).toBeGreaterThanOrEqual(needed);
        expect(wanted).toBeLessThanOrEqual(Math.max(lent, needed));
      }),
    );
  });
});

test('a deficit moves to On-Demand when it is as old as the break-even time, not before', () => {
  expect(outlasts(later(ago(3), 1), now, 3)).toBe(false);
  expect(outlasts(ago(3), now, 3)).toBe(true);
});
