import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { DoomedTask } from '../../../functions/interruption/decide/doomed-task.ts';
import { decideTasks } from '../../../functions/interruption/decide/tasks.ts';
import { aDoomed, aService, aTarget, aTargetGroup, aTask, at, instanceId, taskArn } from '../../given.ts';
import { aBalancedTask, aDoomedTask, aSetting, aTasksView } from './given.ts';

const notesOf = (tasks: readonly DoomedTask[], now = 1, stopsElsewhere = 0) =>
  decideTasks(aTasksView({ tasks, stopsElsewhere }), aSetting(at(now))).notes;

describe('a standalone task', () => {
  const tasks = [aDoomedTask({ service: undefined, task: aTask({ service: undefined }) })];
  const decided = (now: number, standalone: 'leave' | 'stop' = 'leave') => {
    const { actions, ...rest } = decideTasks(aTasksView({ tasks }), aSetting(at(now), { standalone }));
    return { ...rest, stopped: actions.flatMap((action) => (action.do === 'stop' ? [action.task] : [])) };
  };

  test('is left alone and reported', () => {
    expect(decided(119)).toMatchObject({
      stopped: [],
      stops: 0,
      next: [],
      notes: [
        `standalone tasks on ${instanceId()} are left alone (1); spotkeeper:standalone=stop on the cluster stops them`,
      ],
    });
  });

  test('is stopped in time where the policy says so', () => {
    expect(decided(100, 'stop')).toMatchObject({ stopped: [taskArn()], notes: [] });
    expect(decided(20, 'stop').stopped).toEqual([]);
  });
});

describe('what the bucket cannot carry', () => {
  const many = (count: number) => Array.from({ length: count }, (_, n) => aDoomedTask({}, n));

  test('is said, with how many it can', () => {
    // 84 s until the last moment, 90 calls in the bucket and 36 a second.
    expect(notesOf(many(100), 1, 3_100)).toEqual([
      "at least 3200 stops are still to make, ECS's bucket carries 3114 in time; the rest will be killed",
    ]);
  });

  test('counts on the time that the last of the tasks leaves', () => {
    const calm = aDoomedTask({ doomed: aDoomed({ cause: 'scale-in', deadline: at(1_800) }) }, 100);
    expect(notesOf([...many(100), calm], 1, 3_100)).toEqual([]);
  });

  test('is not said while it can carry them all', () => {
    expect(notesOf(many(100), 1, 3_014)).toEqual([]);
  });

  test('is not said of tasks that can no longer be stopped in time', () => {
    expect(notesOf(many(10), 120)).toEqual([]);
  });
});

describe('a deregistration delay that outlasts a notice', () => {
  const slow = aTargetGroup({ deregistrationDelaySeconds: 300 });

  test('is said, with the target group and the delay to set', () => {
    expect(notesOf([aBalancedTask({ group: slow })])).toEqual([
      'target group checkout: its deregistration delay of 300 s and a stop timeout of 30 s outlast a Spot notice; ' +
        'set deregistration_delay.timeout_seconds to 60 or less',
    ]);
  });

  test('is said once for each group, with the delay that suits all of its tasks', () => {
    const tasks = [60, 10].map((stopSeconds, n) => aBalancedTask({ group: slow, stopSeconds }, n));
    const notes = notesOf(tasks);
    expect(notes).toHaveLength(1);
    expect(notes[0]).toMatch(/set deregistration_delay\.timeout_seconds to 30 or less$/);
  });

  test('is not said where it fits, nor where there is more time than a notice gives', () => {
    expect(notesOf([aBalancedTask({ group: aTargetGroup({ deregistrationDelaySeconds: 60 }) })])).toEqual([]);
    const doomed = aDoomed({ cause: 'scale-in', deadline: at(1_800) });
    expect(notesOf([aBalancedTask({ group: slow, doomed })])).toEqual([]);
  });
});

/** Up to forty tasks of three services, in every state that matters, on instances with all kinds of deadlines. */
const someTasks = fc.array(
  fc.record({
    service: fc.constantFrom('a', 'b', 'standalone'),
    stopSeconds: fc.integer({ min: 0, max: 120 }),
    deadline: fc.integer({ min: 0, max: 3_000 }),
    drainedAt: fc.option(fc.integer({ min: 0, max: 60 }), { nil: undefined }),
    cause: fc.constantFrom('spot', 'scale-in', 'maintenance'),
    state: fc.constantFrom('healthy', 'draining', 'unused', 'initial', 'unhealthy'),
    network: fc.boolean(),
    daemon: fc.boolean(),
    running: fc.nat(6),
  }),
  { maxLength: 40 },
);

const tasksOf = (all: typeof someTasks extends fc.Arbitrary<infer T> ? T : never): readonly DoomedTask[] =>
  all.map((one, n) => {
    const drainedAt = one.drainedAt === undefined ? undefined : at(one.drainedAt);
    const doomed = aDoomed({ cause: one.cause as 'spot', deadline: at(one.deadline), drainedAt }, n);
    const { stopSeconds } = one;
    if (one.service === 'standalone') return aDoomedTask({ doomed, stopSeconds, service: undefined }, n);
    const service = aService({ name: one.service, daemon: one.daemon, running: one.running });
    if (one.service === 'b') return aDoomedTask({ doomed, stopSeconds, service }, n);
    const group = aTargetGroup({ arn: one.network ? 'network' : 'application', network: one.network });
    const target = aTarget({ id: `10.0.0.${n}`, state: one.state });
    const targets = [{ group, target }];
    return aDoomedTask({ doomed, stopSeconds, targets, service: { ...service, targetGroups: [group.arn] } }, n);
  });

/** EC2 has its instance; only one that hibernates, whose deadline is its notice, may still be there. */
const isTooLate = ({ doomed }: Pick<DoomedTask, 'doomed'>, now: number): boolean =>
  doomed.deadline <= at(now) && doomed.deadline > doomed.noticedAt;

const someMoment = fc.integer({ min: 0, max: 3_100 });
const someHealth = fc.record({ network: fc.nat(3), application: fc.nat(3) });

function decidedAt(
  all: Parameters<typeof tasksOf>[0],
  now: number,
  health: Record<string, number>,
  stopsElsewhere = 0,
) {
  const tasks = tasksOf(all);
  const view = aTasksView({ tasks, stopsElsewhere, healthyElsewhere: new Map(Object.entries(health)) });
  const decision = decideTasks(view, aSetting(at(now), { standalone: 'stop', stopReserveSeconds: 5 }));
  const stopped = new Set(decision.actions.flatMap((action) => (action.do === 'stop' ? [action.task] : [])));
  return { tasks, decision, stopped };
}

describe('whatever the state of tasks, targets and clocks', () => {
  test('each task is stopped now, or looked at again before the last moment at which it can be', () => {
    fc.assert(
      fc.property(someTasks, someMoment, someHealth, fc.nat(5_000), (all, now, health, stopsElsewhere) => {
        const { tasks, decision, stopped } = decidedAt(all, now, health, stopsElsewhere);
        const next = Math.min(...decision.next);
        for (const { task, doomed, stopSeconds } of tasks) {
          const hardStop = doomed.deadline - (stopSeconds + 5) * 1000;
          if (stopped.has(task.arn) || isTooLate({ doomed }, now)) continue;
          expect(next).toBeGreaterThan(at(now));
          expect(next).toBeLessThanOrEqual(hardStop);
        }
        expect(decision.stops).toBe(tasks.filter((task) => !isTooLate(task, now)).length - stopped.size);
      }),
    );
  });

  test('no target leaves a group that has no healthy target elsewhere', () => {
    fc.assert(
      fc.property(someTasks, someMoment, someHealth, (all, now, health) => {
        for (const action of decidedAt(all, now, health).decision.actions) {
          if (action.do === 'deregister') expect(health[action.targetGroup as 'network']).toBeGreaterThan(0);
        }
      }),
    );
  });

  test('a task is never both deregistered and stopped in one step, nor stopped twice', () => {
    fc.assert(
      fc.property(someTasks, someMoment, someHealth, (all, now, health) => {
        const { tasks, decision, stopped } = decidedAt(all, now, health);
        const stops = decision.actions.filter((action) => action.do === 'stop');
        expect(stops).toHaveLength(stopped.size);
        const leaving = decision.actions.flatMap((action) => (action.do === 'deregister' ? action.targets : []));
        const ids = new Set(leaving.map(({ id }) => id));
        for (const { task, targets } of tasks) {
          if (targets.some(({ target }) => ids.has(target.id))) expect(stopped).not.toContain(task.arn);
        }
      }),
    );
  });

  test('a task that is stuck on an instance without an hour to live is stopped by its last moment', () => {
    const last = 120 - 35;
    expect(decidedAt([], last, {}).stopped.size).toBe(0);
    const [task] = [aDoomedTask()];
    const decision = decideTasks(aTasksView({ tasks: task ? [task] : [] }), aSetting(at(last)));
    expect(decision.actions).toMatchObject([{ do: 'stop', task: taskArn() }]);
  });
});
