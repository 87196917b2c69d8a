import { describe, expect, test } from 'vitest';
import { rank, type Surroundings } from '../../../../shared/core/offerings/rank.ts';
import { poolKey } from '../../../../shared/model/offerings.ts';
import { catalogueOf, demandOf, NANO, now, outFor, pricesOf, surroundings, typeOf, zones } from './market.ts';

const types = [typeOf('m5.large'), typeOf('c6i.large', { memoryMiB: 4_096 }), typeOf('m6i.xlarge', { vcpus: 4 })];
const names = types.map(({ type }) => type);
const dollars = { 'm5.large': 0.1, 'c6i.large': 0.08, 'm6i.xlarge': 0.16 };
const prices = pricesOf(names, 0.5, dollars);
const [a = '', b = '', c = ''] = zones;

const ranked = (given: Partial<Surroundings> = {}) =>
  rank(types, surroundings({ catalogue: catalogueOf(types), prices, demand: demandOf({}), ...given }));

/** Of m5.large: the zones whose pools are not good, and why. */
const flaws = (given: Partial<Surroundings>) =>
  ranked(given)
    .find(({ type }) => type === 'm5.large')
    ?.pools.flatMap(({ why }) => why ?? []);

describe('types are ranked', () => {
  test('by Spot price a task, the cheapest first', () => {
    expect(
      ranked().map(({ type, slots, perSlot, onDemandPerSlot }) => [type, slots, perSlot, onDemandPerSlot]),
    ).toEqual([
      ['m6i.xlarge', 7, Math.round((0.08 * NANO) / 7), Math.round((0.16 * NANO) / 7)],
      ['m5.large', 4, 0.0125 * NANO, 0.025 * NANO],
      ['c6i.large', 3, Math.round((0.04 * NANO) / 3), Math.round((0.08 * NANO) / 3)],
    ]);
  });

  test('by the mean of their good pools', () => {
    const spot = new Map([...prices.spot, [poolKey({ type: 'm5.large', zone: a }), 0.08 * NANO]]);
    const [, , last] = ranked({ prices: { ...prices, spot } });
    expect([last?.type, last?.perSlot]).toEqual(['m5.large', 0.015 * NANO]);
  });

  test('the later the more their pools failed lately', () => {
    const [key, standing] = outFor('m6i.xlarge', a, 0);
    const [first] = ranked({ standings: new Map([[key, { ...standing, strikes: 10 }]]) });
    expect(first?.type).toBe('m5.large');
    const [again] = ranked({
      standings: new Map([[key, { ...standing, strikes: 10 }]]),
      now: (now + 6e8) as typeof now,
    });
    expect(again?.type).toBe('m6i.xlarge');
  });

  test('last when they have no price, and never as if they cost nothing', () => {
    const spot = new Map([...prices.spot].filter(([key]) => !key.startsWith('m6i.xlarge')));
    const last = ranked({ prices: { ...prices, spot } }).at(-1);
    expect(last).toMatchObject({ type: 'm6i.xlarge', perSlot: undefined, cost: undefined });
    expect(last?.pools.map(({ why }) => why)).toEqual(zones.map((zone) => `no Spot price in ${zone}`));
  });

  test('with no price a task when they are too small for one', () => {
    const small = ranked({ demand: demandOf({ memory: 5_000 }) }).at(-1);
    expect(small).toMatchObject({ type: 'c6i.large', slots: 0, perSlot: undefined, onDemandPerSlot: undefined });
  });
});

describe('a pool is not good', () => {
  test('where EC2 does not offer the type', () => {
    expect(flaws({ catalogue: catalogueOf(types, [b, c]) })).toEqual([`not offered in ${a}`]);
  });

  test('while it is left out', () => {
    expect(flaws({ standings: new Map([outFor('m5.large', b, 1)]) })).toEqual([
      `left out in ${b}, where it failed lately`,
    ]);
    expect(flaws({ standings: new Map([outFor('m5.large', b, 0)]) })).toEqual([]);
  });

  test('where Spot is dearer than On-Demand, unless the On-Demand price is not known', () => {
    const spot = new Map([...prices.spot, [poolKey({ type: 'm5.large', zone: c }), 0.11 * NANO]]);
    expect(flaws({ prices: { ...prices, spot } })).toEqual([`Spot is dearer than On-Demand in ${c}`]);
    expect(flaws({ prices: { onDemand: new Map(), spot } })).toEqual([]);
  });

  test('where the placement score is low, unless it is low everywhere', () => {
    expect(flaws({ scores: { [a]: 2, [b]: 3 } })).toEqual([`low placement score in ${a}`]);
    expect(flaws({ scores: { [a]: 2, [b]: 1 } })).toEqual([]);
    expect(flaws({ scores: {} })).toEqual([]);
  });
});
