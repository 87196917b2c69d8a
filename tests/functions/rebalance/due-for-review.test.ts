import { describe, expect, test } from 'vitest';
import { dueForReview } from '../../../functions/rebalance/observe/review.ts';
import { aPolicy, NOW } from '../../given.ts';
import { aChoice, aGroup, aRegion, aReview, hoursAgo, OWN } from './review-given.ts';

const OURS = ['m5.large', 'm6i.large'];

/** Groups of these names: with the list that was last seen, or waiting for one of ours that AWS does not take. */
const region = (groups: Readonly<Record<string, 'refused' | 'settled' | 'new'>>, reviewedAt = hoursAgo(0.01)) =>
  aRegion({
    groups: Object.entries(groups).map(([name, is]) => {
      const refused = { types: OURS, from: OWN, changedAt: hoursAgo(0.1) };
      const choice = is === 'refused' ? aChoice({ ...refused, reviewedAt }) : aChoice({ reviewedAt: hoursAgo(2) });
      return aReview({ group: aGroup(undefined, { name }), choice: is === 'new' ? undefined : choice });
    }),
  });

const due = (...given: Parameters<typeof region>) => dueForReview(region(...given), NOW).map(({ group }) => group.name);

describe('a list of types that AWS refuses', () => {
  test('keeps no other group from being looked at', () => {
    expect(due({ a: 'refused', b: 'settled' })).toEqual(['a', 'b']);
    expect(due({ a: 'refused', b: 'refused', c: 'settled', d: 'new' })).toEqual(['a', 'd']);
  });

  test('is called for in turns with others', () => {
    const { groups } = region({ a: 'refused', b: 'refused' });
    const [first, second] = groups;
    if (first?.choice === undefined || second === undefined) throw new Error('two groups are given');
    const looked = { ...first, choice: { ...first.choice, reviewedAt: NOW } };
    expect(dueForReview(aRegion({ groups: [looked, second] }), NOW).map(({ group }) => group.name)).toEqual(['b']);
  });
});

test('a group whose rebalance is off is not looked at', () => {
  const off = aReview({ policy: aPolicy({ rebalance: 'off' }) });
  expect(dueForReview(aRegion({ groups: [off] }), NOW)).toEqual([]);
});
