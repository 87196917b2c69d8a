import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { instantly, slowFargate, usual } from '../../../bench/traces/assumptions.ts';
import type { Market } from '../../../bench/traces/market.ts';
import { drawnMarket } from '../../../bench/traces/markets.ts';
import {
  omniscient,
  onDemandOnly,
  quarterOnDemand,
  spotHedge,
  spotkeeper,
  spotOnly,
} from '../../../bench/traces/policies.ts';
import { type Policy, replay } from '../../../bench/traces/replay.ts';
import { defaults } from '../../../bench/traces/rows.ts';
import { script } from '../../../sim/market/source.ts';

const MINUTE = 60_000;

/** Pools as [minute, capacity] steps, for an hour. */
const market = (target: number, ...pools: readonly (readonly (readonly [number, number])[])[]): Market => ({
  name: 'by hand',
  pools: pools.map((steps) => script(steps.map(([minute, capacity]) => ({ atMs: minute * MINUTE, capacity })))),
  lengthMs: 60 * MINUTE,
  target,
});

const fixed = (dwellMinutes: number, breakEvenMinutes = 3) =>
  spotkeeper({ dwellMinutes, mostDwellMinutes: dwellMinutes, breakEvenMinutes });

describe('one task on a pool that has an instance from 0 to 20 and from 40 minutes on', () => {
  // Spot runs from 0 (up at 2.5) to 20, with a notice at 18, and from 40 (up at 42.5) to 60: 40 minutes at 0.3 are 12.
  const gap = market(1, [
    [0, 1],
    [20, 0],
    [40, 1],
  ]);

  // Sums of minutes x price. Of the 50 minutes that count, from 10 on, `missing` without the task.
  test.each<[string, Policy, { sum: number; missing: number }]>([
    ['Spot only', spotOnly, { sum: 12, missing: 22.5 }],
    // A quarter of one task, at least one: no Spot at all.
    ['25 % On-Demand', quarterOnDemand, { sum: 60, missing: 0 }],
    // On-Demand from 0 to 2.5, and from the notice at 18 (up at 20.5) to 42.5.
    ['SpotHedge, N + 0', spotHedge(0), { sum: 12 + 2.5 + 24.5, missing: 0.5 }],
    // The second Spot Instance never comes: On-Demand all the time.
    ['SpotHedge, N + 1', spotHedge(1), { sum: 12 + 60, missing: 0 }],
    ['On-Demand only', onDemandOnly, { sum: 60, missing: 0 }],
    // Fargate from 0 to 2.5 and from 18 to 42.5.
    ['lend from Fargate only', fixed(0, Number.POSITIVE_INFINITY), { sum: 12 + 27 * 1.21, missing: 0 }],
    // On-Demand from 21, three minutes after the notice, to 42.5; Fargate from 0 to 2.5, and until On-Demand is up at 23.5.
    ['spotkeeper, dwell 0', fixed(0), { sum: 12 + 21.5 + (2.5 + 5.5) * 1.21, missing: 0 }],
    ['spotkeeper, dwell 3', fixed(3), { sum: 12 + 21.5 + (5.5 + 8.5) * 1.21, missing: 0 }],
    ['spotkeeper, dwell 5', fixed(5), { sum: 12 + 21.5 + (7.5 + 10.5) * 1.21, missing: 0 }],
    // The dwell is one minute after the first lending, two after the second.
    ['spotkeeper by default', spotkeeper(defaults), { sum: 12 + 21.5 + (3.5 + 7.5) * 1.21, missing: 0 }],
    // On-Demand from 28 to 42.5; Fargate until it is up at 30.5.
    ['spotkeeper, break-even 10', fixed(0, 10), { sum: 12 + 14.5 + (2.5 + 12.5) * 1.21, missing: 0 }],
  ])('%s', (_, policy, { sum, missing }) => {
    const { availability, cost } = replay(gap, { policy, assumptions: usual });
    expect(cost).toBeCloseTo(sum / 60, 9);
    expect(availability).toBeCloseTo(1 - missing / 50, 9);
  });

  test('the omniscient policy pays for nothing but what serves', () => {
    const { availability, cost } = replay(gap, { policy: omniscient, assumptions: instantly });
    expect(cost).toBeCloseTo((12 + 20) / 60, 9);
    expect(availability).toBe(1);
  });

  test('what is lent is up in time also when Fargate takes 110 seconds', () => {
    expect(replay(gap, { policy: fixed(0), assumptions: slowFargate }).availability).toBe(1);
  });
});

describe('several tasks and pools', () => {
  test('what one pool takes back is launched in the other at the notice, and lent until it is up', () => {
    const moves = market(
      1,
      [
        [0, 2],
        [20, 0],
      ],
      [[0, 1]],
    );
    const { cost, launched } = replay(moves, { policy: fixed(0), assumptions: usual });
    expect(launched).toEqual({ spot: 2, 'on-demand': 0, fargate: 2 });
    expect(cost).toBeCloseTo(((20 + 42) * 0.3 + (2.5 + 2.5) * 1.21) / 60, 9);
  });

  test('only the deficit is lent', () => {
    const drops = market(4, [
      [0, 4],
      [20, 3],
    ]);
    const { cost, launched } = replay(drops, { policy: fixed(0, Number.POSITIVE_INFINITY), assumptions: usual });
    expect(launched.fargate).toBe(4 + 1);
    expect(cost).toBeCloseTo(((3 * 60 + 20) * 0.3 + (4 * 2.5 + 42) * 1.21) / (4 * 60), 9);
  });

  test('EC2 launches nothing that it takes back within the notice', () => {
    const brief = market(1, [
      [0, 0],
      [20, 1],
      [22, 0],
    ]);
    expect(replay(brief, { policy: spotOnly, assumptions: usual }).launched.spot).toBe(0);
  });
});

const aMarket = fc
  .record({
    target: fc.integer({ min: 1, max: 6 }),
    pools: fc.array(
      fc.array(fc.tuple(fc.integer({ min: 1, max: 900_000 }), fc.nat(4)), { minLength: 1, maxLength: 20 }),
      { minLength: 1, maxLength: 3 },
    ),
  })
  .map(({ target, pools }): Market => {
    const sources = pools.map((pauses) =>
      script(
        pauses.map(([, capacity], index) => {
          const atMs = pauses.slice(1, index + 1).reduce((sum, [pause]) => sum + pause, 0);
          return { atMs, capacity };
        }),
      ),
    );
    return { name: 'any', pools: sources, lengthMs: 4 * 3_600_000, target };
  });

test('whatever Spot does, all tasks run when the deficit is lent at the notice, and it costs more than to know all', () => {
  fc.assert(
    fc.property(aMarket, fc.constantFrom(usual, slowFargate), (any, assumptions) => {
      const { availability, cost } = replay(any, { policy: spotkeeper(defaults), assumptions });
      expect(availability).toBe(1);
      expect(cost).toBeGreaterThanOrEqual(replay(any, { policy: omniscient, assumptions: instantly }).cost);
    }),
  );
});

test('the same market gives the same outcome', () => {
  const once = replay(drawnMarket(), { policy: spotkeeper(defaults), assumptions: usual });
  expect(replay(drawnMarket(), { policy: spotkeeper(defaults), assumptions: usual })).toEqual(once);
  expect(once.availability).toBe(1);
});
