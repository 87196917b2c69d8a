import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { figures } from '../../../functions/interruption/decide/figures.ts';
import { account, decidePass, type PassView } from '../../../functions/interruption/decide/pass.ts';
import type { Task } from '../../../shared/model/fleet.ts';
import type { Doomed, Interruption } from '../../../shared/model/records.ts';
import type { Action, Outcome } from '../../../shared/plan/action.ts';
import {
  aContext,
  aDoomed,
  aNotice,
  aScaleIn,
  aTask,
  at,
  CLUSTER,
  containerInstanceArn,
  instanceId,
  NOW,
  POOL,
  REGION,
  recordsOf,
  taskArn,
} from '../../given.ts';
import { aPassView } from './given.ts';

const nothing = { stoppedByScheduler: 0, stoppedBySpotkeeper: 0, killed: 0, other: 0 };
const stopped = (how: Partial<Task>) => new Map([[taskArn(), aTask({ lastStatus: 'STOPPED', ...how })]]);

describe('what became of a task', () => {
  test.each<[string, Partial<Task>, keyof typeof nothing]>([
    ['its scheduler stopped', { stopCode: 'ServiceSchedulerInitiated', exitCodes: [0] }, 'stoppedByScheduler'],
    ['we stopped', { stopCode: 'UserInitiated', stoppedReason: 'spotkeeper: its host goes' }, 'stoppedBySpotkeeper'],
    ['somebody else stopped', { stopCode: 'UserInitiated', stoppedReason: 'by hand' }, 'other'],
    ['lost its host', { stopCode: 'TerminationNotice' }, 'killed'],
    ['was told by Spot and lost its host', { stopCode: 'SpotInterruption' }, 'killed'],
    ['outlived its stop timeout', { stopCode: 'ServiceSchedulerInitiated', exitCodes: [0, 137] }, 'killed'],
    ['ended by itself', { stopCode: 'EssentialContainerExited', exitCodes: [1] }, 'other'],
    ['still runs', { lastStatus: 'RUNNING' }, 'other'],
  ])('that %s', (_, how, kind) => {
    expect(account([taskArn()], stopped(how))).toEqual({ ...nothing, [kind]: 1 });
  });

  test('that ECS no longer shows is not known', () => {
    expect(account([taskArn()], new Map())).toEqual({ ...nothing, other: 1 });
  });

  test('is counted for each task once', () => {
    const codes = fc.constantFrom('ServiceSchedulerInitiated', 'TerminationNotice', 'UserInitiated', undefined);
    fc.assert(
      fc.property(fc.array(codes), (stopCodes) => {
        const ended = new Map(
          stopCodes.map((stopCode, n) => [taskArn(n), aTask({ lastStatus: 'STOPPED', stopCode }, n)]),
        );
        const counts = Object.values(account([...ended.keys()], ended));
        expect(counts.reduce((sum, count) => sum + count, 0)).toBe(ended.size);
      }),
    );
  });
});

function closedBy(now: number, doomed: Partial<Doomed> = {}, view: Partial<PassView> = {}) {
  const record = aDoomed({ drainedAt: at(1), tasks: [taskArn()], ...doomed });
  const seen = aPassView({ doomed: [record], tasks: [], tasksOn: new Map(), instances: new Map(), ...view });
  return recordsOf(decidePass(seen, aContext(at(now))).plan);
}

describe('an interruption that is over', () => {
  test('is closed, and reported with what became of its tasks', () => {
    const ended = stopped({ stopCode: 'ServiceSchedulerInitiated' });
    expect(closedBy(125, {}, { ended })).toEqual([
      aDoomed({ drainedAt: at(1), tasks: [taskArn()], closedAt: at(125), expiresAt: at(125 + 7_200) }),
      {
        is: 'interruption',
        region: REGION,
        instanceId: instanceId(),
        cluster: CLUSTER,
        cause: 'spot',
        noticedAt: NOW,
        drainedAt: at(1),
        goneAt: at(125),
        pool: POOL,
        ...nothing,
        stoppedByScheduler: 1,
        expiresAt: at(125 + 90 * 86_400),
      },
    ]);
  });

  test('is not closed before its deadline, though its instance is gone', () => {
    expect(closedBy(119)).toEqual([]);
    expect(closedBy(120)).toHaveLength(2);
  });

  test('is closed twenty seconds after its deadline, though ECS still shows the instance', () => {
    const { instances } = aPassView();
    expect(closedBy(139, {}, { instances })).toEqual([]);
    expect(closedBy(140, {}, { instances })).toMatchObject([{ closedAt: at(140) }, { is: 'interruption' }]);
  });

  test('counts tasks that were stopping already when they were first seen', () => {
    const ended = stopped({ stopCode: 'ServiceSchedulerInitiated' });
    const stoppingOn = new Map([[containerInstanceArn(), [taskArn()]]]);
    expect(closedBy(125, { tasks: [] }, { ended, stoppingOn })[1]).toMatchObject({ stoppedByScheduler: 1, other: 0 });
  });
});

describe('a cluster that is gone, or opted out since the notice', () => {
  test('has its records closed, and nothing else touched', () => {
    const { plan, passed } = decidePass(aPassView({ abandoned: true }), aContext(at(90)));
    expect(plan.steps.flat().map((action) => action.do)).toEqual(['remember']);
    expect(recordsOf(plan)).toMatchObject([{ is: 'doomed', closedAt: at(90) }]);
    expect(passed).toMatchObject({ next: undefined, stops: 0 });
  });

  test('has the rest closed too, where there are more than one pass takes', () => {
    const { passed } = decidePass(aPassView({ abandoned: true, after: instanceId() }), aContext(at(90)));
    expect(passed).toMatchObject({ next: at(91) });
  });
});

describe('the figures of a batch', () => {
  const common = { for: [], region: REGION, because: '' };
  const drained = (n: number, result: 'done' | 'already' | 'told'): Outcome => {
    const instances = [
      { containerInstance: containerInstanceArn(n), instanceId: instanceId(n), from: 'map' as const, for: [] },
    ];
    return { action: { ...common, do: 'drain', cluster: CLUSTER, deadline: at(120), instances }, result };
  };

  test('say how long after its notice each instance was DRAINING, if it was we who drained it', () => {
    const events = [aNotice(1), aNotice(2, { at: at(1) }), aNotice(3), aNotice(4), aScaleIn(5)];
    const outcomes = [drained(1, 'done'), drained(2, 'done'), drained(3, 'told'), drained(5, 'done')];
    expect(
      figures(
        events,
        outcomes.map((outcome) => ({ outcome, at: at(3) })),
      ),
    ).toEqual([
      ['NoticeToDrainingMs', 3_000],
      ['NoticeToDrainingMs', 2_000],
    ]);
  });

  test('say how many tasks died with their host', () => {
    const records = closedBy(125, {}, { ended: stopped({ stopCode: 'TerminationNotice' }) });
    const remember: Action = { ...common, do: 'remember', records };
    expect(records.filter((one): one is Interruption => one.is === 'interruption')).toMatchObject([{ killed: 1 }]);
    expect(figures([], [{ outcome: { action: remember, result: 'done' }, at: at(125) }])).toEqual([
      ['DeadlineMisses', 1],
    ]);
    expect(figures([], [])).toEqual([]);
  });
});
