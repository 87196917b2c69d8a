import { describe, expect, test } from 'vitest';
import type { Wish } from '../../../../shared/core/offerings/choose.ts';
import type { Surroundings } from '../../../../shared/core/offerings/rank.ts';
import { catalogueOf, chosen, demandOf, outFor, pricesOf, typeOf, wishOf, zones } from './market.ts';

/** Ten families, each a cent dearer than the one before. */
const dollars = Object.fromEntries([...'abcdefghij'].map((family, n) => [`${family}6.large`, 0.1 + n / 100]));
const names = Object.keys(dollars);
const catalogue = catalogueOf(names.map((name) => typeOf(name)));
const prices = pricesOf(names, 0.5, dollars);
const [zone = ''] = zones;

const choose = (wish: Partial<Wish> = {}, around: Partial<Surroundings> = {}) =>
  chosen({ catalogue, prices, ...around }, wishOf({ own: ['c6.large'], minPools: 2, ...wish }));

describe('a group gets', () => {
  test('its own types and all that cost a task at most 1.3 times the cheapest', () => {
    const { types, changed, why, leftOut, goodPools } = choose();
    expect(types).toEqual(['c6.large', 'a6.large', 'b6.large', 'd6.large']);
    expect(changed).toBe(true);
    expect(why).toBe('adds a6.large, b6.large, d6.large');
    expect(leftOut[0]).toEqual({ type: 'e6.large', why: 'a task costs 40% more than on the cheapest type' });
    expect([...goodPools]).toEqual(zones.map((one) => [one, 4]));
  });

  test('dearer ones too, until every zone has enough good pools', () => {
    expect(choose({ minPools: 6 }).types).toEqual([
      'c6.large',
      'a6.large',
      'b6.large',
      'd6.large',
      'e6.large',
      'f6.large',
    ]);
  });

  test('at most so many types as its list may hold, the cheapest', () => {
    const { types, leftOut } = choose({ maxTypes: 3 });
    expect(types).toEqual(['c6.large', 'a6.large', 'b6.large']);
    expect(leftOut[0]).toEqual({ type: 'd6.large', why: 'the list has its 3 types' });
  });

  test('the same again when it is asked again', () => {
    const { types } = choose();
    expect(choose({ current: types })).toMatchObject({ types, changed: false, why: 'no change' });
  });
});

describe('no family has more than its share', () => {
  const sizes = ['a6.large', 'a6.big', 'a6.bigger', 'b6.large', 'c6.large', 'd6.large', 'e6.large'];
  const same = Object.fromEntries(sizes.map((name) => [name, 0.1]));
  const around = { catalogue: catalogueOf(sizes.map((name) => typeOf(name))), prices: pricesOf(sizes, 0.5, same) };

  test('of the types chosen', () => {
    const { types, leftOut } = choose({ own: ['e6.large'], maxFamilyShare: 0.4 }, around);
    expect(types.filter((type) => type.startsWith('a6'))).toHaveLength(2);
    expect(leftOut).toEqual([{ type: 'a6.large', why: 'family a6 has its share of the list' }]);
  });

  test('unless a zone would have too few good pools', () => {
    expect(choose({ own: ['e6.large'], minPools: 7 }, around).types).toHaveLength(7);
  });

  test('but for its own types', () => {
    const own = ['a6.large', 'a6.big', 'a6.bigger'];
    expect(choose({ own }, around).types).toEqual([...own, 'b6.large', 'c6.large', 'd6.large', 'e6.large']);
  });
});

describe('a type with a launch template of its own', () => {
  const pinned = new Set(['c6.large']);

  test.each<[string, Partial<Wish>, Partial<Surroundings>]>([
    ['a pool of it failed', {}, { standings: new Map([outFor('c6.large', zone, 60_000)]) }],
    ['it carries too much', { crowded: pinned }, {}],
    [
      'it is too small',
      {},
      { catalogue: { ...catalogue, types: new Map([...catalogue.types].filter(([name]) => name !== 'c6.large')) } },
    ],
    ['others are cheaper and the list is full', { maxTypes: 1 }, {}],
  ])('keeps its place though %s: the template would be lost with it', (_, wish, around) => {
    const { types } = choose({ pinned, ...wish }, around);
    expect(types[0]).toBe('c6.large');
    expect(choose({ pinned, ...wish, current: types }, around)).toMatchObject({ types, changed: false });
  });
});

describe('a type that failed or carries too much', () => {
  const standings = new Map([outFor('c6.large', zone, 1)]);

  test('leaves the list while enough else remains, even if it is its own', () => {
    const current = choose().types;
    const { types, why, leftOut } = choose({ current }, { standings });
    expect(types).toEqual(['a6.large', 'b6.large', 'd6.large']);
    expect(why).toBe('leaves out c6.large (left out in eu-west-1a, where it failed lately)');
    expect(leftOut[0]?.type).toBe('c6.large');
    expect(choose({ current, crowded: new Set(['b6.large']) })).toMatchObject({
      types: ['c6.large', 'a6.large', 'd6.large'],
      why: 'leaves out b6.large (a pool of it carries all of the group that it may)',
    });
  });

  test('comes back by itself', () => {
    const before = choose().types;
    const without = choose({ current: before, crowded: new Set(['b6.large']) }, { standings });
    expect(without.types).toEqual(['a6.large', 'd6.large']);
    expect(without.away).toEqual(['b6.large']);
    expect(choose({ current: without.types, away: without.away }).types).toEqual(before);
  });

  test('stays where its other pools are needed', () => {
    expect(choose({ minPools: 10 }, { standings }).types).toContain('c6.large');
    expect(choose({ minPools: 10, crowded: new Set(names) }).types).toHaveLength(10);
  });

  test('stays when all pools of all types failed: the list is neither emptied nor narrowed', () => {
    const everywhere = new Map(names.flatMap((type) => zones.map((one) => outFor(type, one, 1))));
    const current = choose().types;
    expect(choose({ current }, { standings: everywhere })).toMatchObject({ types: current, changed: false });
  });
});

describe('a current type keeps its place', () => {
  const at = (type: string, price: number) => ({ prices: pricesOf(names, 0.5, { ...dollars, [type]: price }) });

  test('until a slot of it costs more than twice as much as on the cheapest type', () => {
    const current = choose().types;
    expect(choose({ current }, at('d6.large', 0.19)).types).toEqual(current);
    expect(choose({ current }, at('d6.large', 0.21)).types).not.toContain('d6.large');
    expect(choose({}, at('d6.large', 0.19)).types).not.toContain('d6.large');
  });

  test('and others join it only for a gain: prices alone change no list', () => {
    const current = choose({}, at('d6.large', 0.19)).types;
    expect(choose({ current }).types).toEqual(current);
    expect(choose({ current }, at('d6.large', 0.095)).types).toEqual(current);
    expect(choose({ current }, at('d6.large', 0.08)).types).toContain('d6.large');
  });

  test('against one that is little cheaper, when the list is full', () => {
    const current = ['c6.large', 'b6.large'];
    const cheap = (price: number) => ({ prices: pricesOf(names, 0.5, { ...dollars, 'a6.large': price }) });
    expect(choose({ current, maxTypes: 2 }).types).toEqual(current);
    expect(choose({ current, maxTypes: 2 }, cheap(0.09)).types).toEqual(['c6.large', 'a6.large']);
  });

  test('when no price is known at all', () => {
    const current = choose().types;
    const none = { prices: { spot: new Map(), onDemand: new Map() } };
    expect(choose({ current }, none)).toMatchObject({ types: current, changed: false });
  });
});

describe('its own type', () => {
  test('is kept however dear it is, and without a price', () => {
    expect(choose({ own: ['j6.large'] }).types[0]).toBe('j6.large');
    const spot = new Map([...prices.spot].filter(([key]) => !key.startsWith('j6')));
    expect(choose({ own: ['j6.large'] }, { prices: { ...prices, spot } }).types[0]).toBe('j6.large');
  });

  test('is dropped when it is too small for a task', () => {
    const small = catalogueOf([
      typeOf('c6.large', { memoryMiB: 1_024 }),
      ...names.slice(3).map((name) => typeOf(name)),
    ]);
    const { types, leftOut } = choose({}, { catalogue: small });
    expect(types).not.toContain('c6.large');
    expect(leftOut).toContainEqual({ type: 'c6.large', why: 'too small' });
  });
});

describe('the order of the list', () => {
  test('is its own types as the user has them, then by On-Demand price', () => {
    expect(choose({ own: ['d6.large', 'b6.large'] }).types).toEqual(['d6.large', 'b6.large', 'a6.large', 'c6.large']);
    expect(choose({ current: ['d6.large', 'b6.large', 'a6.large', 'c6.large'] })).toMatchObject({
      types: ['c6.large', 'a6.large', 'b6.large', 'd6.large'],
      changed: true,
      why: 'other order',
    });
  });

  test('stays while no type is dearer than a later one by more than the gain', () => {
    const current = ['c6.large', 'b6.large', 'a6.large', 'd6.large'];
    expect(choose({ current })).toMatchObject({ types: current, changed: false });
    expect(choose({ current, gainPercent: 5 }).types).toEqual(['c6.large', 'a6.large', 'b6.large', 'd6.large']);
  });

  test('stays where no strategy goes by it; new types stand last, by name', () => {
    const current = ['d6.large', 'c6.large'];
    expect(choose({ current, ordered: false }).types).toEqual([...current, 'a6.large', 'b6.large']);
  });
});

describe('when nothing is usable', () => {
  const huge = { demand: demandOf({ memory: 100_000 }) };

  test('the current types stay, else its own', () => {
    expect(choose({ current: ['x6.large', 'y6.large'] }, huge)).toMatchObject({
      types: ['x6.large', 'y6.large'],
      changed: false,
      why: 'no type is usable',
    });
    expect(choose({ current: [] }, huge).types).toEqual(['c6.large']);
    expect(chosen({ catalogue: catalogueOf([]), prices }, wishOf({ own: ['c6.large'] })).types).toEqual(['c6.large']);
  });

  test('and the group has no types, that is an error, not an empty list', () => {
    expect(() => choose({ own: [], current: [] }, huge)).toThrow('no instance type to choose');
  });
});
