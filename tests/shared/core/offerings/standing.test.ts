import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isOut, type Strike, strike, strikesAt } from '../../../../shared/core/offerings/standing.ts';
import { instant, later } from '../../../../shared/model/instant.ts';
import type { Standing } from '../../../../shared/model/rebalance-records.ts';
import { now } from './market.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const pool = { type: 'm6i.large', zone: 'eu-west-1a' };

const hit = (given: Partial<Strike> = {}): Strike => ({
  region: 'eu-west-1',
  pool,
  at: now,
  weight: 1,
  coolOffMinutes: 30,
  mostCoolOffHours: 24,
  ...given,
});

const after = (hits: readonly Strike[]): Standing | undefined =>
  hits.reduce<Standing | undefined>((before, one) => strike(before, one), undefined);

describe('a pool that failed', () => {
  test.each([
    [1, 30],
    [2, 60],
    [3, 120],
    [4, 240],
    [20, 24 * 60],
  ])('%i times at once is left out for %i minutes, and is back by itself', (times, minutes) => {
    const standing = after(Array.from({ length: times }, () => hit()));
    expect(isOut(standing, later(now, minutes * MINUTE - 1))).toBe(true);
    expect(isOut(standing, later(now, minutes * MINUTE))).toBe(false);
  });

  test('counts half after a day, and a quarter after two', () => {
    const standing = after([hit(), hit()]);
    expect([0, 24, 48].map((hours) => strikesAt(standing, later(now, hours * HOUR)))).toEqual([2, 1, 0.5]);
  });

  test('is left out for little longer when it fails again after a week', () => {
    const standing = after([hit(), hit({ at: later(now, 7 * 24 * HOUR) })]);
    expect((standing?.outUntil ?? 0) - later(now, 7 * 24 * HOUR)).toBeLessThan(31 * MINUTE);
  });

  test('is left out for the cool-off even when the strike counts for less than one', () => {
    expect(after([hit({ weight: 0.25 })])?.outUntil).toBe(later(now, 30 * MINUTE));
  });

  test('is remembered as long as it is out or a strike counts', () => {
    expect(after([hit()])?.expiresAt).toBe(later(now, 7 * 24 * HOUR));
    const long = after([hit({ coolOffMinutes: 1_440, mostCoolOffHours: 168 }), hit({ at: later(now, HOUR) })]);
    expect(long?.expiresAt).toBeGreaterThanOrEqual(long?.outUntil ?? Number.POSITIVE_INFINITY);
  });

  test('is in, without a strike, when nothing is remembered of it', () => {
    expect(isOut(undefined, now)).toBe(false);
    expect(strikesAt(undefined, now)).toBe(0);
  });
});

describe('strikes', () => {
  const someHits = fc.array(
    fc.record({ minutes: fc.nat(5_000), weight: fc.double({ min: 0.25, max: 3, noNaN: true }) }),
    { minLength: 1, maxLength: 12 },
  );

  test('sum up the same whatever the order in which they are heard of, and never let a pool in earlier', () => {
    fc.assert(
      fc.property(someHits, (hits) => {
        const strikes = hits.map(({ minutes, weight }) => hit({ at: later(now, minutes * MINUTE), weight }));
        const one = after(strikes);
        const other = after(strikes.toReversed());
        expect(other?.lastAt).toBe(one?.lastAt);
        expect(other?.strikes).toBeCloseTo(one?.strikes ?? 0, 6);
        for (const standing of [one, other]) {
          for (const { at } of strikes) expect(standing?.outUntil).toBeGreaterThanOrEqual(later(at, 30 * MINUTE));
          expect(standing?.outUntil).toBeLessThanOrEqual(later(standing?.lastAt ?? instant(0), 24 * HOUR));
        }
      }),
    );
  });
});
