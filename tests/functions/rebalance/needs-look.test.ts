import { describe, expect, test } from 'vitest';
import { needsLook } from '../../../functions/rebalance/decide/needs-look.ts';
import type { RegionView } from '../../../functions/rebalance/decide/view.ts';
import { aPolicy, at, NOW } from '../../given.ts';
import { aDetached, advised, aMember, anOpen, aReplace, aReplacing, type Given } from './replace-given.ts';
import { aGroup, aRegion } from './review-given.ts';

const looks = (view: Given = {}, region: Partial<RegionView> = {}, now = NOW) =>
  needsLook(aReplace(view), aRegion(region), now);

const { launch } = aGroup();
if (launch.by !== 'policy') throw new Error('the group has a policy');
const half = { launch: { ...launch, policy: { ...launch.policy, onDemandBase: 1, onDemandPercentage: 20 } } };
const onDemand = (many: number) => [1, 2, 3, 4, 5, 6].map((n) => aMember(n, { spot: n > many }));
const crowd = [1, 2, 3].map((n) => aMember(n, { type: 'm4.large' }));

describe('the hosts and tasks of a group are read', () => {
  test.each<[string, Given, Partial<RegionView>]>([
    ['while a replacement is open', { replacing: aReplacing([anOpen()]) }, {}],
    ['while an instance is recommended against', {}, { advices: advised(1) }],
    ['while an instance that left it is about', {}, { detached: [aDetached(9)] }],
  ])('%s', (_, view, region) => {
    expect(looks(view, region)).toBe(true);
  });

  test.each<[string, Given, Partial<RegionView>]>([
    ['in calm', {}, {}],
    ['where only something was told', { replacing: aReplacing([]) }, {}],
    ['for the instances of others', {}, { advices: advised(99), detached: [aDetached(9, { group: 'other' })] }],
    ['where a crowded pool is one of its own', { policy: aPolicy({ maxPoolShare: 0.25 }) }, {}],
    ['where base and percentage call for its On-Demand instances', { group: half, members: onDemand(2) }, {}],
  ])('not %s', (_, view, region) => {
    expect(looks(view, region)).toBe(false);
  });

  test('not again where the last attempt came to nothing just now', () => {
    const replacing = { ...aReplacing([]), retryAt: at(60) };
    expect(looks({ replacing }, { advices: advised(1) })).toBe(false);
    expect(looks({ replacing }, { advices: advised(1) }, at(60))).toBe(true);
  });

  describe.each<[string, Given]>([
    [
      'a pool that it left carries too much',
      { members: crowd, policy: aPolicy({ rebalance: 'on', maxPoolShare: 0.25 }) },
    ],
    ['it has more On-Demand instances than called for', { group: half, members: onDemand(3) }],
  ])('while %s, which is no hurry,', (_, view) => {
    const minutes = Array.from({ length: 20 }, (_, n) => at(60 * n));
    const looksOf = (given: Given, groups: RegionView['groups'] = []) =>
      minutes.map((now) => needsLook(aReplace(given), aRegion({ groups }), now));

    test('every five minutes', () => {
      const seen = looksOf(view);
      const first = seen.indexOf(true);
      expect(seen.flatMap((one, minute) => (one ? [minute - first] : []))).toEqual([0, 5, 10, 15]);
    });

    test('one group after the other', () => {
      const own = aReplace(view);
      const other = { ...own, group: { ...own.group, name: 'other' } };
      const [alone, second] = [looksOf(view, [own, other]), looksOf(view, [other, own])];
      expect(alone.filter((one, minute) => one && second[minute])).toEqual([]);
    });

    test('not within ten minutes after the last replacement began', () => {
      const replacing = aReplacing([], { lastAt: at(0) });
      expect(looksOf({ ...view, replacing }).slice(0, 10)).not.toContain(true);
      expect(looksOf({ ...view, replacing }).slice(10)).toContain(true);
    });

    test('at once while a replacement is open', () => {
      const replacing = aReplacing([anOpen()], { lastAt: at(0) });
      expect(looksOf({ ...view, replacing })).not.toContain(false);
    });
  });

  test('every ten minutes where rebalance only reports', () => {
    const policy = aPolicy({ rebalance: 'report' });
    const seen = Array.from({ length: 20 }, (_, n) => looks({ policy }, { advices: advised(1) }, at(60 * n)));
    expect(seen.filter((one) => one)).toHaveLength(2);
  });

  test('not when a recommendation has run out', () => {
    expect(looks({}, { advices: advised(1) }, at(6 * 3600))).toBe(false);
  });
});
