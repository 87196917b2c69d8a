import { expect, describe as group, test } from 'vitest';
import { shortName } from '../../shared/model/arn.ts';
import { type Action, emptyPlan, merge, type Plan } from '../../shared/plan/action.ts';
import { describe, targetGroupName } from '../../shared/plan/describe.ts';
import {
  ACCOUNT,
  aDoomed,
  aPlace,
  aTarget,
  aTargetGroup,
  at,
  aWatch,
  CLUSTER,
  containerInstanceArn,
  HOOK,
  instanceId,
  REGION,
  taskArn,
} from '../given.ts';

const common = { for: ['notice-1'], region: REGION, because: 'it goes' };
const [id, hook] = ['i-0a1b2c3d4e5f60718', HOOK];
const drainee = { containerInstance: containerInstanceArn(), from: 'map' as const, for: ['notice-1'] };

group('a person reads of an action what it does, to what, and why', () => {
  test.each<[Action, string]>([
    [
      {
        ...common,
        do: 'drain',
        cluster: CLUSTER,
        deadline: at(120),
        instances: [1, 2].map((n) => ({ ...drainee, instanceId: instanceId(n) })),
      },
      `drain ${instanceId(1)}, ${instanceId(2)} in prod`,
    ],
    [
      { ...common, do: 'deregister', targetGroup: aTargetGroup().arn, targets: [aTarget()] },
      'deregister 1 target from checkout',
    ],
    [
      { ...common, do: 'deregister', targetGroup: aTargetGroup().arn, targets: [aTarget(), aTarget()] },
      'deregister 2 targets from checkout',
    ],
    [{ ...common, do: 'stop', cluster: CLUSTER, task: taskArn(7) }, `stop task ${'7'.padStart(32, '0')} in prod`],
    [{ ...common, do: 'heartbeat', instanceId: id, hook }, `extend hook spotkeeper-drain of prod-ecs-spot for ${id}`],
    [{ ...common, do: 'release', instanceId: id, hook }, `complete hook spotkeeper-drain of prod-ecs-spot for ${id}`],
    [
      { ...common, do: 'wake', account: ACCOUNT, watch: CLUSTER, at: at(7) },
      'look at prod again at 2026-08-14T09:27:00.000Z',
    ],
    [{ ...common, do: 'remember', records: [aDoomed(), aPlace(), aDoomed()] }, 'remember 2 doomed, 1 place'],
    [{ ...common, do: 'forget', records: [aDoomed()] }, 'forget 1 doomed'],
  ])('%o', (action, expected) => {
    expect(describe(action)).toBe(`${expected}: it goes`);
  });

  test('a name that is no ARN stays as it is', () => {
    expect(shortName('unregistered')).toBe('unregistered');
    expect(targetGroupName('checkout')).toBe('checkout');
  });
});

group('plans merged into one', () => {
  const stop = (n: number): Action => ({ ...common, do: 'stop', cluster: CLUSTER, task: taskArn(n) });
  const guard = { name: 'prod', for: [], next: aWatch(), expected: 1, whenLost: 'leave' } as const;

  test('run their steps side by side, first with first, and keep guards and notes', () => {
    const one: Plan = { before: [stop(5)], guards: [guard], steps: [[stop(1)], [stop(2)]], notes: ['one'] };
    const two: Plan = { before: [stop(6)], guards: [], steps: [[stop(3), stop(4)]], notes: ['two'] };
    expect(merge([one, two])).toEqual({
      before: [stop(5), stop(6)],
      guards: [guard],
      steps: [[stop(1), stop(3), stop(4)], [stop(2)]],
      notes: ['one', 'two'],
    });
  });

  test('have no empty steps', () => {
    expect(merge([{ ...emptyPlan, steps: [[], [stop(1)]] }])).toEqual({ ...emptyPlan, steps: [[stop(1)]] });
    expect(merge([])).toEqual(emptyPlan);
  });
});
