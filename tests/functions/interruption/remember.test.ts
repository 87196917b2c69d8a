import { describe, expect, test } from 'vitest';
import type { Demand } from '../../../functions/interruption/decide/demand.ts';
import type { Whereabouts } from '../../../functions/interruption/decide/drain.ts';
import { decideRemember } from '../../../functions/interruption/decide/remember.ts';
import type { Performed } from '../../../shared/flow.ts';
import type { Doomed } from '../../../shared/model/records.ts';
import { type Action, emptyPlan } from '../../../shared/plan/action.ts';
import {
  aContext,
  actionsOf,
  aDoomed,
  at,
  CLUSTER,
  containerInstanceArn,
  HOOK,
  instanceId,
  NOW,
  POOL,
  REGION,
  recordsOf,
  taskArn,
} from '../../given.ts';
import { aDemand, inCluster } from './given.ts';

type Given = {
  readonly demand?: Partial<Demand>;
  readonly where?: Whereabouts;
  readonly known?: readonly Doomed[];
  readonly now?: number;
  readonly performed?: readonly Performed[];
};

function remembering({ demand = {}, where = inCluster(), known = [], now = 1, performed = [] }: Given) {
  const view = { demands: [aDemand(1, demand)], whereabouts: new Map([[instanceId(1), where]]), known };
  const { plan, wanted } = decideRemember(view, { ...aContext(at(now), { coolOffMinutes: 10 }), performed });
  return { plan, wanted, records: recordsOf(plan), doomed: recordsOf(plan).filter((one) => one.is === 'doomed') };
}

describe('a notice', () => {
  test('is remembered with its deadline, and its pool cools off', () => {
    const { records } = remembering({});
    const coolOff = { is: 'cool-off', region: REGION, pool: POOL, noticedAt: NOW, expiresAt: at(600) };
    expect(records).toEqual([aDoomed(), coolOff]);
  });

  test('is remembered with when ECS answered its drain, unless that failed', () => {
    const action: Action = {
      ...{ do: 'drain', for: ['notice-1'], region: REGION, because: 'notice', cluster: CLUSTER, deadline: at(120) },
      instances: [
        { instanceId: instanceId(1), containerInstance: containerInstanceArn(1), for: ['notice-1'], from: 'map' },
      ],
    };
    const done = { outcome: { action, result: 'done' }, at: at(1) } as const;
    expect(remembering({ performed: [done] }).doomed).toEqual([aDoomed({ acceptedAt: at(1) })]);
    const told = { outcome: { action, result: 'told' }, at: at(1) } as const;
    expect(remembering({ performed: [told] }).doomed).toEqual([aDoomed()]);
  });

  test('of an instance whose agent registered anew says when that one was drained', () => {
    const known = aDoomed({ containerInstance: containerInstanceArn(2), acceptedAt: at(1), drainedAt: at(2) });
    const renewed = { acceptedAt: undefined, drainedAt: undefined, containerInstance: containerInstanceArn(1) };
    expect(remembering({ known: [known] }).doomed).toMatchObject([renewed]);
  });

  test('has a first pass over its tasks a second later', () => {
    expect(remembering({}).wanted).toEqual([{ cluster: CLUSTER, at: at(2), for: ['notice-1'] }]);
  });

  test('that comes again adds nothing', () => {
    const { plan, wanted } = remembering({ known: [aDoomed({ drainedAt: at(1), tasks: [taskArn()] })] });
    expect(plan).toEqual(emptyPlan);
    expect(wanted).toEqual([]);
  });

  test('that comes again before its instance was seen DRAINING has a pass look at it', () => {
    const { plan, wanted } = remembering({ known: [aDoomed()] });
    expect(plan).toEqual(emptyPlan);
    expect(wanted).toMatchObject([{ cluster: CLUSTER, at: at(2) }]);
  });

  test('that comes late, when its instance is gone and accounted for, adds nothing', () => {
    expect(remembering({ known: [aDoomed({ closedAt: at(140) })], now: 300 }).plan).toEqual(emptyPlan);
  });

  test('for an instance that was stopped and started since is remembered anew', () => {
    const known = [
      aDoomed({ noticedAt: at(-900), deadline: at(-780), drainedAt: at(-899), closedAt: at(-760), tasks: [taskArn()] }),
    ];
    expect(remembering({ known }).doomed).toEqual([aDoomed()]);
  });

  test('with a nearer deadline moves the deadline, and keeps what is known', () => {
    const known = [
      aDoomed({ cause: 'scale-in', deadline: at(1_800), hook: HOOK, drainedAt: at(-60), tasks: [taskArn()] }),
    ];
    expect(remembering({ known }).doomed).toMatchObject([
      { cause: 'spot', deadline: at(120), hook: HOOK, drainedAt: at(-60), tasks: [taskArn()] },
    ]);
  });

  test.each<[string, Whereabouts]>([
    ['a cluster that is not managed', inCluster(1, { manage: 'no' })],
    ['a cluster of AWS Batch', inCluster(1, { manage: 'foreign' })],
    ['no cluster', { is: 'nowhere', learned: false }],
  ])('of an instance in %s is not remembered', (_, where) => {
    const { plan, wanted } = remembering({ where });
    expect(plan).toEqual(emptyPlan);
    expect(wanted).toEqual([]);
  });

  test('without a pool that we know cools nothing off', () => {
    expect(remembering({ where: inCluster(1, { pool: undefined }) }).records).toMatchObject([{ is: 'doomed' }]);
  });
});

describe('an instance that has not registered', () => {
  const unregistered: Whereabouts = { is: 'unregistered', pool: undefined };

  test('is looked for again in half a minute, until its deadline', () => {
    expect(remembering({ where: unregistered }).wanted).toEqual([
      { cluster: 'unregistered', at: at(31), for: ['notice-1'] },
    ]);
    expect(remembering({ where: unregistered, now: 120 }).wanted).toEqual([]);
  });

  test('is moved to its cluster once it has', () => {
    const waiting = aDoomed({ cluster: undefined, containerInstance: undefined });
    const { plan, doomed } = remembering({ known: [waiting] });
    expect(doomed).toEqual([aDoomed()]);
    expect(actionsOf(plan, 'forget')).toMatchObject([{ records: [waiting] }]);
  });
});

describe('a scale-in', () => {
  const scaleIn: Partial<Demand> = { cause: 'scale-in', hook: HOOK, deadline: at(1_800) };

  test('is remembered with its hook, and cools no pool off', () => {
    expect(remembering({ demand: scaleIn }).records).toEqual([
      aDoomed({ cause: 'scale-in', hook: HOOK, deadline: at(1_800), expiresAt: at(1_800 + 86_400) }),
    ]);
  });

  test('is never answered here, whatever the map does not know', () => {
    for (const where of [
      { is: 'nowhere', learned: true },
      { is: 'unregistered', pool: POOL },
    ] as const) {
      expect(actionsOf(remembering({ demand: scaleIn, where }).plan, 'release')).toEqual([]);
    }
  });

  test('of an instance under notice adds its hook to what is known', () => {
    const known = aDoomed({ drainedAt: at(0), tasks: [taskArn()] });
    expect(remembering({ demand: scaleIn, known: [known] }).doomed).toEqual([{ ...known, hook: HOOK }]);
  });

  test('of an instance that waits for maintenance cannot wait, and ends when the instance is empty', () => {
    const known = aDoomed({ cause: 'maintenance', deadline: at(7_200) });
    const { doomed } = remembering({ demand: { ...scaleIn, deadline: at(9_000) }, known: [known] });
    expect(doomed).toMatchObject([{ cause: 'scale-in', hook: HOOK, deadline: at(7_200) }]);
  });
});

describe('maintenance', () => {
  const maintenance: Partial<Demand> = { cause: 'maintenance', deadline: at(9_000) };

  test('is remembered, cools no pool off, and the passes see to it', () => {
    const { records, wanted } = remembering({ demand: maintenance });
    expect(records).toMatchObject([{ is: 'doomed', cause: 'maintenance', deadline: at(9_000) }]);
    expect(wanted).toMatchObject([{ at: at(2) }]);
  });

  test('of an instance whose scale-in has more time moves the deadline, and it stays a scale-in', () => {
    const known = aDoomed({ cause: 'scale-in', hook: HOOK, deadline: at(20_000), drainedAt: at(-60) });
    expect(remembering({ demand: maintenance, known: [known] }).doomed).toMatchObject([
      { cause: 'scale-in', deadline: at(9_000), hook: HOOK, drainedAt: at(-60) },
    ]);
  });
});
