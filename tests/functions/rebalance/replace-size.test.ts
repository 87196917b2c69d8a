import { describe, expect, test } from 'vitest';
import { aPolicy, at, instanceId, NOW } from '../../given.ts';
import {
  advised,
  aHost,
  aMember,
  anOpen,
  aReplacing,
  decided,
  type Given,
  names,
  only,
  written,
} from './replace-given.ts';

const NEW = instanceId(7);
const members = [1, 2, 3, 4, 5, 6].map((n) => aMember(n));
const successor = aMember(7, { type: 'm6i.large', launchedAt: at(-90) });
/** The group has launched another for the first one, beside its successor. */
const one = { members: [...members.slice(1), successor, aMember(8, { launchedAt: at(-10) })], group: { desired: 7 } };
const all = aPolicy({ rebalance: 'on', replaceShare: 1, maxPoolShare: 1 });

test('what the desired capacity is without its launch is written down with each replacement', () => {
  const plan = decided({ policy: all }, { advices: advised(1, 2) });
  expect(written(plan).open).toMatchObject([{ desiredBefore: 6 }, { desiredBefore: 7 }]);
});

test('with it are counted the launches before it that the desired capacity does not show yet', () => {
  const lost = anOpen({ instanceId: instanceId(3), begunAt: at(-30), desiredBefore: 6 });
  const plan = decided({ policy: all, replacing: aReplacing([lost]) }, { advices: advised(1, 3) });
  expect(written(plan).open).toMatchObject([{ desiredBefore: 6 }, { instanceId: instanceId(1), desiredBefore: 7 }]);
});

describe('an instance that the group launched', () => {
  const launched = anOpen({ begunAt: at(-180), desiredBefore: 6 });

  test('for another one is no successor: the desired capacity tells that our launch failed', () => {
    const given: Given = { members: [...members.slice(0, 5), successor], hosts: [aHost(1), aHost(7)] };
    const plan = decided({ ...given, replacing: aReplacing([launched]), fits: new Set([instanceId(1)]) });
    expect(names(plan)).toEqual([]);
    expect(written(plan)).toMatchObject({ open: [], retryAt: at(900) });
  });

  test('is waited for where the successor was lost, also by an instance that is drained already', () => {
    const replacing = aReplacing([{ ...launched, begunAt: at(-600), drainedAt: at(-60) }]);
    const hosts = [aHost(1, { status: 'DRAINING', tasks: 0 })];
    expect(decided({ group: { desired: 7 }, hosts, replacing })).toMatchObject({ guards: [], steps: [] });
  });
});

describe('a group that is one larger than it was, as the old instance went by itself', () => {
  const begun = (seconds: number) => aReplacing([anOpen({ begunAt: at(-seconds), desiredBefore: 6, successor: NEW })]);

  test('stays so until one of the others is old enough to go, but not for ever', () => {
    const young = one.members.map((member) => ({ ...member, launchedAt: at(-1800) }));
    expect(decided({ ...one, members: young, replacing: begun(120) })).toMatchObject({ guards: [], steps: [] });
    const plan = decided({ ...one, members: young, replacing: begun(7200) });
    expect(written(plan).open).toEqual([]);
    expect(plan.notes.join()).toContain('stays one larger than it was');
  });

  test('is left alone where somebody lowered its desired capacity', () => {
    const plan = decided({ members: [...members.slice(1), successor], replacing: begun(120) });
    expect(names(plan)).toEqual([]);
    expect(written(plan).open).toEqual([]);
  });

  test('does not replace the one that goes for it as well', () => {
    const plan = decided({ ...one, replacing: begun(120), policy: all }, { advices: advised(2) });
    expect(written(plan).open.map(({ instanceId }) => instanceId)).toEqual([instanceId(2)]);
  });
});

describe('in one pass the desired capacity', () => {
  const ending = anOpen({ instanceId: instanceId(2), successor: instanceId(8), desiredBefore: 6, drainedAt: at(-60) });
  const taken = anOpen({ desiredBefore: 7, successor: NEW });
  const hosts = [aHost(2, { status: 'DRAINING', tasks: 0 }), aHost(7), aHost(8)];
  const eight = { members: [...members.slice(1), successor, aMember(8, { launchedAt: at(-80) })], hosts };

  test('is not lowered for one instance while another is ended', () => {
    for (const open of [
      [ending, taken],
      [taken, ending],
    ]) {
      const plan = decided({ ...eight, group: { desired: 8 }, replacing: aReplacing(open) });
      expect(names(plan).filter((name) => name !== 'forget')).toHaveLength(1);
    }
  });

  test('is not raised for a third one while it is lowered', () => {
    const given = {
      ...one,
      members: one.members.slice(0, -1),
      replacing: aReplacing([{ ...taken, desiredBefore: 6 }]),
    };
    const plan = decided({ ...given, policy: all }, { advices: advised(3) });
    expect(names(plan)).toEqual(['lower-desired']);
  });

  test('is lowered by an end: others that are launched rest on what it is then', () => {
    const late = anOpen({ instanceId: instanceId(3), desiredBefore: 7 });
    const given = { members: [...members, aMember(8, { launchedAt: at(-80) })], hosts, group: { desired: 8 } };
    const plan = decided({ ...given, replacing: aReplacing([ending, late]) });
    expect(only(plan, 'terminate')).toHaveLength(1);
    expect(written(plan).open).toMatchObject([{ endedAt: NOW }, { desiredBefore: 6 }]);
    const again = decided({ ...given, replacing: written(plan) });
    expect(only(again, 'terminate')).toHaveLength(1);
    expect(written(again).open).toMatchObject([{ endedAt: NOW }, { desiredBefore: 6 }]);
  });
});
