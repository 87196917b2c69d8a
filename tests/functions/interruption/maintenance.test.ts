import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { dueForMaintenance, isWaiting } from '../../../functions/interruption/decide/maintenance.ts';
import type { Doomed } from '../../../shared/model/records.ts';
import { aDoomed, at } from '../../given.ts';

const HOUR = 3_600;

const host = (n: number, changes: Partial<Doomed> = {}): Doomed =>
  aDoomed({ cause: 'maintenance', deadline: at(9 * HOUR), ...changes }, n);

/** Plays the turns from second 0 on, looking again when told. @returns when each host was drained, in seconds */
function played(hosts: readonly Doomed[]): readonly number[] {
  let doomed = hosts;
  let now = at(0);
  const drained: number[] = [];
  for (;;) {
    const { due, next } = dueForMaintenance(doomed, now);
    drained.push(...due.map(() => (now - at(0)) / 1000));
    const drainedAt = now;
    doomed = doomed.map((one) => (due.includes(one) ? { ...one, drainedAt } : one));
    if (next === undefined) return drained;
    expect(next).toBeGreaterThan(now);
    now = next;
  }
}

describe('maintenance of many hosts', () => {
  test('is spread evenly over the time there is, less an hour', () => {
    expect(played([1, 2, 3, 4, 5].map((n) => host(n)))).toEqual([0, 2 * HOUR, 4 * HOUR, 6 * HOUR, 8 * HOUR]);
  });

  test('begins with the host whose deadline is nearest', () => {
    const hosts = [host(1), host(2, { deadline: at(5 * HOUR) })];
    expect(dueForMaintenance(hosts, at(0)).due).toEqual([hosts[1]]);
  });

  test('with less than an hour to go is done at once', () => {
    const hosts = [1, 2, 3].map((n) => host(n, { deadline: at(HOUR / 2) }));
    expect(dueForMaintenance(hosts, at(0))).toEqual({ due: hosts, next: undefined });
  });

  test('takes nothing of other causes, and nothing twice', () => {
    const others = [host(1, { drainedAt: at(-60) }), aDoomed({}, 2), aDoomed({ cause: 'scale-in' }, 3)];
    expect(dueForMaintenance(others, at(0))).toEqual({ due: [], next: undefined });
  });

  test('drains every host, none later than an hour before the nearest deadline of those still there', () => {
    const someHosts = fc.array(fc.integer({ min: 0, max: 200 * HOUR }), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(someHosts, (deadlines) => {
        const hosts = deadlines.map((seconds, n) => host(n, { deadline: at(seconds) }));
        const times = played(hosts);
        expect(times).toHaveLength(hosts.length);
        const inOrder = [...deadlines].sort((a, b) => a - b);
        for (const [index, time] of times.entries()) {
          expect(time).toBeLessThanOrEqual(Math.max(0, (inOrder[index] ?? 0) - HOUR) + 0.001);
        }
      }),
    );
  });
});

describe('the instance of a host that waits for its turn is not touched', () => {
  test('until an hour before its deadline, or until it is drained', () => {
    expect(isWaiting(host(1), at(8 * HOUR - 1))).toBe(true);
    expect(isWaiting(host(1), at(8 * HOUR))).toBe(false);
    expect(isWaiting(host(1, { drainedAt: at(0) }), at(60))).toBe(false);
  });

  test('while notices and scale-ins never wait', () => {
    expect(isWaiting(aDoomed(), at(0))).toBe(false);
    expect(isWaiting(aDoomed({ cause: 'scale-in', deadline: at(9 * HOUR) }), at(0))).toBe(false);
  });
});
