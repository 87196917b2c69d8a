import { describe, expect, test } from 'vitest';
import type { Deployment, Evidence } from '../../../shared/model/lending.ts';
import { at, NOW } from '../../given.ts';
import { aNeed } from './given.ts';
import { aFailure, aLending, aState } from './given-records.ts';
import { decided, recordAfter } from './service-given.ts';

const SHORT = aNeed(2, { why: 'desired 4, 2 kept, room for 0: 2 are missing' });
const deployment = (status: string, createdAt: number): Deployment => ({
  id: `ecs-svc/${status}`,
  status,
  rollout: status === 'PRIMARY' ? 'IN_PROGRESS' : 'COMPLETED',
  definition: 'checkout:8',
  network: undefined,
  createdAt: at(createdAt),
});
const rolling = (startedAt: number) => ({
  deployments: [deployment('PRIMARY', startedAt), deployment('ACTIVE', -9_000)],
});

describe('a gap alone is no shortage', () => {
  test.each([
    ['a crash loop', { running: 1 }],
    ['a failing health check', { running: 3, pending: 1 }],
    ['a wrong image', { running: 0, pending: 4 }],
    ['a rolling deployment', { running: 2, ...rolling(-30) }],
  ])('%s is lent nothing and leaves no record', (_, main) => {
    expect(decided({ main, need: SHORT })).toMatchObject({ changes: [], next: undefined, at: undefined, notes: [] });
  });

  test('a scale-in has no gap, and is lent nothing though a failure was told before', () => {
    expect(decided({ main: { desired: 1, running: 4 }, told: aFailure(-60) })).toMatchObject({ changes: [] });
  });
});

describe('a gap with evidence is lent at once', () => {
  test.each<Evidence>([
    aFailure(),
    aFailure(0, { text: 'RESOURCE:ENI' }),
    aFailure(0, { kind: 'failed-to-start', text: 'Capacity is unavailable at this time' }),
    aFailure(0, { kind: 'launch-failures', text: 'UnfulfillableCapacity' }),
  ])('after $kind ($text), just what is missing', (told) => {
    const { changes, because } = decided({ need: SHORT, told });
    expect(changes).toEqual(['lend fargate-spot 0 -> 2']);
    expect(because).toEqual([`desired 4, 2 kept, room for 0: 2 are missing (${told.text})`]);
  });

  test('after a notice that nobody worded: displaced tasks that fit nowhere are evidence', () => {
    const need = aNeed(2, { displaced: 3, predicted: 2, why: '2 are missing' });
    expect(decided({ need })).toMatchObject({
      changes: ['lend fargate-spot 0 -> 2'],
      because: ['2 are missing (Spot interruption notice)'],
      next: { evidence: { kind: 'notice', at: NOW } },
    });
    expect(decided({ need: aNeed(0, { displaced: 3 }) }).changes).toEqual([]);
  });

  test('within what the maximum percent leaves', () => {
    expect(decided({ need: aNeed(3, { most: 1 }), told: aFailure() }).changes).toEqual(['lend fargate-spot 0 -> 1']);
    expect(decided({ need: aNeed(1, { most: 0 }), told: aFailure() }).changes).toEqual([]);
  });

  test('more is lent as more is missing', () => {
    const need = aNeed(4);
    expect(decided({ need, before: aLending(), spot: [2] }).changes).toEqual(['lend fargate-spot 2 -> 4']);
  });

  test('evidence is believed for two minutes before anything is missing, and as long as something is', () => {
    const before = aLending({ rungs: {}, since: undefined, evidence: aFailure(), deficit: 0 });
    expect(decided({ need: SHORT, before, seconds: 3_600 }).changes).toEqual(['lend fargate-spot 0 -> 2']);
    expect(recordAfter({ before, seconds: 119 }).evidence).toEqual(aFailure());
    expect(recordAfter({ before, seconds: 120 }).evidence).toBeUndefined();
  });
});

describe('while a deployment is under way', () => {
  test('what is missing may be its doing: an older failure is not believed', () => {
    expect(decided({ need: SHORT, told: aFailure(-60), main: rolling(-30) }).changes).toEqual([]);
  });

  test('a failure to place since it began is', () => {
    expect(decided({ need: SHORT, told: aFailure(-20), main: rolling(-30) }).changes).toEqual([
      'lend fargate-spot 0 -> 2',
    ]);
  });

  test('a notice counts for what its instances still carry', () => {
    const need = aNeed(3, { predicted: 1, displaced: 1 });
    expect(decided({ need, main: rolling(-30) }).changes).toEqual(['lend fargate-spot 0 -> 1']);
  });

  test('a notice does not make a failure to place forgotten', () => {
    const before = aLending({ rungs: {}, since: undefined, evidence: aFailure(-20) });
    const need = aNeed(3, { predicted: 1, displaced: 1 });
    expect(decided({ need, before, main: rolling(-30) }).changes).toEqual(['lend fargate-spot 0 -> 3']);
  });
});

describe('what keeps tasks from being lent', () => {
  test('a swap of a blue/green service: nothing is raised before it is over', () => {
    expect(decided({ need: SHORT, told: aFailure(), swapping: true }).changes).toEqual([]);
    expect(decided({ need: SHORT, before: aLending({ rungs: {} }), swapping: false }).changes).toHaveLength(1);
  });

  test('limits: how many are not lent is told, with what bounds them', () => {
    const { changes, notes, unmet } = decided({ need: SHORT, told: aFailure(), policy: { maxLentTasks: 1 } });
    expect([changes, unmet]).toEqual([['lend fargate-spot 0 -> 1'], 1]);
    expect(notes).toEqual([
      'checkout: 1 of 2 missing tasks cannot be lent: fargate-spot: maxLentTasks is 1; fargate: maxLentTasks is 1',
    ]);
  });

  test('Fargate: why the service cannot run there is told', () => {
    const obstacle = 'it cannot run on Fargate (networkMode)';
    const { notes, unmet } = decided({ need: SHORT, told: aFailure(), rungs: [], obstacle });
    expect([notes, unmet]).toEqual([[`checkout: 2 of 2 missing tasks cannot be lent: ${obstacle}`], 2]);
  });

  test('somebody else: a standby changed by hand is told and left, and its tasks count', () => {
    const odd = { desired: 1, since: at(-60) };
    const before = aLending({ rungs: { 'fargate-spot': aState(3, { odd }) } });
    const { changes, notes } = decided({ need: SHORT, before, spot: [1] });
    expect(changes).toEqual(['lend fargate 0 -> 1']);
    expect(notes).toEqual([
      'checkout-fargate-spot has 1 tasks where spotkeeper wanted 3: somebody changed it by hand; it is left as it is until it has 3 again',
    ]);
  });
});

test('a first rung that is dry keeps what it brought up; the rest is asked of the next one, with the reason', () => {
  const before = aLending({ rungs: { 'fargate-spot': aState(2, { setAt: at(-75), servedAt: undefined }) } });
  const { changes, next } = decided({ need: SHORT, before, spot: [2, 1] });
  expect(changes).toEqual(['take-back fargate-spot 2 -> 1', 'lend fargate 0 -> 1']);
  expect(next?.rungs['fargate-spot']?.why).toBe('brought up 1 of 2 within 75 s');
});

describe('a service that is known to start slowly', () => {
  const slow = aLending({ rungs: {}, since: undefined, startsMs: [110_000] });
  const need = aNeed(2, { predicted: 2, displaced: 2 });

  test('asks both rungs at once when a notice leaves too little time', () => {
    const { changes, next } = decided({ need, before: slow, deadline: at(120), noticeOpen: true });
    expect(changes).toEqual(['lend fargate-spot 0 -> 2', 'lend fargate 0 -> 2']);
    expect(next?.doubled).toBe(true);
  });

  test('asks the second one only for what the maximum percent leaves', () => {
    const three = decided({ need: { ...need, most: 3 }, before: slow, deadline: at(120), noticeOpen: true });
    expect(three.changes).toEqual(['lend fargate-spot 0 -> 2', 'lend fargate 0 -> 1']);
    const two = decided({ need: { ...need, most: 2 }, before: slow, deadline: at(120), noticeOpen: true });
    expect([two.changes, two.next?.doubled]).toEqual([['lend fargate-spot 0 -> 2'], false]);
  });

  test('asks one when there is time, or when it starts fast', () => {
    expect(decided({ need, before: slow, deadline: at(131), noticeOpen: true }).changes).toHaveLength(1);
    const fast = aLending({ rungs: {}, since: undefined, startsMs: [60_000] });
    expect(decided({ need, before: fast, deadline: at(120), noticeOpen: true }).changes).toHaveLength(1);
  });
});

describe('the next look', () => {
  test('comes in five seconds while lent tasks start, or while instances that carry it are about to go', () => {
    expect(decided({ need: SHORT, told: aFailure() }).at).toEqual(at(5));
    expect(decided({ need: aNeed(0, { displaced: 2 }) }).at).toEqual(at(5));
  });

  test('comes as soon where something is missing without evidence, while a notice is open in the cluster', () => {
    expect(decided({ need: SHORT, noticeInCluster: true })).toMatchObject({ changes: [], at: at(5) });
    expect(decided({ need: SHORT }).at).toBeUndefined();
  });

  test('comes with the tick where all is as it should be, lent or not', () => {
    expect(decided({}).at).toBeUndefined();
    expect(decided({ need: SHORT, before: aLending(), spot: [2] }).at).toBeUndefined();
  });
});

test('how long lent tasks took to serve is learned', () => {
  const before = aLending({ rungs: { 'fargate-spot': aState(2, { setAt: at(-58), servedAt: undefined }) } });
  expect(recordAfter({ need: SHORT, before, spot: [2] }).startsMs).toEqual([58_000]);
});
