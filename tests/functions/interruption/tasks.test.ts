import { describe, expect, test } from 'vitest';
import type { DoomedTask, TasksView } from '../../../functions/interruption/decide/doomed-task.ts';
import { decideTasks } from '../../../functions/interruption/decide/tasks.ts';
import type { Policy } from '../../../shared/policy.ts';
import { aDoomed, aService, aTarget, aTargetGroup, aTask, at, CLUSTER, REGION, taskArn } from '../../given.ts';
import { aBalancedTask, aDoomedTask, aSetting, aTasksView } from './given.ts';

const GROUP = aTargetGroup();
const NETWORK = aTargetGroup({ network: true });
/** One stop more draws on a bucket of 36 a second. */
const LEAD_SECONDS = 0.028;

const healthy = (count: number) => new Map([[GROUP.arn, count]]);

function decided(now: number, view: Partial<TasksView> = {}, policy: Partial<Policy> = {}) {
  const { actions, ...rest } = decideTasks(aTasksView(view), aSetting(at(now), policy));
  const stops = actions.flatMap((action) => (action.do === 'stop' ? [action] : []));
  const deregistrations = actions.flatMap((action) => (action.do === 'deregister' ? [action] : []));
  return { ...rest, stopped: stops.map(({ task }) => task), stops, planned: rest.stops, deregistrations };
}

describe('a target behind an application load balancer', () => {
  const view = { tasks: [aBalancedTask()], healthyElsewhere: healthy(1) };

  test('leaves at the deadline less stop timeout, deregistration delay and reserve', () => {
    const leaveAt = 120 - (30 + 30 + 5);
    expect(decided(leaveAt - 1, view)).toMatchObject({
      deregistrations: [],
      next: expect.arrayContaining([at(leaveAt)]),
    });
    expect(decided(leaveAt, view).deregistrations).toEqual([
      {
        do: 'deregister',
        for: ['wake-up'],
        region: REGION,
        because: 'their instances are about to go, others are healthy elsewhere',
        targetGroup: GROUP.arn,
        targets: [aTarget()],
      },
    ]);
  });

  test.each([
    [300, 60, 120 - (30 + 60 + 5)],
    [300, 20, 120 - (30 + 20 + 5)],
    [10, 60, 120 - (30 + 10 + 5)],
  ])(
    'with a delay of %i s counts at most the %i s that the policy allows: it leaves at second %i',
    (delay, most, leaveAt) => {
      const group = aTargetGroup({ deregistrationDelaySeconds: delay });
      const slow = { ...view, tasks: [aBalancedTask({ group })] };
      expect(decided(leaveAt - 1, slow, { deregisterSeconds: most }).deregistrations).toEqual([]);
      expect(decided(leaveAt, slow, { deregisterSeconds: most }).deregistrations).toHaveLength(1);
    },
  );

  test('stays longer while lent tasks are awaited, and leaves at once when they serve', () => {
    const lent = { running: 0, desired: 1, targetGroups: [] };
    const awaited = { ...view, tasks: view.tasks.map((one) => ({ ...one, lent })) };
    const leaveAt = 120 - (30 + 10 + 5);
    expect(decided(leaveAt - 1, awaited).deregistrations).toEqual([]);
    expect(decided(leaveAt, awaited).deregistrations).toHaveLength(1);
    const doomed = aDoomed({ drainedAt: at(1) });
    const served = { tasks: [aBalancedTask({ doomed, lent })], healthyElsewhere: healthy(2) };
    expect(decided(20, served).deregistrations).toHaveLength(1);
  });

  test('leaves at once when its service is replaced in full elsewhere', () => {
    const drained = aDoomed({ drainedAt: at(1) });
    const replaced = { tasks: [aBalancedTask({ doomed: drained })], healthyElsewhere: healthy(2) };
    expect(decided(15, replaced).deregistrations).toEqual([]);
    expect(decided(16, replaced).deregistrations).toHaveLength(1);
  });

  test('never leaves while no other target of its group is healthy', () => {
    for (const now of [0, 60, 84]) {
      expect(decided(now, { ...view, healthyElsewhere: healthy(0) }).deregistrations).toEqual([]);
    }
  });

  test.each(['draining', 'unused'])('that is %s already is not deregistered again', (state) => {
    const tasks = [aBalancedTask({ target: aTarget({ state }) })];
    expect(decided(60, { ...view, tasks }).deregistrations).toEqual([]);
  });

  test('goes in one call with the others of its group', () => {
    const tasks = [1, 2].map((n) => aBalancedTask({ target: aTarget({ id: `10.0.0.${n}` }) }, n));
    const [first, ...others] = decided(60, { ...view, tasks }).deregistrations;
    expect(first?.targets.map(({ id }) => id)).toEqual(['10.0.0.1', '10.0.0.2']);
    expect(others).toEqual([]);
  });
});

describe('a target behind a network load balancer', () => {
  const view = { tasks: [aBalancedTask({ group: NETWORK })], healthyElsewhere: healthy(1) };

  test('leaves at once, since new connections come for two more minutes', () => {
    expect(decided(1, view).deregistrations).toHaveLength(1);
  });

  test('but not while no other target of its group is healthy', () => {
    expect(decided(1, { ...view, healthyElsewhere: healthy(0) }).deregistrations).toEqual([]);
  });

  test('of an instance with more time than a notice gives leaves two minutes before its stop', () => {
    const doomed = aDoomed({ cause: 'scale-in', deadline: at(1_800) });
    const calm = { ...view, tasks: [aBalancedTask({ group: NETWORK, doomed })] };
    const leaveAt = 1_800 - (30 + 5) - 120;
    expect(decided(leaveAt - 1, calm).deregistrations).toEqual([]);
    expect(decided(leaveAt, calm).deregistrations).toHaveLength(1);
  });
});

describe('a task is stopped', () => {
  test('at the latest when its stop timeout, the reserve and the calls still to make fit before the deadline', () => {
    const stopAt = 120 - (30 + 5 + LEAD_SECONDS);
    expect(decided(stopAt - 0.001)).toMatchObject({ stopped: [], next: [at(stopAt)], planned: 1 });
    expect(decided(stopAt)).toMatchObject({ stopped: [taskArn()], next: [], planned: 0 });
    expect(decided(stopAt).stops).toMatchObject([
      { cluster: CLUSTER, because: 'stuck on an instance that goes at 2026-08-14T09:28:53.000Z' },
    ]);
  });

  test('earlier when many stops are still to make, here or in other clusters', () => {
    const tasks = Array.from({ length: 36 }, (_, n) => aDoomedTask({}, n));
    // All 360 take 10 s, and the next pass may come 5 s later.
    const [first, last] = [120 - (30 + 5 + 10 + 5), 120 - (30 + 5 + 0.278)];
    const stoppedAt = (second: number) => decided(second, { tasks, stopsElsewhere: 324 }).stopped;
    expect(stoppedAt(first - 0.001)).toEqual([]);
    expect(stoppedAt(first)).toEqual([taskArn(0)]);
    expect(stoppedAt(last - 0.001)).toHaveLength(35);
    expect(stoppedAt(last)).toHaveLength(36);
  });

  test('but never within 15 s of the notice: the drains come first', () => {
    const storm = { stopsElsewhere: 100_000 };
    expect(decided(14.9, storm)).toMatchObject({ stopped: [], next: [at(15)] });
    expect(decided(15, storm).stopped).toEqual([taskArn()]);
  });

  test('as soon as its targets have left the load balancer', () => {
    const target = aTarget({ state: 'unused' });
    const tasks = [aBalancedTask({ target, doomed: aDoomed({ drainedAt: at(0) }) })];
    expect(decided(60, { tasks }).stops).toMatchObject([{ because: 'its targets have left the load balancer' }]);
    expect(decided(14, { tasks }).stopped).toEqual([]);
  });

  test('not because no target of it is known', () => {
    const doomed = aDoomed({ drainedAt: at(0) });
    const groupIsGone = aBalancedTask({ groups: [], targets: [], doomed });
    const service = aService({ targetGroups: [GROUP.arn], rolling: false });
    const blueGreen = aBalancedTask({ service, targets: [], doomed });
    const notYetRegistered = aBalancedTask({ targets: [], doomed });
    expect(decided(60, { tasks: [groupIsGone, blueGreen] }).stopped).toEqual([]);
    expect(decided(20, { tasks: [notYetRegistered] }).stopped).toEqual([]);
  });

  test('not before all of its targets have left', () => {
    const targets = ['unused', 'draining'].map((state) => ({ group: GROUP, target: aTarget({ state }) }));
    const tasks = [aBalancedTask({ targets, doomed: aDoomed({ drainedAt: at(0) }) })];
    expect(decided(60, { tasks }).stopped).toEqual([]);
  });

  test('as soon as its replacement serves, where it has no load balancer', () => {
    const replaced = (running: number): readonly DoomedTask[] => [
      aDoomedTask({ doomed: aDoomed({ drainedAt: at(0) }), service: aService({ desired: 2, running }) }),
    ];
    expect(decided(20, { tasks: replaced(3) }).stops).toMatchObject([{ because: 'its replacement serves' }]);
    expect(decided(20, { tasks: replaced(2) }).stopped).toEqual([]);
  });

  test('as soon as what replaces it is lent: ECS itself takes no notice of that', () => {
    const replaced = (running: number): readonly DoomedTask[] => [
      aDoomedTask({ doomed: aDoomed({ drainedAt: at(0) }), lent: { running, desired: 1, targetGroups: [] } }),
    ];
    expect(decided(20, { tasks: replaced(0) }).stopped).toEqual([]);
    expect(decided(20, { tasks: replaced(1) }).stops).toMatchObject([{ because: 'its replacement serves' }]);
  });

  test('not while only some of its service are replaced: no stop of ours takes it below its desired count', () => {
    const lent = (running: number) => ({ lent: { running, desired: 2, targetGroups: [] } });
    const doomed = aDoomed({ drainedAt: at(0) });
    const both = (running: number) => [1, 2].map((n) => aDoomedTask({ doomed, ...lent(running) }, n));
    expect(decided(20, { tasks: both(1) }).stopped).toEqual([]);
    expect(decided(20, { tasks: both(2) }).stopped).toHaveLength(2);
  });

  test('not on the strength of tasks that are doomed too, unless they serve nobody yet', () => {
    const doomed = aDoomed({ drainedAt: at(0) });
    const service = aService({ desired: 2, running: 4 });
    const others = (lastStatus: string) =>
      [1, 2].map((n) => aDoomedTask({ doomed, service, task: aTask({ lastStatus }, n) }, n));
    expect(decided(20, { tasks: [...others('RUNNING'), aDoomedTask({ doomed, service }, 3)] }).stopped).toEqual([]);
    expect(decided(20, { tasks: [...others('PENDING'), aDoomedTask({ doomed, service }, 3)] }).stopped).toHaveLength(3);
  });

  test('not while ECS may still replace and stop it itself', () => {
    const service = aService({ running: 3 });
    for (const drainedAt of [undefined, at(6)]) {
      expect(decided(20, { tasks: [aDoomedTask({ doomed: aDoomed({ drainedAt }), service })] }).stopped).toEqual([]);
    }
  });

  test('longest stop timeout first, then nearest deadline, daemons last', () => {
    const daemon = aService({ name: 'agent', daemon: true });
    const tasks = [
      aDoomedTask({ stopSeconds: 60, service: daemon }, 1),
      aDoomedTask({ stopSeconds: 10 }, 2),
      aDoomedTask({ stopSeconds: 60, doomed: aDoomed({ deadline: at(121) }) }, 3),
      aDoomedTask({ stopSeconds: 60 }, 4),
    ];
    expect(decided(115, { tasks }).stopped).toEqual([4, 3, 2, 1].map(taskArn));
  });

  test('at most 200 in a pass, and the next pass follows at once', () => {
    const tasks = Array.from({ length: 250 }, (_, n) => aDoomedTask({}, n));
    const decision = decided(100, { tasks });
    expect(decision.stopped).toHaveLength(200);
    expect(decision).toMatchObject({ planned: 50, next: [at(101)] });
  });
});

test('a task whose instance is past its deadline is left to EC2', () => {
  expect(decided(119.9).stopped).toEqual([taskArn()]);
  expect(decided(120)).toMatchObject({ stopped: [], planned: 0, next: [] });
});

test('hibernation has no two minutes: everything that runs is stopped at once', () => {
  const doomed = aDoomed({ deadline: at(0) });
  const tasks = [aBalancedTask({ doomed }), aDoomedTask({ doomed }, 2)];
  expect(decided(0.5, { tasks, healthyElsewhere: healthy(1) }).stopped).toEqual([taskArn(1), taskArn(2)]);
});
