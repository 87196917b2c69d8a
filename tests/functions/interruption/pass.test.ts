import { describe, expect, test } from 'vitest';
import { decidePass, type PassView } from '../../../functions/interruption/decide/pass.ts';
import type { Doomed } from '../../../shared/model/records.ts';
import {
  aContainerInstance,
  aContext,
  actionsOf,
  aDoomed,
  at,
  CLUSTER,
  containerInstanceArn,
  HOOK,
  instanceId,
  recordsOf,
  taskArn,
} from '../../given.ts';
import { aDoomedTask, aPassView } from './given.ts';

const HOUR = 3_600;

function passed(now: number, view: Partial<PassView> = {}) {
  const { plan, passed: left } = decidePass(aPassView(view), aContext(at(now)));
  const verbs = plan.steps.flat().map((action) => action.do);
  return { plan, verbs, next: left.next, left, doomed: recordsOf(plan).filter((one) => one.is === 'doomed') };
}

/** What a pass sees of instances 0, 1, 2 … in these states, none with tasks of its own to look after. */
function seeing(
  instances: readonly { status?: string; tasks?: number; doomed?: Partial<Doomed> }[],
): Partial<PassView> {
  return {
    doomed: instances.map(({ doomed }, n) => aDoomed(doomed, n)),
    instances: new Map(
      instances.map(({ status = 'DRAINING', tasks = 0 }, n) => [
        containerInstanceArn(n),
        aContainerInstance({ status, tasks }, n),
      ]),
    ),
    tasks: [],
    tasksOn: new Map(),
  };
}

describe('a pass', () => {
  test('does everything under the guard of its cluster, and hands on what it counts on', () => {
    const { plan, left } = passed(5, {
      ...seeing([{ status: 'ACTIVE', doomed: { hook: HOOK } }]),
      tasks: [aDoomedTask()],
    });
    expect(plan.steps.flat().every(({ under }) => under === CLUSTER)).toBe(true);
    expect(left).toMatchObject({ cluster: CLUSTER, stops: 1, after: undefined, for: ['wake-up'] });
  });

  test('drains before it stops: both draw on one bucket', () => {
    const { plan } = passed(100, { ...seeing([{ status: 'ACTIVE' }]), tasks: [aDoomedTask({}, 0)] });
    expect(plan.steps.slice(0, 2).map((step) => step.map((action) => action.do))).toEqual([['drain'], ['stop']]);
  });

  test('tells what tags do not parse', () => {
    expect(passed(5, { problems: ['tag x'] }).plan.notes).toEqual(['tag x']);
  });

  test('drains an instance that is ACTIVE still, or again, in calls of ten with the nearest deadline first', () => {
    const many = Array.from({ length: 12 }, (_, n) => ({ status: 'ACTIVE', doomed: { deadline: at(120 - n) } }));
    const drains = actionsOf(passed(5, seeing(many)).plan, 'drain');
    expect(drains.map(({ instances, deadline }) => [instances.length, deadline])).toEqual([
      [10, at(109)],
      [2, at(119)],
    ]);
  });

  test.each(['DRAINING', 'REGISTERING', 'INACTIVE'])('does not drain one that is %s', (status) => {
    expect(actionsOf(passed(5, seeing([{ status }])).plan, 'drain')).toEqual([]);
  });

  test('remembers when it first saw an instance DRAINING, and which tasks it saw there', () => {
    const view = aPassView({ doomed: [aDoomed()] });
    expect(passed(3, view).doomed).toEqual([aDoomed({ drainedAt: at(3), tasks: [taskArn()] })]);
    expect(passed(9).doomed).toEqual([]);
  });

  test('of one that we drained it says since when, not when this was seen', () => {
    const view = aPassView({ doomed: [aDoomed({ acceptedAt: at(1) })] });
    expect(passed(6, view).doomed).toMatchObject([{ drainedAt: at(1) }]);
  });

  test('keeps the account of tasks that are seen no more', () => {
    const tasksOn = new Map([[containerInstanceArn(), [taskArn(2)]]]);
    expect(passed(9, { tasksOn }).doomed).toMatchObject([{ drainedAt: at(1), tasks: [taskArn(1), taskArn(2)] }]);
  });
});

describe('the next pass', () => {
  const draining = { doomed: { drainedAt: at(1) } };

  test('follows in five seconds while tasks run, in ten in a storm', () => {
    expect(passed(5).next).toBe(at(10));
    const many = (length: number) => seeing(Array.from({ length }, () => draining));
    expect(passed(5, { ...many(50), tasks: [aDoomedTask()] }).next).toBe(at(10));
    expect(passed(5, { ...many(51), tasks: [aDoomedTask()] }).next).toBe(at(15));
  });

  test('follows earlier when a decision changes before', () => {
    const tasks = [aDoomedTask({ stopSeconds: 108 })];
    expect(passed(5, { tasks }).next).toBe(at(120 - 108 - 5));
  });

  test('never follows within a second', () => {
    expect(passed(5, { tasks: [aDoomedTask({ stopSeconds: 109.9 })] }).next).toBe(at(6));
  });

  test('follows in five seconds until its instances are seen DRAINING', () => {
    expect(passed(5, seeing([{ status: 'ACTIVE' }])).next).toBe(at(10));
  });

  test('looks now and then at an instance without tasks, which somebody may set ACTIVE, until it is gone', () => {
    expect(passed(5, seeing([draining])).next).toBe(at(20));
    expect(passed(119, seeing([draining])).next).toBe(at(134));
    expect(passed(121, seeing([draining])).next).toBe(at(140));
  });

  test('follows at once when there are more instances than one pass takes', () => {
    const { next, left } = passed(5, { ...seeing([draining]), after: instanceId() });
    expect(next).toBe(at(6));
    expect(left.after).toBe(instanceId());
  });

  test('follows at once while tasks of a storm are on instances beyond this one', () => {
    expect(passed(5, { ...seeing([draining]), tasksBeyond: 3 }).next).toBe(at(6));
  });

  test('is none for maintenance whose instance somebody ended before its turn', () => {
    const doomed = [aDoomed({ cause: 'maintenance', deadline: at(86_400) })];
    expect(passed(5, { doomed, instances: new Map(), tasks: [] }).next).toBeUndefined();
  });

  test('is none when nothing is left', () => {
    expect(passed(140, seeing([draining])).next).toBeUndefined();
    expect(passed(5, seeing([])).next).toBeUndefined();
  });
});

test('the account is kept of a hundred tasks of an instance and no more', () => {
  const tasksOn = new Map([[containerInstanceArn(), Array.from({ length: 120 }, (_, n) => taskArn(n))]]);
  expect(passed(5, { tasksOn }).doomed[0]?.tasks).toHaveLength(100);
});

describe('a scale-in', () => {
  const scaleIn = (status: string, tasks: number, more: Partial<Doomed> = {}): Partial<PassView> =>
    seeing([
      { status, tasks, doomed: { cause: 'scale-in', hook: HOOK, deadline: at(1_800), drainedAt: at(1), ...more } },
    ]);

  test('is kept waiting while tasks run, with a heartbeat each twenty seconds', () => {
    const { plan, verbs, next } = passed(100, scaleIn('DRAINING', 2));
    expect(verbs).toEqual(['heartbeat']);
    expect(actionsOf(plan, 'heartbeat')).toMatchObject([{ instanceId: instanceId(0), hook: HOOK }]);
    expect(next).toBe(at(120));
  });

  test('is kept waiting while a task is stopping, which no count shows', () => {
    const stoppingOn = new Map([[containerInstanceArn(0), [taskArn()]]]);
    const { task } = aDoomedTask();
    const ending = (lastStatus: string) => new Map([[taskArn(), { ...task, lastStatus }]]);
    const view = { ...scaleIn('DRAINING', 0), stoppingOn };
    expect(passed(100, { ...view, ended: ending('DEACTIVATING') }).verbs).toEqual(['heartbeat']);
    expect(passed(100, { ...view, ended: ending('STOPPED') }).verbs).toContain('release');
  });

  test('may go on when the instance is empty, and is closed', () => {
    const { verbs, doomed, next } = passed(100, scaleIn('DRAINING', 0));
    expect(verbs).toEqual(['release', 'remember']);
    expect(doomed).toMatchObject([{ closedAt: at(100) }]);
    expect(next).toBeUndefined();
  });

  test('may go on when its time is up, whatever still runs', () => {
    expect(passed(1_799, scaleIn('DRAINING', 2)).verbs).toEqual(['heartbeat']);
    expect(passed(1_800, scaleIn('DRAINING', 2)).verbs).toEqual(['release', 'remember']);
  });

  test('may go on when the instance is gone', () => {
    expect(passed(100, scaleIn('INACTIVE', 0)).verbs).toEqual(['release', 'remember']);
    expect(passed(100, { ...scaleIn('DRAINING', 2), instances: new Map() }).verbs).toEqual(['release', 'remember']);
  });

  test('does not go on with an empty instance that is ACTIVE: tasks may come', () => {
    expect(passed(100, scaleIn('ACTIVE', 0, { drainedAt: undefined })).verbs).toEqual(['drain', 'heartbeat']);
  });
});

describe('maintenance', () => {
  const host = (changes: Partial<Doomed> = {}) =>
    ({ cause: 'maintenance', deadline: at(9 * HOUR), ...changes }) as const;
  const waiting = { status: 'ACTIVE', doomed: host() };

  test('drains the first host and lets the others wait for their turn', () => {
    const { plan } = passed(0, seeing([waiting, waiting, waiting]));
    expect(actionsOf(plan, 'drain').flatMap(({ instances }) => instances.map((one) => one.instanceId))).toEqual([
      instanceId(0),
    ]);
  });

  test('looks again when the turn of the next has come', () => {
    const { next, verbs } = passed(60, seeing([{ doomed: host({ drainedAt: at(0) }) }, waiting, waiting]));
    expect(verbs).toEqual([]);
    expect(next).toBe(at(4 * HOUR));
  });

  test('does not look every few seconds at a host that has days', () => {
    const view = seeing([{ doomed: host({ drainedAt: at(0) }), tasks: 1 }]);
    const tasks = [aDoomedTask({ doomed: aDoomed(host({ drainedAt: at(0) })) })];
    expect(passed(60, { ...view, tasks }).next).toBeGreaterThan(at(8 * HOUR));
  });

  test('sees to the tasks of a host as soon as that is DRAINING', () => {
    expect(passed(0, seeing([waiting, waiting])).next).toBe(at(5));
    const { doomed } = passed(5, seeing([{ doomed: host() }, waiting]));
    expect(doomed).toMatchObject([{ instanceId: instanceId(0), drainedAt: at(5) }]);
  });
});
