import { describe, expect, test } from 'vitest';
import { decideAlerts } from '../../../functions/report/decide/alerts.ts';
import type { ClusterSeen } from '../../../functions/report/decide/incident.ts';
import type { Incident } from '../../../shared/model/incident.ts';
import { type Instant, later } from '../../../shared/model/instant.ts';
import type { Policy } from '../../../shared/policy.ts';
import { aContext, aDoomed, at, CLUSTER, instanceId, NOW } from '../../given.ts';
import { aLending, aLookout, aMissed, anIncident, aSeen } from './report-given.ts';

const MINUTE = 60;
const doomed = (...numbers: readonly number[]) => numbers.map((n) => aDoomed({}, n));
const gone = (...numbers: readonly number[]) => numbers.map((n) => aDoomed({ closedAt: at(130) }, n));

const planOf = (seen: Partial<ClusterSeen>, now: Instant = at(20), policy: Partial<Policy> = {}) =>
  decideAlerts(
    { for: ['tick'], by: 'a run', clusters: [aSeen(seen)], closed: [], failures: [] },
    aContext(now, policy),
  );

/** The incident that is written down; undefined: none. */
function written(seen: Partial<ClusterSeen>, now?: Instant, policy?: Partial<Policy>): Incident | undefined {
  const next = planOf(seen, now, policy).guards[0]?.next;
  return next?.is === 'incident' ? next : undefined;
}

describe('an incident begins', () => {
  test('when as many instances as the setting says are doomed at once, with who they are and where', () => {
    const next = written({ doomed: doomed(1, 2, 3) });
    expect(next).toMatchObject({
      cluster: CLUSTER,
      openedAt: NOW,
      activeAt: at(20),
      instances: [1, 2, 3].map(instanceId),
      pools: ['m6i.large eu-west-1a'],
      told: ['begun'],
      version: 1,
      by: 'a run',
    });
    expect(planOf({ doomed: doomed(1, 2, 3) }).guards[0]).toMatchObject({ expected: 'absent', whenLost: 'leave' });
  });

  test.each<[string, Partial<ClusterSeen>, Partial<Policy>]>([
    ['fewer', { doomed: doomed(1, 2) }, {}],
    ['fewer than the setting says', { doomed: doomed(1, 2, 3) }, { stormInstances: 4 }],
    ['scale-ins', { doomed: doomed(1, 2, 3).map((one) => ({ ...one, cause: 'scale-in' as const })) }, {}],
    ['lendings of nothing', { lendings: [aLending({ since: undefined, rungs: {} })], lookout: aLookout() }, {}],
  ])('not for %s', (_, seen, policy) => {
    expect(planOf(seen, at(20), policy).guards).toEqual([]);
  });

  test('when instances went without a notice', () => {
    expect(written({ doomed: doomed(1), missed: [aMissed(2), aMissed(3)] })?.told).toEqual(['begun']);
  });

  test('with those that are gone already, if their notices came within three minutes', () => {
    expect(written({ doomed: [...gone(1, 2), ...doomed(3)] }, at(150))?.told).toEqual(['begun']);
    expect(written({ doomed: [...gone(1, 2), ...doomed(3)] }, at(200))).toBeUndefined();
  });

  test('when capacity is lent, however few instances are doomed', () => {
    const next = written({ lendings: [aLending()], lookout: aLookout() });
    expect(next?.told).toEqual(['lent']);
    expect(next?.lent).toEqual([
      { service: 'checkout', since: NOW, until: undefined, most: { 'fargate-spot': 5 }, why: aLending().reason },
    ]);
  });

  test('at the same instant for two passes that see it at different times', () => {
    const keys = [at(20), at(21)].map((now) => written({ doomed: doomed(1, 2, 3) }, now)?.openedAt);
    expect(keys).toEqual([NOW, NOW]);
  });

  test('also where nothing of it is told', () => {
    expect(written({ doomed: doomed(1, 2, 3) }, at(20), { alerts: 'off' })?.told).toEqual(['begun']);
  });
});

describe('an incident goes on', () => {
  const incident = anIncident({ activeAt: at(60), costedTo: at(60) });

  test('with each instance, pool and lent task that comes to it', () => {
    const others = { 'fargate-spot': { ...aLending().rungs['fargate-spot'], want: 9 } } as ReturnType<
      typeof aLending
    >['rungs'];
    const lent = [{ service: 'checkout', since: NOW, until: undefined, most: { 'fargate-spot': 5 }, why: 'x' }];
    const next = written(
      {
        incident: { ...incident, lent, told: ['begun', 'lent'] },
        doomed: [aDoomed({ pool: { type: 'c6i.large', zone: 'eu-west-1b' } }, 4)],
        lendings: [aLending({ rungs: others })],
        lookout: aLookout(),
      },
      at(2 * MINUTE),
    );
    expect(next?.instances).toEqual([1, 2, 3, 4].map(instanceId));
    expect(next?.pools).toEqual(['c6i.large eu-west-1b', 'm6i.large eu-west-1a']);
    expect(next?.lent).toMatchObject([{ service: 'checkout', most: { 'fargate-spot': 9 } }]);
    expect(next?.version).toBe(2);
  });

  test('and what is lent costs what the cluster’s rate says, by the time since it was last added up', () => {
    const lending = { lendings: [aLending()], lookout: aLookout(), incident: { ...incident, lentCost: 500 } };
    expect(written(lending, at(2 * MINUTE))).toMatchObject({ lentCost: 1_000_500, costedTo: at(2 * MINUTE) });
    const begun = { ...lending, lendings: [aLending({ since: at(90) })] };
    expect(written(begun, at(2 * MINUTE))?.lentCost).toBe(500_500);
  });

  test('tells that capacity is back when nothing has been lent for five minutes', () => {
    const lent = [{ service: 'checkout', since: NOW, until: undefined, most: { 'fargate-spot': 5 }, why: 'x' }];
    const seen = { incident: { ...incident, lent, told: ['begun', 'lent'] as const } };
    const next = written(seen, at(5 * MINUTE));
    expect(next?.told).toEqual(['begun', 'lent']);
    expect(next?.lent).toMatchObject([{ until: at(5 * MINUTE) }]);
    expect(next?.activeAt, 'an incident is not shorter than what was lent in it').toBe(at(5 * MINUTE));
    expect(written({ incident: next }, at(10 * MINUTE - 1))).toBeUndefined();
    expect(written({ incident: next }, at(10 * MINUTE))).toMatchObject({
      told: ['begun', 'lent', 'back'],
      activeAt: at(5 * MINUTE),
    });
  });

  test('does not tell that capacity is back when it is lent again within five minutes', () => {
    const lent = [{ service: 'checkout', since: NOW, until: at(60), most: { 'fargate-spot': 5 }, why: 'x' }];
    const again = { lendings: [aLending({ since: at(5 * MINUTE) })], lookout: aLookout() };
    const seen = { incident: { ...incident, lent, told: ['begun', 'lent'] as const } };
    const next = written({ ...seen, ...again }, at(5 * MINUTE));
    expect(next).toMatchObject({ told: ['begun', 'lent'], lent: [{ until: at(60) }, { until: undefined }] });
    const back = written({ incident: next }, at(7 * MINUTE));
    expect(back?.told).toEqual(['begun', 'lent']);
    expect(written({ incident: back }, at(12 * MINUTE))?.told).toEqual(['begun', 'lent', 'back']);
  });

  test('does not tell that capacity is back while instances are still lost', () => {
    const lent = [{ service: 'checkout', since: NOW, until: at(60), most: { 'fargate-spot': 5 }, why: 'x' }];
    const seen = { incident: { ...incident, lent, told: ['begun', 'lent'] as const } };
    expect(written({ ...seen, doomed: doomed(1) }, at(9 * MINUTE))?.told).toEqual(['begun', 'lent']);
    expect(written({ ...seen, doomed: gone(1) }, at(9 * MINUTE))?.told).toEqual(['begun', 'lent', 'back']);
  });

  test('without another message when tasks are lent and taken back again', () => {
    const lent = [{ service: 'checkout', since: NOW, until: at(60), most: { 'fargate-spot': 5 }, why: 'x' }];
    const told = ['begun', 'lent', 'back'] as const;
    const again = {
      incident: { ...incident, lent, told },
      lendings: [aLending({ since: at(100) })],
      lookout: aLookout(),
    };
    const next = written(again, at(2 * MINUTE));
    expect(next?.told).toEqual(told);
    expect(next?.lent).toMatchObject([{ until: at(60) }, { since: at(100), until: undefined }]);
  });

  test('and nothing is written while nothing happens', () => {
    expect(planOf({ incident }, at(5 * MINUTE)).guards).toEqual([]);
  });
});

describe('an incident is over', () => {
  test('ten minutes after something was last doomed or lent', () => {
    const incident = anIncident({ activeAt: at(60) });
    expect(written({ incident }, at(11 * MINUTE - 1))).toBeUndefined();
    const over = at(11 * MINUTE);
    expect(written({ incident }, over)).toMatchObject({ closedAt: over, activeAt: at(60), told: ['begun', 'over'] });
  });

  test('not while an instance is doomed', () => {
    const next = written({ incident: anIncident(), doomed: doomed(1) }, at(15 * MINUTE));
    expect(next).toMatchObject({ closedAt: undefined, activeAt: at(15 * MINUTE) });
  });

  test('and kept for the reports for more than a month', () => {
    const next = written({ incident: anIncident() }, at(11 * MINUTE));
    expect((next?.expiresAt ?? 0) > later(NOW, 35 * 86_400_000)).toBe(true);
  });
});
