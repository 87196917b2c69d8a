import { describe, expect, test } from 'vitest';
import { needsLook } from '../../../functions/rebalance/decide/needs-look.ts';
import { decideReplace } from '../../../functions/rebalance/decide/replace.ts';
import { aContext, aPolicy, at, instanceId, NOW } from '../../given.ts';
import {
  aDetached,
  advised,
  aHost,
  aMember,
  anOpen,
  aReplace,
  aReplacing,
  decided,
  names,
  only,
  written,
} from './replace-given.ts';
import { aRegion } from './review-given.ts';

const without1 = [2, 3, 4, 5, 6].map((n) => aMember(n));
const iso = (seconds: number): string => new Date(at(seconds)).toISOString();

describe('a detached instance whose tag somebody wrote', () => {
  test.each([
    ['is no time', 'yesterday'],
    ['is a time to come', iso(365 * 86_400)],
  ])('%s is looked after from now on, not for ever', (_, tag) => {
    const plan = decided({ members: without1, hosts: [aHost(1)] }, { detached: [aDetached(1, { tag })] });
    expect(written(plan).open).toMatchObject([{ instanceId: instanceId(1), begunAt: NOW }]);
  });

  test.each([
    ['is no time', 'yesterday'],
    ['is a time to come', iso(365 * 86_400)],
  ])('%s loses it where it never left its group', (_, tag) => {
    expect(names(decided({}, { detached: [aDetached(1, { tag })] }))).toEqual(['reattach']);
  });

  test('is no time is told by its launch time where nobody manages its group', () => {
    const launchedAt = at(-3600);
    const detached = [aDetached(1, { group: 'gone', tag: 'yesterday', launchedAt })];
    expect(decided({}, { detached }).notes.join()).toContain('runs on');
  });
});

describe('in a group whose rebalance was switched off meanwhile', () => {
  const off = aPolicy({ rebalance: 'off' });
  const hosts = [aHost(1, { status: 'DRAINING', tasks: 0 }), aHost(7)];
  const members = [...[1, 2, 3, 4, 5, 6].map((n) => aMember(n)), aMember(7, { launchedAt: at(-90) })];
  const open = anOpen({ successor: instanceId(7), drainedAt: at(-60) });
  const given = { policy: off, members, hosts, group: { desired: 7 }, replacing: aReplacing([open]) };

  test('a replacement that was begun comes to its end', () => {
    expect(needsLook(aReplace(given), aRegion(), NOW)).toBe(true);
    expect(only(decided(given), 'terminate')).toMatchObject([{ instanceId: instanceId(1), from: 'group' }]);
  });

  test('no other begins, and nothing is told of what might', () => {
    const plan = decided({ policy: off }, { advices: advised(2) });
    expect(plan).toMatchObject({ guards: [], steps: [], notes: [] });
  });
});

test('a detached instance of a group that is only observed is left, and told when its time is over', () => {
  const view = aReplace({
    members: without1,
    hosts: [aHost(1)],
    policy: aPolicy({ rebalance: 'on', mode: 'observe' }),
  });
  const detached = [aDetached(1, { tag: iso(-3600) })];
  const plan = decideReplace([view], aRegion({ groups: [view], detached }), aContext(undefined, { mode: 'observe' }));
  expect(names(plan)).toEqual([]);
  expect(plan.notes.join()).toMatch(/runs on: spotkeeper only observes that group/);
});
