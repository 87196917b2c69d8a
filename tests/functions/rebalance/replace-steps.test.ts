import { describe, expect, test } from 'vitest';
import { aPolicy, at, instanceId, NOW } from '../../given.ts';
import {
  aDetached,
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
const hosts = (tasks: number, status = 'ACTIVE') => [aHost(1, { tasks, status }), aHost(7)];
/** Seven members, of which the seventh takes the first one's place. */
const grown: Given = { members: [...members, successor], group: { desired: 7 }, hosts: hosts(2) };
const served = anOpen({ successor: NEW });
const left = { members: [...members.slice(1), successor], group: { maxSize: 6 } };

describe('an instance whose successor is launched', () => {
  test('runs on until the successor is in service and registered', () => {
    const pending = { ...grown, members: [...members, { ...successor, lifecycle: 'Pending:Wait' }] };
    const fits = new Set([instanceId(1)]);
    const replacing = aReplacing([anOpen()]);
    expect(decided({ ...pending, replacing, fits })).toMatchObject({ guards: [], steps: [] });
    for (const hosts of [[aHost(1)], [aHost(1), aHost(7, { connected: false })]])
      expect(decided({ ...grown, hosts, replacing, fits })).toMatchObject({ guards: [], steps: [] });
  });

  test('is drained as soon as its tasks fit elsewhere, not before', () => {
    const replacing = aReplacing([anOpen()]);
    const waits = decided({ ...grown, replacing });
    expect(names(waits)).toEqual([]);
    expect(written(waits).open).toMatchObject([{ successor: NEW, drainedAt: undefined }]);
    const plan = decided({ ...grown, replacing, fits: new Set([instanceId(1)]) });
    expect(only(plan, 'drain')[0]?.instances).toMatchObject([{ instanceId: instanceId(1), from: 'ecs' }]);
    expect(written(plan)).toMatchObject({ open: [{ successor: NEW, drainedAt: NOW }], version: 5 });
    expect(plan.guards[0]?.expected).toBe(4);
  });

  test('is ended once it runs no task, and the desired capacity with it', () => {
    const replacing = aReplacing([anOpen({ successor: NEW, drainedAt: at(-60) })]);
    expect(names(decided({ ...grown, replacing, hosts: hosts(1, 'DRAINING') }))).toEqual([]);
    const plan = decided({ ...grown, replacing, hosts: hosts(0, 'DRAINING') });
    expect(only(plan, 'terminate')).toMatchObject([{ instanceId: instanceId(1), from: 'group' }]);
    expect(written(plan).open).toMatchObject([{ endedAt: NOW }]);
  });

  test('stays where ending it at the minimum would launch another', () => {
    const replacing = aReplacing([anOpen({ successor: NEW, drainedAt: at(-60) })]);
    const plan = decided({ ...grown, group: { desired: 7, minSize: 7 }, replacing, hosts: hosts(0, 'DRAINING') });
    expect(names(plan)).toEqual([]);
    expect(plan.notes.join()).toContain('is the minimum');
  });

  test('is drained anew where the first call came to nothing', () => {
    const replacing = aReplacing([anOpen({ successor: NEW, drainedAt: at(-60) })]);
    expect(written(decided({ ...grown, replacing })).open).toMatchObject([{ drainedAt: undefined }]);
  });

  test('is closed when it is gone, and what was said of it is forgotten', () => {
    const replacing = aReplacing([anOpen({ successor: NEW, drainedAt: at(-90), endedAt: at(-60) })]);
    const plan = decided({ ...left, group: {}, replacing }, { advices: advised(1) });
    expect(names(plan)).toEqual(['forget']);
    expect(written(plan).open).toEqual([]);
  });

  test('is named where its tasks fit nowhere for long', () => {
    const replacing = aReplacing([{ ...served, begunAt: at(-3600) }]);
    expect(decided({ ...grown, replacing }).notes.join()).toContain('2 tasks on it fit nowhere else');
  });
});

describe('a launch that came to nothing', () => {
  test('is given up after three minutes, told, and tried again in fifteen with another token', () => {
    const replacing = aReplacing([anOpen({ begunAt: at(-180) })]);
    const plan = decided({ replacing }, { advices: advised(1) });
    expect(names(plan)).toEqual([]);
    expect(plan.notes.join()).toContain('tried again in 15 minutes');
    expect(written(plan)).toMatchObject({ open: [], retryAt: at(900) });
    const later = { ...written(plan), retryAt: NOW };
    expect(only(decided({ replacing: later }, { advices: advised(1) }), 'launch-replacement')[0]?.token).toBe(
      `${instanceId(1)}-${NOW}`,
    );
  });

  test('is waited for before', () => {
    expect(decided({ replacing: aReplacing([anOpen({ begunAt: at(-179) })]) }).guards).toEqual([]);
  });
});

describe('an instance that EC2 took while its successor came', () => {
  const replacing = aReplacing([anOpen()]);

  test('has the desired capacity lowered again, so that no other is launched for it', () => {
    const plan = decided({ ...grown, members: [...members.slice(1), successor], replacing });
    expect(only(plan, 'lower-desired')).toMatchObject([{ from: 7 }]);
    expect(written(plan).open).toMatchObject([{ loweringFrom: 7 }]);
  });

  test('has it left alone where the group launched another already, or nobody came', () => {
    const more = [...members.slice(1), successor, aMember(8, { launchedAt: at(-10) })];
    expect(only(decided({ ...grown, members: more, replacing }), 'lower-desired')).toEqual([]);
    expect(only(decided({ members: members.slice(1), replacing }), 'lower-desired')).toEqual([]);
  });

  test('has the oldest of the fullest zone go for it where the group launched another already', () => {
    const more = [...members.slice(1), successor, aMember(8, { launchedAt: at(-10) })];
    const plan = decided({ ...grown, members: more, replacing });
    expect(written(plan).open).toMatchObject([{ instanceId: instanceId(2), successor: successor.instanceId }]);
  });

  test('has it lowered once in a pass where two were taken', () => {
    const two = aReplacing([anOpen(), anOpen({ instanceId: instanceId(2) })]);
    const rest = [...members.slice(2), successor, aMember(8, { launchedAt: at(-80) })];
    const plan = decided({ members: rest, group: { desired: 8 }, replacing: two });
    expect(only(plan, 'lower-desired')).toHaveLength(1);
    expect(written(plan).open.filter(({ loweringFrom }) => loweringFrom === 8)).toHaveLength(1);
  });

  test('is not drained while it is under notice, as that is done already', () => {
    const doomed = new Set([instanceId(1)]);
    expect(names(decided({ ...grown, replacing, doomed, fits: doomed }))).toEqual([]);
  });
});

describe('an instance that the instance lifecycle policy of its group retains', () => {
  const retained = [aMember(1, { lifecycle: 'Terminating:Retained' }), ...members.slice(1), successor];
  const ending = { successor: NEW, drainedAt: at(-90) };

  test('is not ours to wait for, and a person is told to end it', () => {
    const replacing = aReplacing([anOpen({ ...ending, endedAt: at(-60) })]);
    const plan = decided({ ...grown, members: retained, group: { desired: 6 }, replacing });
    expect(names(plan)).toEqual([]);
    expect(written(plan).open).toEqual([]);
    expect(plan.notes.join()).toMatch(/lifecycle policy retains it.*end it/);
  });

  test('has the desired capacity lowered again where EC2 took it while its successor came', () => {
    const plan = decided({ ...grown, members: retained, replacing: aReplacing([anOpen(ending)]) });
    expect(only(plan, 'lower-desired')).toMatchObject([{ from: 7 }]);
  });
});

describe('an instance that left its group', () => {
  const region = { detached: [aDetached(1)] };
  const detach = anOpen({ way: 'detach' });

  test('is ended outside it once it is empty', () => {
    const replacing = aReplacing([{ ...detach, successor: NEW, drainedAt: at(-60) }]);
    const plan = decided({ ...left, hosts: hosts(0, 'DRAINING'), replacing }, region);
    expect(only(plan, 'terminate')).toMatchObject([{ from: 'detached' }]);
  });

  test('is put back where no other came in half its time', () => {
    const alone = { members: members.slice(1), group: { maxSize: 6 } };
    const early = decided({ ...alone, replacing: aReplacing([{ ...detach, begunAt: at(-1799) }]) }, region);
    expect(names(early)).toEqual([]);
    const plan = decided({ ...alone, replacing: aReplacing([{ ...detach, begunAt: at(-1800) }]) }, region);
    expect(names(plan)).toEqual(['reattach']);
    expect(plan.notes.join()).toContain('is put back into prod-spot');
  });

  test('is closed once it is back, tried again in two hours, and loses its tag', () => {
    const plan = decided({ replacing: aReplacing([{ ...detach, begunAt: at(-1860) }]) }, region);
    expect(names(plan)).toEqual(['reattach']);
    expect(written(plan)).toMatchObject({ open: [], retryAt: at(7200) });
  });

  test('is tried again in 15 minutes if it never was outside', () => {
    const plan = decided({ replacing: aReplacing([{ ...detach, begunAt: at(-240) }]) }, region);
    expect(written(plan)).toMatchObject({ open: [], retryAt: at(900) });
  });

  test('lives no longer than detachMinutes, and it is told how many tasks it had', () => {
    const replacing = aReplacing([{ ...detach, begunAt: at(-3600) }]);
    const plan = decided({ ...left, hosts: hosts(2), replacing }, region);
    expect(only(plan, 'terminate')).toMatchObject([{ from: 'detached' }]);
    expect(plan.notes.join()).toContain('2 tasks left');
  });

  test('is drained before that, whether or not its tasks fit elsewhere', () => {
    const replacing = aReplacing([{ ...detach, begunAt: at(-3300) }]);
    expect(names(decided({ ...left, hosts: hosts(2), replacing }, region))).toEqual(['drain']);
  });

  test('is found by its tag where its record was lost', () => {
    const plan = decided({ ...left, hosts: hosts(2) }, region);
    expect(written(plan).open).toMatchObject([{ instanceId: instanceId(1), way: 'detach', begunAt: at(-120) }]);
    expect(plan.notes.join()).toContain('looked after again');
  });

  test('loses a tag that stayed on it although it never left', () => {
    const plan = decided({}, { detached: [aDetached(1, { tag: new Date(at(-600)).toISOString() })] });
    expect(names(plan)).toEqual(['reattach']);
  });

  test('is told daily where nobody manages its group any more', () => {
    const orphan = (seconds: number) => [aDetached(1, { group: 'gone', tag: new Date(at(-seconds)).toISOString() })];
    expect(decided({}, { detached: orphan(3600) }).notes.join()).toContain('runs on');
    expect(decided({}, { detached: orphan(3600 + 86_400) }).notes.join()).toContain('runs on');
    expect(decided({}, { detached: orphan(3700) }).notes).toEqual([]);
  });
});

describe('with Capacity Rebalancing', () => {
  const replacing = aReplacing([anOpen({ way: 'group' })]);
  const group = { capacityRebalance: true, desired: 6 };

  test('an instance is drained once its successor serves, and Auto Scaling ends it', () => {
    const fits = new Set([instanceId(1)]);
    const region = { advices: advised(1) };
    expect(names(decided({ group, replacing }, region))).toEqual([]);
    expect(names(decided({ ...grown, group, replacing, fits }, region))).toEqual(['drain']);
    const drained = aReplacing([anOpen({ way: 'group', successor: NEW, drainedAt: at(-60) })]);
    expect(names(decided({ ...grown, group, replacing: drained, hosts: hosts(0, 'DRAINING') }, region))).toEqual([]);
  });

  test('an empty instance that Auto Scaling does not end is told', () => {
    const drained = aReplacing([anOpen({ way: 'group', begunAt: at(-3600), successor: NEW, drainedAt: at(-600) })]);
    const plan = decided({ ...grown, group, replacing: drained, hosts: hosts(0, 'DRAINING') }, { advices: advised(1) });
    expect(names(plan)).toEqual([]);
    expect(plan.notes.join()).toMatch(/is not ended: it runs no task any more, but Auto Scaling keeps it/);
  });

  test('is given up when the recommendation has run out', () => {
    expect(written(decided({ group, replacing })).open).toEqual([]);
  });
});

test('in observe mode what is under way is left as it is', () => {
  const replacing = aReplacing([anOpen({ begunAt: at(-3600) })]);
  const policy = aPolicy({ rebalance: 'on', mode: 'observe' });
  expect(names(decided({ ...grown, replacing, fits: new Set([instanceId(1)]), policy }))).toEqual([]);
});
