import { describe, expect, test } from 'vitest';
import { inTurn, isLongOver, isTaken } from '../../../functions/failover/decide/preparation.ts';
import type { Preparation } from '../../../shared/model/preparation.ts';
import { emptyPlan, type Plan } from '../../../shared/plan/action.ts';
import { at, CLUSTER, REGION } from '../../given.ts';
import { flowLab } from './flow-lab.ts';
import { lendingContext } from './given.ts';
import { aWorld, viewOf } from './prepare-given.ts';

const aTurn = (changes: Partial<Preparation> = {}): Preparation => ({
  is: 'preparation',
  region: REGION,
  cluster: CLUSTER,
  until: at(0),
  after: undefined,
  version: 1,
  by: 'tick',
  expiresAt: at(86_400),
  ...changes,
});

const work: Plan = {
  ...emptyPlan,
  steps: [[{ do: 'stop', for: ['tick'], region: REGION, because: 'a proof', cluster: CLUSTER, task: 'task-1' }]],
};

const turnOf = (preparation: Preparation | undefined, after?: string, plan = work) =>
  inTurn(plan, { ...viewOf(aWorld()), preparation, after }, lendingContext());

describe('a pass that makes standbys', () => {
  test('takes its turn for longer than the function may run, and ends it with its last step', () => {
    const { guards, steps } = turnOf(aTurn());
    expect(guards).toMatchObject([{ expected: 1, whenLost: 'leave', next: { version: 2, until: at(70) } }]);
    expect(steps.flat().every(({ under }) => under === guards[0]?.name)).toBe(true);
    expect(steps.at(-1)).toMatchObject([{ do: 'remember', records: [{ version: 2, until: at(0) }] }]);
  });

  test('that has nothing to do takes no turn, except to say where the next one begins', () => {
    expect(turnOf(aTurn(), undefined, emptyPlan)).toEqual(emptyPlan);
    expect(turnOf(aTurn(), 'web', emptyPlan).guards).toMatchObject([{ next: { after: 'web' } }]);
    expect(turnOf(undefined, undefined, emptyPlan)).toEqual(emptyPlan);
  });

  test('waits while another one is at it, and no longer', () => {
    expect(isTaken(aTurn({ until: at(1) }), at(0))).toBe(true);
    expect(isTaken(aTurn({ until: at(0) }), at(0))).toBe(false);
    expect(isTaken(undefined, at(0))).toBe(false);
  });

  test('has what it wrote in every read a minute after it ended, which it does within its timeout', () => {
    expect(isLongOver(aTurn({ until: at(0) }), at(139))).toBe(false);
    expect(isLongOver(aTurn({ until: at(0) }), at(140))).toBe(true);
    expect(isLongOver(undefined, at(0))).toBe(true);
  });
});

const registered = (of: ReturnType<typeof flowLab>) =>
  of.account.endpoint.calls.count({ operation: 'RegisterTaskDefinition', outcome: 'ok' });

describe('thirty services', () => {
  test('get one revision each, also where three processes prepare them at the same time', async () => {
    const of = flowLab();
    of.cluster({ services: 30, instances: 4 });
    for (let n = 0; n < 8; n += 1) await of.takeAtOnce(3);
    expect(registered(of)).toBe(30);
    expect(of.account.endpoint.calls.count({ operation: 'CreateService', outcome: 'ok' })).toBe(60);
  });

  test('get their revision also where the first ones cannot go on, for lack of Fargate’s capacity providers', async () => {
    const of = flowLab();
    of.cluster({ services: 30, instances: 4, providers: [] });
    for (let n = 0; n < 6; n += 1) await of.take([of.tick()], { seconds: 60 });
    expect(registered(of)).toBe(30);
  });
});
