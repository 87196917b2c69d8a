import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Wish } from '../../../../shared/core/offerings/choose.ts';
import { tooSmallFor } from '../../../../shared/core/offerings/slots.ts';
import { type Prices, poolKey } from '../../../../shared/model/offerings.ts';
import { catalogueOf, chosen, demandOf, NANO, outFor, surroundings, typeOf, wishOf, zones } from './market.ts';

const families = [...'abcdefghijkl'];
const sizes = [1, 2, 4, 8];

/** A type: what it costs for its size, in which zones, where it is left out, and whether it is the user's or current. */
const someType = fc.record({
  family: fc.constantFrom(...families),
  vcpus: fc.constantFrom(...sizes),
  memoryMiB: fc.constantFrom(1_024, 4_096, 8_192, 16_384),
  onDemand: fc.option(fc.double({ min: 0.02, max: 0.1, noNaN: true }), { nil: undefined, freq: 8 }),
  spot: fc.array(fc.option(fc.double({ min: 0.005, max: 0.06, noNaN: true }), { nil: undefined, freq: 8 }), {
    minLength: 3,
    maxLength: 3,
  }),
  offered: fc.subarray(zones, { minLength: 1 }),
  out: fc.oneof({ weight: 3, arbitrary: fc.constant<string[]>([]) }, { weight: 1, arbitrary: fc.subarray(zones) }),
  crowded: fc.integer({ min: 0, max: 9 }).map((n) => n === 0),
  own: fc.integer({ min: 0, max: 7 }).map((n) => n === 0),
  current: fc.integer({ min: 0, max: 3 }).map((n) => n === 0),
});

const someMarket = fc
  .uniqueArray(someType, { selector: (one) => `${one.family}${one.vcpus}${one.memoryMiB}`, maxLength: 90 })
  .map((all) => all.map((one) => ({ ...one, type: `${one.family}${one.memoryMiB}.${one.vcpus}xl` })));

const someLimits = fc.record({
  minPools: fc.integer({ min: 1, max: 12 }),
  maxFamilyShare: fc.constantFrom(0.05, 0.25, 0.5, 1),
  gainPercent: fc.constantFrom(0, 10, 50),
  maxTypes: fc.constantFrom(1, 5, 40, 90),
  ordered: fc.boolean(),
});

type Market = typeof someMarket extends fc.Arbitrary<infer T> ? T : never;
type Limits = typeof someLimits extends fc.Arbitrary<infer T> ? T : never;

const demand = demandOf({}, { service: 'big', memory: 3_000, desired: 2 });

function play(market: Market, limits: Limits, wish: Partial<Wish> = {}, calm = false) {
  const types = market.map(({ type, family, vcpus, memoryMiB }) =>
    typeOf(type, { vcpus, memoryMiB: memoryMiB + family.length }),
  );
  const catalogue = {
    types: catalogueOf(types).types,
    zones: new Map(market.map(({ type, offered }) => [type, new Set(offered)])),
  };
  const prices: Prices = {
    onDemand: new Map(
      market.flatMap(({ type, vcpus, onDemand }) => (onDemand ? [[type, price(onDemand * vcpus)]] : [])),
    ),
    spot: new Map(
      market.flatMap(({ type, vcpus, spot }) =>
        spot.flatMap((one, at) => (one ? [[poolKey({ type, zone: zones[at] ?? '' }), price(one * vcpus)]] : [])),
      ),
    ),
  };
  const standings = new Map(calm ? [] : market.flatMap(({ type, out }) => out.map((zone) => outFor(type, zone, 1))));
  const bound = wish.maxTypes ?? limits.maxTypes;
  const names = (of: (one: Market[number]) => boolean) => market.filter(of).map(({ type }) => type);
  return chosen(
    surroundings({ catalogue, prices, standings, demand }),
    wishOf({
      own: ['z9.large', ...names(({ own }) => own)].slice(0, bound),
      current: names(({ current }) => current).slice(0, bound),
      crowded: new Set(calm ? [] : names(({ crowded }) => crowded)),
      ...limits,
      ...wish,
    }),
  );
}

const price = (dollars: number): number => Math.round(dollars * NANO);
const small = (market: Market) =>
  new Set(
    market
      .filter(({ type, vcpus, memoryMiB }) => tooSmallFor(typeOf(type, { vcpus, memoryMiB }), demand))
      .map(({ type }) => type),
  );
const runs = { numRuns: 400 };

describe('of any market, a choice', () => {
  test('is never empty, never above the bound, and names no type twice', () => {
    fc.assert(
      fc.property(someMarket, someLimits, (market, limits) => {
        const { types } = play(market, limits);
        expect(types.length).toBeGreaterThan(0);
        expect(types.length).toBeLessThanOrEqual(limits.maxTypes);
        expect(new Set(types).size).toBe(types.length);
      }),
      runs,
    );
  });

  test('has no type that is too small, unless nothing is usable and all stays as it is', () => {
    fc.assert(
      fc.property(someMarket, someLimits, (market, limits) => {
        const { types, why } = play(market, limits);
        const bad = small(market);
        if (why !== 'no type is usable') expect(types.filter((type) => bad.has(type))).toEqual([]);
      }),
      runs,
    );
  });

  test('is the same when it is made again', () => {
    fc.assert(
      fc.property(someMarket, someLimits, (market, limits) => {
        const { types } = play(market, limits);
        expect(play(market, limits, { current: types })).toMatchObject({ types, changed: false });
      }),
      { numRuns: 2_000 },
    );
  });

  test('does not depend on the order in which types, zones and current types are given', () => {
    fc.assert(
      fc.property(someMarket, someLimits, fc.func(fc.nat()), (market, limits, order) => {
        const wish = { ordered: false, maxTypes: 90 };
        const shuffled = market.toSorted((a, b) => order(a.type) - order(b.type));
        const one = play(market, limits, wish);
        const other = play(shuffled, limits, { ...wish, zones: zones.toReversed() });
        expect(other.types.toSorted()).toEqual(one.types.toSorted());
        expect(other.leftOut.map(({ type }) => type).toSorted()).toEqual(
          one.leftOut.map(({ type }) => type).toSorted(),
        );
      }),
      runs,
    );
  });

  test('has as many good pools in every zone as it may, if the market has them', () => {
    fc.assert(
      fc.property(someMarket, someLimits, (market, limits) => {
        const { types, goodPools, leftOut } = play(market, limits, { maxTypes: 90 });
        const all = play(market, { ...limits, minPools: 90, maxTypes: 90 });
        expect(types.length + leftOut.length).toBeGreaterThanOrEqual(market.length);
        for (const zone of zones) {
          const most = Math.min(limits.minPools, all.goodPools.get(zone) ?? 0);
          expect(goodPools.get(zone)).toBeGreaterThanOrEqual(most);
        }
      }),
      runs,
    );
  });

  test('has all its own types again that are large enough, once nothing is left out or crowded', () => {
    fc.assert(
      fc.property(someMarket, someLimits, (market, limits) => {
        const { types } = play(market, limits, { maxTypes: 90 });
        const calm = play(market, limits, { current: types, maxTypes: 90 }, true);
        const bad = small(market);
        const own = market.filter((one) => one.own && !bad.has(one.type)).map(({ type }) => type);
        expect(own.filter((type) => !calm.types.includes(type))).toEqual([]);
      }),
      runs,
    );
  });

  test('has no family above its share, but for own types and zones with too few good pools', () => {
    fc.assert(
      fc.property(someMarket, someLimits, (market, limits) => {
        const { types } = play(market, { ...limits, minPools: 1 }, { maxTypes: 90 });
        const own = new Set(market.filter((one) => one.own).map(({ type }) => type));
        const added = types.filter((type) => !own.has(type));
        const counts = Map.groupBy(added, (type) => type.split('.', 1)[0]);
        // One more for a zone that had none at all.
        const most = Math.max(1, Math.floor(limits.maxFamilyShare * types.length)) + zones.length;
        for (const [, ofFamily] of counts) expect(ofFamily.length).toBeLessThanOrEqual(most);
      }),
      runs,
    );
  });
});
