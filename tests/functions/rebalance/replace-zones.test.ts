import { describe, expect, test } from 'vitest';
import { aPolicy } from '../../given.ts';
import {
  advised,
  aMember,
  anOpen,
  aReplacing,
  decided,
  type Given,
  names,
  only,
  outOf,
  TYPES,
} from './replace-given.ts';

const [A, B, C] = ['eu-west-1a', 'eu-west-1b', 'eu-west-1c'] as const;
const policy = aPolicy({ rebalance: 'on', replaceShare: 1, maxPoolShare: 1 });
/** The first ones in the first zone, and so on. */
const inZones = (...counts: readonly number[]) =>
  counts
    .flatMap((count, index) => Array.from({ length: count }, () => [A, B, C][index] ?? A))
    .map((zone, index) => aMember(index + 1, { zone }));
const launchedIn = (given: Given, ...of: readonly number[]) =>
  only(decided({ policy, ...given }, { advices: advised(...of) }), 'launch-replacement').map(({ zone }) => zone);
const outIn = (zone: string) => new Map(TYPES.map((type) => outOf(type, zone)));

describe('a successor is launched where Auto Scaling has nothing to level', () => {
  test('in the zone of the old one, where zones are as full', () => {
    expect(launchedIn({ members: inZones(2, 2, 2) }, 3)).toEqual([B]);
  });

  test('in the emptier zone, as old and new run side by side for a while', () => {
    expect(launchedIn({ members: inZones(2, 2, 1) }, 1)).toEqual([C]);
  });

  test('one after the other where a zone would get two more than others at once', () => {
    expect(launchedIn({ members: inZones(2, 2, 2) }, 1, 2)).toEqual([A]);
    expect(launchedIn({ members: inZones(2, 2, 2) }, 1, 3, 5)).toEqual([A, B, C]);
  });

  test('only when one that is under way has gone, and without a word', () => {
    const members = [...inZones(2, 2, 2), aMember(7, { zone: A })];
    const plan = decided(
      { policy, members, group: { desired: 7 }, replacing: aReplacing([anOpen()]) },
      { advices: advised(2) },
    );
    expect(names(plan)).toEqual([]);
    expect(plan.notes).toEqual([]);
  });

  test('in a fuller zone only where the emptier one has nothing, and the zones stay level afterwards', () => {
    const given = { policy, members: inZones(2, 2, 1) };
    const levels = decided(given, { advices: advised(1), standings: outIn(C) });
    expect(only(levels, 'launch-replacement')).toMatchObject([{ zone: A }]);
    const tilts = decided({ ...given, members: inZones(2, 2, 2) }, { advices: advised(1), standings: outIn(A) });
    expect(names(tilts)).toEqual([]);
    expect(tilts.notes.join()).toContain('in a zone that may have one more');
  });
});
