import fc from 'fast-check';
import { expect, test } from 'vitest';
import { distribute } from '../../../functions/failover/decide/distribute.ts';
import type { Budget } from '../../../functions/failover/decide/limits.ts';
import type { StandbyRung } from '../../../shared/model/lending.ts';
import { NOW } from '../../given.ts';
import { aRung, ladderOf, lends } from './given.ts';

const LADDERS = [
  ['fargate-spot', 'fargate'],
  ['fargate', 'fargate-spot', 'on-demand'],
] as const;

const rung = (name: StandbyRung) =>
  fc
    .record({ lent: fc.nat(20), short: fc.nat(20), left: fc.boolean(), dry: fc.boolean() })
    .map(({ lent, short, ...rest }) => aRung(name, lent, { ...rest, running: Math.max(0, lent - short) }));

const anything = fc.record({
  total: fc.nat(60),
  more: fc.nat(60),
  doubled: fc.boolean(),
  spot: rung('fargate-spot'),
  fargate: rung('fargate'),
  failover: fc.constantFrom(...LADDERS),
  room: fc.nat(40),
  inTime: fc.option(fc.nat(20), { nil: undefined }),
});

type Anything = typeof anything extends fc.Arbitrary<infer T> ? T : never;

/** Spreads tasks where so many more may be lent, and counts what is taken of it. */
function spread({ total, more, doubled, spot, fargate, failover, room, inTime }: Anything) {
  let free = room;
  const budget: Budget = {
    take(_ladder, _rung, count, until) {
      const granted = Math.min(count, free, until === undefined ? count : (inTime ?? count));
      free -= granted;
      return { granted, bound: granted < count ? 'no more' : undefined };
    },
    give: (_ladder, _rung, count) => {
      free += count;
    },
    lent: () => ({ tasks: 0, hourlyNanoUsd: 0 }),
    vcpus: () => ({ 'fargate-spot': 0, fargate: 0 }),
    queue: () => ({ asked: 0, since: NOW }),
  };
  const rungs = [spot, fargate];
  const ladder = ladderOf(undefined, lends({ failover }));
  const shares = distribute(
    { total, most: total + more, doubled, until: inTime === undefined ? undefined : NOW, rungs, ladder },
    budget,
  );
  const had = spot.lent + fargate.lent;
  const has = [...shares.counts.values()].reduce((sum, count) => sum + count, 0);
  return { ...shares, rungs, had, has, free };
}

const holds = (check: (given: Anything, spread_: ReturnType<typeof spread>) => void) =>
  fc.assert(fc.property(anything, (given) => check(given, spread(given))));

test('what is lent and what is unmet make up all that is wanted, unless rungs are doubled or left with more', () => {
  holds(({ total, doubled }, { has, unmet, rungs }) => {
    const kept = rungs.reduce((sum, one) => sum + (one.left ? one.lent : 0), 0);
    if (!doubled && kept <= total) expect(has + unmet).toBe(total);
    expect(has + unmet).toBeGreaterThanOrEqual(total);
  });
});

test('never more is taken than there is, and no more than twice what is wanted, or than the maximum percent leaves', () => {
  holds(({ room, total, more }, { had, has, free }) => {
    expect(free).toBeGreaterThanOrEqual(0);
    expect(free).toBe(room + had - has);
    expect(has).toBeLessThanOrEqual(Math.max(had, Math.min(2 * total, total + more)));
  });
});

test('a count that differs from our wish never changes', () => {
  holds((_, { counts, rungs }) => {
    for (const { rung: name, left, lent } of rungs) if (left) expect(counts.get(name)).toBe(lent);
  });
});

test('counts are whole numbers from 0, also when all is taken back', () => {
  holds((_, { counts, unmet }) => {
    for (const count of [...counts.values(), unmet])
      expect(count).toSatisfy((n: number) => Number.isInteger(n) && n >= 0);
  });
});

test('without new room and with all tasks up, wanting what is lent changes nothing', () => {
  holds((given) => {
    const up = (one: Anything['spot']) => ({ ...one, running: one.lent, taken: one.lent });
    const total = given.spot.lent + given.fargate.lent;
    const again = spread({ ...given, spot: up(given.spot), fargate: up(given.fargate), total, doubled: false });
    expect([again.counts.get('fargate-spot'), again.counts.get('fargate')]).toEqual([
      given.spot.lent,
      given.fargate.lent,
    ]);
  });
});
