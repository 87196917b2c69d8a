import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { contagion, doomedByContagion, type PoolNotice } from '../../../shared/core/contagion.ts';
import { at, instanceId, NOW, POOL } from '../../given.ts';
import { aHost } from './small-cluster.ts';

const notices = (...seconds: readonly number[]): PoolNotice[] =>
  seconds.map((second, n) => ({ instanceId: instanceId(n + 1), pool: POOL, at: at(second) }));
const left = Array.from({ length: 20 }, (_, n) => aHost(n + 100, { registeredAt: at(-(n % 5)) }));
const further = (given: readonly PoolNotice[], factor = 1, hosts = left) =>
  contagion(given, hosts, { factor, now: NOW }).map((each) => each.further);

describe('contagion of a pool', () => {
  test('begins with the second notice within three minutes, and grows with each', () => {
    expect(further(notices(0))).toEqual([0]);
    expect(further(notices(-180, 0))).toEqual([2]);
    expect(further(notices(-181, 0))).toEqual([0]);
    expect(further(notices(-60, -30, 0))).toEqual([3]);
  });

  test('is scaled by the factor, rounded, and ends with the instances that are left', () => {
    expect(further(notices(-2, -1, 0), 0.5)).toEqual([2]);
    expect(further(notices(-2, -1, 0), 0)).toEqual([0]);
    expect(further(notices(-2, -1, 0), 1, left.slice(0, 2))).toEqual([2]);
  });

  test('counts an instance once, however often it was told, and no notice of the future', () => {
    const [one] = notices(0);
    expect(further([one, one].flatMap((each) => each ?? []))).toEqual([0]);
    expect(further(notices(0, 1))).toEqual([0]);
  });

  test('stays in its pool', () => {
    const elsewhere = { ...POOL, zone: 'eu-west-1b' };
    const [first, second] = notices(-1, 0);
    const given = [first, second && { ...second, pool: elsewhere }].flatMap((each) => each ?? []);
    expect(contagion(given, left, { factor: 1, now: NOW })).toEqual([
      { pool: POOL, notices: 1, further: 0 },
      { pool: elsewhere, notices: 1, further: 0 },
    ]);
  });

  test('dooms the instances that registered first', () => {
    const found = contagion(notices(-1, 0), left, { factor: 1, now: NOW });
    expect(doomedByContagion(left, found).map(({ arn }) => arn)).toEqual([aHost(104).arn, aHost(109).arn]);
  });

  test('dooms as many as it says, the same in whatever order they are given', () => {
    const someSeconds = fc.array(fc.integer({ min: -300, max: 0 }), { maxLength: 30 });
    fc.assert(
      fc.property(someSeconds, fc.double({ min: 0, max: 1, noNaN: true }), (seconds, factor) => {
        const found = contagion(notices(...seconds), left, { factor, now: NOW });
        const doomed = doomedByContagion(left, found);
        expect(doomed).toHaveLength(found[0]?.further ?? 0);
        expect(new Set(doomed).size).toBe(doomed.length);
        expect(doomed.length).toBeLessThanOrEqual(Math.min(left.length, seconds.length));
        expect(doomedByContagion(left.toReversed(), found)).toEqual(doomed);
      }),
    );
  });
});
