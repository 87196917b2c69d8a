import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Demand } from '../../../functions/interruption/decide/demand.ts';
import { type DrainView, decideDrain, type Whereabouts } from '../../../functions/interruption/decide/drain.ts';
import type { Doomed } from '../../../shared/model/records.ts';
import { emptyPlan } from '../../../shared/plan/action.ts';
import {
  aContext,
  actionsOf,
  aDoomed,
  at,
  clusterArn,
  containerInstanceArn,
  HOOK,
  instanceId,
  POOL,
  REGION,
  recordsOf,
} from '../../given.ts';
import { aDemand, inCluster } from './given.ts';

type Given = { readonly demand: Demand; readonly where: Whereabouts };

const given = (all: readonly Given[], known: readonly Doomed[] = []): DrainView => ({
  demands: all.map(({ demand }) => demand),
  whereabouts: new Map(all.map(({ demand, where }) => [demand.instanceId, where])),
  known,
  lookouts: [],
});

const doomedIn = (n: number, where: Whereabouts = inCluster(n), demand: Partial<Demand> = {}): Given => ({
  demand: aDemand(n, demand),
  where,
});

const drainedBy = (view: DrainView) => actionsOf(decideDrain(view, aContext(at(1))), 'drain');

describe('draining', () => {
  test('a doomed instance of a managed cluster is set DRAINING, and the plan says why', () => {
    expect(drainedBy(given([doomedIn(1)]))).toEqual([
      {
        do: 'drain',
        for: ['notice-1'],
        region: REGION,
        because: 'Spot interruption notice; nearest deadline 2026-08-14T09:28:53.000Z',
        cluster: clusterArn('prod'),
        deadline: at(120),
        instances: [
          { containerInstance: containerInstanceArn(1), instanceId: instanceId(1), from: 'map', for: ['notice-1'] },
        ],
      },
    ]);
  });

  test('takes at most ten of one cluster in a call', () => {
    const many = Array.from({ length: 25 }, (_, n) =>
      doomedIn(n, inCluster(n, { cluster: clusterArn(n < 21 ? 'a' : 'b') })),
    );
    const calls = drainedBy(given(many)).map(({ cluster, instances }) => `${cluster.at(-1)} ${instances.length}`);
    expect(calls.sort()).toEqual(['a 1', 'a 10', 'a 10', 'b 4']);
  });

  test('begins with the calls whose first deadline is nearest, in whatever cluster', () => {
    const far = doomedIn(2, inCluster(2, { cluster: clusterArn('a') }), { cause: 'scale-in', deadline: at(1_800) });
    const near = doomedIn(1, inCluster(1, { cluster: clusterArn('b') }));
    expect(drainedBy(given([far, near])).map(({ deadline }) => deadline)).toEqual([at(120), at(1_800)]);
  });

  test('drains each instance exactly once, however many there are in however many clusters', () => {
    const some = fc.uniqueArray(fc.record({ n: fc.nat(400), cluster: fc.nat(5) }), { selector: ({ n }) => n });
    fc.assert(
      fc.property(some, (all) => {
        const many = all.map(({ n, cluster }) => doomedIn(n, inCluster(n, { cluster: clusterArn(`c${cluster}`) })));
        const calls = drainedBy(given(many));
        const ids = calls.flatMap(({ instances }) => instances.map((one) => one.instanceId));
        expect(ids.sort()).toEqual(many.map(({ demand }) => demand.instanceId).sort());
        expect(calls.every(({ instances }) => instances.length <= 10)).toBe(true);
      }),
    );
  });

  test('nothing doomed, nothing planned', () => {
    expect(decideDrain(given([]), aContext())).toEqual(emptyPlan);
  });
});

describe('costs no call', () => {
  test.each(['DRAINING', 'INACTIVE', 'DEREGISTERING'])('for an instance that ECS shows as %s', (status) => {
    expect(drainedBy(given([doomedIn(1, inCluster(1, { from: 'ecs', status }))]))).toEqual([]);
  });

  test('for an instance that is remembered already: the passes look after it', () => {
    expect(drainedBy(given([doomedIn(1)], [aDoomed()]))).toEqual([]);
    expect(drainedBy(given([doomedIn(1)], [aDoomed({ cause: 'scale-in', drainedAt: at(0) })]))).toEqual([]);
  });

  test('unless it is remembered as one that waits for maintenance', () => {
    const waiting = aDoomed({ cause: 'maintenance', deadline: at(86_400) });
    expect(drainedBy(given([doomedIn(1)], [waiting]))).toHaveLength(1);
    expect(drainedBy(given([doomedIn(1)], [{ ...waiting, drainedAt: at(-60) }]))).toEqual([]);
  });

  test('for maintenance, which the passes spread over the time there is', () => {
    expect(drainedBy(given([doomedIn(1, inCluster(), { cause: 'maintenance', deadline: at(86_400) })]))).toEqual([]);
  });

  test('but an interruption that is over says nothing about the next one of the same instance', () => {
    const before = aDoomed({ drainedAt: at(-500), closedAt: at(-300) });
    expect(drainedBy(given([doomedIn(1)], [before]))).toHaveLength(1);
  });
});

describe('leaves alone, and says so', () => {
  test.each<[string, Whereabouts, string]>([
    ['a cluster of AWS Batch', inCluster(1, { manage: 'foreign' }), 'in prod, which AWS Batch manages, left alone'],
    ['a cluster that opted out', inCluster(1, { manage: 'no' }), 'in prod, which is not to be managed, left alone'],
    ['what is in no cluster', { is: 'nowhere', learned: false }, 'in no cluster, left alone'],
    ['what is not there yet', { is: 'unregistered', pool: POOL }, 'in no cluster yet; drained when it registers'],
  ])('%s', (_, where, note) => {
    const plan = decideDrain(given([doomedIn(1, where)]), aContext(at(1)));
    expect(actionsOf(plan, 'drain')).toEqual([]);
    expect(plan.notes).toEqual([`1 doomed ${note}: ${instanceId(1)}`]);
  });

  test('of very many only the first ten are named', () => {
    const many = Array.from({ length: 3_000 }, (_, n) => doomedIn(n, { is: 'nowhere', learned: false }));
    const { notes } = decideDrain(given(many), aContext(at(1)));
    expect(notes).toHaveLength(1);
    expect(notes[0]).toMatch(/^3000 doomed in no cluster, left alone: (i-[0-9a-f]{17}(, )?){10}$/);
  });
});

describe('remembers what it learned on the way', () => {
  const learned = (where: Whereabouts) => recordsOf(decideDrain(given([doomedIn(1, where)]), aContext(at(1))));

  test('after the drains, which cannot wait', () => {
    const [first, second] = decideDrain(
      given([doomedIn(1, inCluster(1, { from: 'ecs', status: 'ACTIVE' }))]),
      aContext(at(1)),
    ).steps;
    expect(first?.map((action) => action.do)).toEqual(['drain']);
    expect(second?.map((action) => action.do)).toEqual(['remember']);
  });

  test('where an instance is that ECS was asked for', () => {
    expect(learned(inCluster(1, { from: 'ecs', status: 'ACTIVE' }))).toMatchObject([
      { is: 'place', containerInstance: containerInstanceArn(1), stale: false, pool: POOL, expiresAt: at(86_401) },
    ]);
  });

  test('where an instance is that cannot be drained before it has registered', () => {
    const registering = inCluster(1, { from: 'ecs', status: 'REGISTERING' });
    expect(drainedBy(given([doomedIn(1, registering)]))).toEqual([]);
    expect(learned(registering)).toMatchObject([{ is: 'place', cluster: clusterArn('prod') }]);
  });

  test('for an hour, that an instance is in no cluster', () => {
    expect(learned({ is: 'nowhere', learned: true })).toEqual([
      { is: 'absent', region: REGION, instanceId: instanceId(1), expiresAt: at(3_601) },
    ]);
  });

  test('that an instance is doomed which has yet to register', () => {
    expect(learned({ is: 'unregistered', pool: POOL })).toMatchObject([
      { is: 'doomed', instanceId: instanceId(1), cluster: undefined, deadline: at(120), expiresAt: at(120 + 86_400) },
    ]);
  });

  test('but nothing that the map knew already', () => {
    expect(learned(inCluster())).toEqual([]);
    expect(learned({ is: 'nowhere', learned: false })).toEqual([]);
  });
});

describe('a lifecycle hook', () => {
  const waiting = (where: Whereabouts) => given([doomedIn(1, where, { cause: 'scale-in', hook: HOOK })]);
  const released = (where: Whereabouts) => actionsOf(decideDrain(waiting(where), aContext(at(1))), 'release');

  test.each<[string, Whereabouts]>([
    ['in no cluster', { is: 'nowhere', learned: true }],
    ['not registered yet', { is: 'unregistered', pool: POOL }],
  ])('is answered at once for an instance that a look-up found %s', (_, where) => {
    expect(released(where)).toMatchObject([{ instanceId: instanceId(1), hook: HOOK }]);
  });

  test('is not answered because the map once said that the instance is not ours', () => {
    expect(released({ is: 'nowhere', learned: false })).toEqual([]);
  });

  test('of an instance in an opted-out cluster is left to its own timeout', () => {
    expect(released({ ...inCluster(1), manage: 'no' } as Whereabouts)).toEqual([]);
  });
});

test('an instance that registered anew since its notice is drained again', () => {
  const known = aDoomed({ drainedAt: at(0) }, 1);
  expect(drainedBy(given([doomedIn(1)], [known]))).toEqual([]);
  const anew = { ...inCluster(1), containerInstance: containerInstanceArn(9) } as Whereabouts;
  expect(drainedBy(given([doomedIn(1, anew)], [known]))).toMatchObject([
    { instances: [{ containerInstance: containerInstanceArn(9) }] },
  ]);
});

test('a notice that was settled since, because its cluster opted out, drains nothing again', () => {
  const settled = aDoomed({ drainedAt: at(0), closedAt: at(1) }, 1);
  expect(drainedBy(given([doomedIn(1)], [settled]))).toEqual([]);
});
