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

test('what the desired capacity is without our launches is written down before them', () => {
  const plan = decided({ policy: all }, { advices: advised(1, 2) });
  expect(written(plan)).toMatchObject({ desiredBefore: 6 });
  expect(written(plan).open).toHaveLength(2);
});

test('one successor stands for one old instance, although two launches were begun and one was lost', () => {
  const begun = [anOpen({ instanceId: instanceId(3), begunAt: at(-180) }), anOpen({ begunAt: at(-150) })];
  const given: Given = {
    members: [...members, successor],
    group: { desired: 7 },
    hosts: [1, 3, 7].map((n) => aHost(n)),
  };
  const plan = decided({
    ...given,
    policy: all,
    replacing: aReplacing(begun),
    fits: new Set([instanceId(1), instanceId(3)]),
  });
  expect(written(plan).open.filter((each) => each.successor === NEW)).toHaveLength(1);
  expect(names(plan).filter((name) => name === 'drain')).toHaveLength(1);
});

test('one successor stands for one old instance, also while the second waits for the desired capacity to be lowered', () => {
  const open = [anOpen({ successor: NEW }), anOpen({ instanceId: instanceId(2), successor: NEW, drainedAt: at(-60) })];
  const plan = decided({
    members: [...members.slice(1), successor, aMember(8, { launchedAt: at(-80) })],
    group: { desired: 8 },
    hosts: [aHost(2, { status: 'DRAINING', tasks: 0 }), aHost(7), aHost(8)],
    replacing: aReplacing(open),
  });
  expect(names(plan)).toEqual(['lower-desired']);
  expect(written(plan).open.map((each) => each.successor)).toEqual([NEW, undefined]);
});

test.each([
  ['goes down with it', 7, true],
  ['stays where somebody set it back meanwhile: the group launches another', 6, false],
])('an old instance is ended, and the desired capacity %s', (_, desired, lowers) => {
  const ending = anOpen({ successor: NEW, drainedAt: at(-60) });
  const plan = decided({
    members: desired === 7 ? [...members, successor] : [...members.slice(0, 5), successor],
    group: { desired },
    hosts: [aHost(1, { status: 'DRAINING', tasks: 0 }), aHost(7)],
    replacing: aReplacing([ending]),
  });
  expect(only(plan, 'terminate')).toMatchObject([{ instanceId: instanceId(1), from: 'group', lowers }]);
});

describe('an instance that the group launched', () => {
  const launched = anOpen({ begunAt: at(-180) });

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
  const begun = (seconds: number) => aReplacing([anOpen({ begunAt: at(-seconds), successor: NEW })]);

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
  const ending = anOpen({ instanceId: instanceId(2), successor: instanceId(8), drainedAt: at(-60) });
  const taken = anOpen({ successor: NEW });
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
      replacing: aReplacing([taken]),
    };
    const plan = decided({ ...given, policy: all }, { advices: advised(3) });
    expect(names(plan)).toEqual(['lower-desired']);
  });

  test('is lowered by an end: others that are launched rest on what it is then', () => {
    const late = anOpen({ instanceId: instanceId(3), begunAt: at(-200) });
    const given = { members: [...members, aMember(8, { launchedAt: at(-80) })], hosts, group: { desired: 8 } };
    const plan = decided({ ...given, replacing: aReplacing([ending, late]) });
    expect(only(plan, 'terminate')).toHaveLength(1);
    expect(written(plan)).toMatchObject({ open: [{ endedAt: NOW }, {}], desiredBefore: 6 });
    const again = decided({ ...given, replacing: written(plan) });
    expect(only(again, 'terminate')).toHaveLength(1);
    expect(written(again)).toMatchObject({ open: [{ endedAt: NOW }, {}], desiredBefore: 6 });
    const gone = { ...given, members: given.members.filter((member) => member.instanceId !== ending.instanceId) };
    const next = decided({ ...gone, group: { desired: 7 }, replacing: written(again) });
    expect(written(next)).toMatchObject({ open: [late], desiredBefore: 6 });
  });
});

describe('a desired capacity that was to be lowered from 7', () => {
  const asked = anOpen({ successor: NEW, loweringFrom: 7 });
  const six = { members: [...members.slice(1), successor], group: { desired: 6 } };
  const seven = { ...six, group: { desired: 7 } };

  test('is over when it is seen to be lower, whoever did it', () => {
    for (const desired of [6, 5]) {
      const plan = decided({ ...six, group: { desired }, replacing: aReplacing([asked]) });
      expect(names(plan)).toEqual([]);
      expect(written(plan)).toMatchObject({ open: [], desiredBefore: undefined });
      expect(plan.notes).toEqual([]);
    }
  });

  test('is asked for again where it is what it was: the call failed, or we died before it', () => {
    const plan = decided({ ...seven, replacing: aReplacing([asked]) });
    expect(only(plan, 'lower-desired')).toMatchObject([{ from: 7 }]);
    expect(written(plan).open).toMatchObject([{ loweringFrom: 7 }]);
  });

  test('is not lowered where somebody raised it meanwhile, and a person is told', () => {
    const plan = decided({ ...six, group: { desired: 8 }, replacing: aReplacing([asked]) });
    expect(names(plan)).toEqual([]);
    expect(written(plan).open).toEqual([]);
    expect(plan.notes.join()).toContain('prod-spot may stay one larger than it was');
  });

  test('is left where the group has launched another: one of the others goes for it', () => {
    const plan = decided({ ...one, replacing: aReplacing([asked]) });
    expect(names(plan)).toEqual([]);
    expect(written(plan).open).toMatchObject([{ instanceId: instanceId(2), successor: NEW }]);
    expect(written(plan).open[0]).not.toHaveProperty('loweringFrom');
  });

  test('is what it was for nothing else: no other instance is ended before', () => {
    const ending = anOpen({ instanceId: instanceId(2), successor: instanceId(8), drainedAt: at(-60) });
    const hosts = [aHost(2, { status: 'DRAINING', tasks: 0 }), aHost(7), aHost(8)];
    const eight = { members: [...seven.members, aMember(8, { launchedAt: at(-80) })], group: { desired: 8 }, hosts };
    const plan = decided({ ...eight, replacing: aReplacing([ending, { ...asked, loweringFrom: 8 }]) });
    expect(names(plan)).toEqual(['lower-desired']);
  });
});

describe('of what is above the desired capacity before our launches', () => {
  test('no more is ours than there are launches: the rest somebody asked for', () => {
    const plan = decided({ members, group: { desired: 9 }, replacing: aReplacing([anOpen()]) });
    expect(written(plan)).toMatchObject({ desiredBefore: 8 });
  });

  test('one launch is for one instance: another, whose launch came to nothing, is not ended for it', () => {
    const other = anOpen({ instanceId: instanceId(2), begunAt: at(-180) });
    const seven = { members: [...members, successor], group: { desired: 7 } };
    const plan = decided({ ...seven, replacing: aReplacing([anOpen({ successor: NEW }), other]) });
    expect(written(plan).open).toMatchObject([{ instanceId: instanceId(1) }]);
  });

  test('an instance that was ended in vain has its part still', () => {
    const ended = anOpen({ successor: NEW, drainedAt: at(-90), endedAt: at(-60) });
    const given = { members: [...members, successor], group: { desired: 7 }, doomed: new Set([instanceId(1)]) };
    const plan = decided({ ...given, replacing: aReplacing([ended]) });
    expect(written(plan).open).toMatchObject([{ endedAt: undefined }]);
    const taken = { members: given.members.slice(1), group: given.group, replacing: written(plan) };
    expect(only(decided(taken), 'lower-desired')).toMatchObject([{ from: 7 }]);
  });

  test('two instances that went by themselves do not have the same one go for both', () => {
    const grown = [...members.slice(2), ...[7, 8, 9, 10].map((n) => aMember(n, { launchedAt: at(-10) }))];
    const both = [anOpen({ successor: NEW }), anOpen({ instanceId: instanceId(2), successor: instanceId(8) })];
    const plan = decided({ members: grown, group: { desired: 8 }, replacing: aReplacing(both) });
    expect(written(plan).open).toMatchObject([{ instanceId: instanceId(3) }, { instanceId: instanceId(4) }]);
  });
});
