import { describe, expect, test } from 'vitest';
import type { TasksView } from '../../../functions/interruption/decide/doomed-task.ts';
import { decideTasks } from '../../../functions/interruption/decide/tasks.ts';
import { aDoomed, aTargetGroup, at, taskArn } from '../../given.ts';
import { aBalancedTask, aDoomedTask, aSetting, aTasksView } from './given.ts';

const healthy = (count: number) => new Map([[aTargetGroup().arn, count]]);

function decided(now: number, view: Partial<TasksView> = {}) {
  const { actions, stopping } = decideTasks(aTasksView(view), aSetting(at(now)));
  return {
    stopping,
    stopped: actions.flatMap((action) => (action.do === 'stop' ? [action.task] : [])),
    deregistrations: actions.filter((action) => action.do === 'deregister'),
  };
}

describe('of many tasks each is stopped', () => {
  test('in turn: those of a host that goes later have more time', () => {
    const hosts = [120, 124, 122].map((second, n) => aDoomedTask({ doomed: aDoomed({ deadline: at(second) }, n) }, n));
    expect(decided(86, { tasks: hosts }).stopped).toEqual([taskArn(0)]);
    expect(decided(88, { tasks: hosts }).stopped).toEqual([taskArn(0), taskArn(2)]);
  });

  test('but not when the pass before is still at it', () => {
    const tasks = [0, 1].map((n) => aDoomedTask({}, n));
    expect(decided(100, { tasks, stopping: new Set([taskArn(0)]) }).stopped).toEqual([taskArn(1)]);
  });

  test('and is named to the next pass if it has to wait for its call', () => {
    const tasks = Array.from({ length: 50 }, (_, n) => aDoomedTask({}, n));
    expect(decided(100, { tasks }).stopping).toEqual([45, 46, 47, 48, 49].map(taskArn));
    expect(decided(100).stopping).toEqual([]);
  });

  test('after its target had the time to leave, where lent tasks serve', () => {
    const lent = { running: 2, desired: 2, targetGroups: [] };
    const others = Array.from({ length: 360 }, (_, n) => aDoomedTask({}, n + 2));
    const view = { tasks: [aBalancedTask({ lent }, 1), ...others], healthyElsewhere: healthy(2) };
    const seconds = Array.from({ length: 86 }, (_, second) => second);
    const stopAt = seconds.find((second) => decided(second, view).stopped.includes(taskArn(1))) ?? 0;
    expect(stopAt).toBeLessThan(85);
    expect(decided(stopAt - 30, view).deregistrations).toHaveLength(1);
  });
});
