import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { crowdedPools, fullTypes } from '../../../../shared/core/offerings/crowded.ts';

type Counted = Parameters<typeof crowdedPools>[0][number];

const some = (count: number, type: string, zone: string, spot = true): readonly Counted[] =>
  Array.from({ length: count }, () => ({ type, zone, spot }));

describe('a pool may carry its share of a group', () => {
  test.each([
    ['rounded down', 12, 0.17, 2],
    ['but one instance always', 4, 0.15, 1],
    ['and what the share is in decimals', 100, 0.29, 29],
  ])('%s', (_, desired, maxPoolShare, most) => {
    const limits = { desired, maxPoolShare };
    expect(crowdedPools(some(most, 'm6i.large', 'a'), limits)).toEqual(new Map());
    expect(crowdedPools(some(most + 2, 'm6i.large', 'a'), limits)).toEqual(new Map([['m6i.large a', 2]]));
  });

  test('of Spot Instances: On-Demand ones are not taken back', () => {
    expect(crowdedPools(some(9, 'm6i.large', 'a', false), { desired: 9, maxPoolShare: 0.2 })).toEqual(new Map());
  });
});

describe('where a pool is crowded, types are left out', () => {
  const limits = { desired: 12, maxPoolShare: 0.2 };
  const crowd = [...some(4, 'm6i.large', 'a'), ...some(2, 'm5.large', 'a'), ...some(1, 'm7i.large', 'a')];

  test('that are full in its zone, so that what moves off it crowds no other', () => {
    expect([...fullTypes(crowd, limits)].sort()).toEqual(['m5.large', 'm6i.large']);
  });

  test('but not those that are full in other zones only', () => {
    expect(fullTypes([...crowd, ...some(2, 'm7i.large', 'b')], limits)).not.toContain('m7i.large');
  });

  test('and none where pools are full but not crowded', () => {
    expect(fullTypes([...some(2, 'm6i.large', 'a'), ...some(2, 'm5.large', 'b')], limits)).toEqual(new Set());
  });

  test('the crowded ones always, whatever the group', () => {
    const member = fc.record({
      type: fc.constantFrom('m5.large', 'm6i.large', 'm7i.large'),
      zone: fc.constantFrom('a', 'b'),
      spot: fc.boolean(),
    });
    const share = fc.double({ min: 0.05, max: 1, noNaN: true });
    fc.assert(
      fc.property(fc.array(member, { maxLength: 30 }), share, (members, maxPoolShare) => {
        const given = { desired: members.length, maxPoolShare };
        const crowded = [...crowdedPools(members, given).keys()].map((pool) => pool.split(' ')[0]);
        const full = fullTypes(members, given);
        expect(crowded.filter((type) => !full.has(type ?? ''))).toEqual([]);
        expect(full.size === 0).toBe(crowded.length === 0);
      }),
    );
  });
});
