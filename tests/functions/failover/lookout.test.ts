import { describe, expect, test } from 'vitest';
import { budgetOf } from '../../../functions/failover/decide/limits.ts';
import { decideLookout } from '../../../functions/failover/decide/lookout.ts';
import type { Instant } from '../../../shared/model/instant.ts';
import type { ServiceDetail } from '../../../shared/model/lending.ts';
import type { Lookout } from '../../../shared/model/records.ts';
import type { Policy } from '../../../shared/policy.ts';
import { actionsOf, at, CLUSTER, NOW } from '../../given.ts';
import { aFamily, aMain, aStandby, aView, lendingContext, lends } from './given.ts';
import { aLookout } from './given-records.ts';

type Case = {
  readonly before?: Lookout;
  readonly wanted?: readonly Instant[];
  readonly services?: readonly ServiceDetail[];
  readonly policy?: Partial<Policy>;
};

/** What a pass leaves behind; `before` is the record of the last one, if there is one. */
function left({ before, wanted = [], services = aFamily(), policy }: Case = {}) {
  const context = lendingContext();
  const view = aView({ services, policy: lends(policy), lookout: before });
  const plan = decideLookout(view, { wanted, budget: budgetOf(view, context) }, context);
  const next = plan.guards[0]?.next;
  return {
    guards: plan.guards,
    next: next?.is === 'lookout' ? next : undefined,
    wakes: actionsOf(plan, 'wake').map(({ watch, at: due }) => [watch, due]),
  };
}

describe('the next pass', () => {
  test('is woken for the soonest moment that anyone wants', () => {
    const { wakes, next } = left({ before: aLookout(), wanted: [at(90), at(5), at(60)] });
    expect(wakes).toEqual([[CLUSTER, at(5)]]);
    expect(next?.at).toEqual(at(5));
  });

  test('is not woken twice: one that is planned for then, or a little later, will do', () => {
    for (const planned of [5, 7]) {
      expect(left({ before: aLookout({ at: at(planned) }), wanted: [at(5)] })).toMatchObject({ wakes: [], guards: [] });
    }
    expect(left({ before: aLookout({ at: at(8) }), wanted: [at(5)] }).wakes).toEqual([[CLUSTER, at(5)]]);
  });

  test('that should have come already is planned anew', () => {
    expect(left({ before: aLookout({ at: at(-1) }), wanted: [at(5)] }).wakes).toHaveLength(1);
  });

  test('comes with the tick where nobody wants one, or only in more than ten minutes', () => {
    expect(left({ before: aLookout() }).wakes).toEqual([]);
    expect(left({ before: aLookout(), wanted: [at(601)] }).wakes).toEqual([]);
  });

  test('of two runs, is woken by the one that writes the record; the other has nothing to add', () => {
    const { guards } = left({ before: aLookout(), wanted: [at(5)] });
    expect(guards).toMatchObject([
      { name: `lookout ${CLUSTER}`, expected: 1, whenLost: 'leave', next: { version: 2 } },
    ]);
    expect(left({ wanted: [at(5)] }).guards).toMatchObject([{ expected: 'absent', next: { version: 1 } }]);
  });
});

describe('the record', () => {
  test('is written for a cluster that was never looked at, also one without services to lend to', () => {
    expect(left().next).toMatchObject({ services: 1, scannedAt: NOW });
    expect(left({ services: [aMain({ daemon: true })] }).next).toMatchObject({ services: 0, holds: [] });
  });

  test('counts standbys that must go, too: the cluster is looked at until they are gone', () => {
    expect(left({ services: [aStandby('fargate')] }).next).toMatchObject({ services: 1 });
  });

  test('is not written when nothing changed, but for the time of reading, after nine minutes', () => {
    expect(left({ before: aLookout({ scannedAt: at(-539) }) }).guards).toEqual([]);
    expect(left({ before: aLookout({ scannedAt: at(-540) }) }).next).toMatchObject({ scannedAt: NOW });
  });

  test('says what is lent, and the vCPUs on Fargate, for the limits of other clusters', () => {
    const services = [
      aMain(),
      aStandby('fargate-spot', { desired: 4, running: 4 }),
      aMain({ name: 'api', desired: 2, launch: { on: 'fargate', spot: false }, definition: 'checkout:7' }),
    ];
    const { next } = left({ before: aLookout(), services });
    expect(next?.lent.tasks).toBe(4);
    expect(next?.lent.hourlyNanoUsd).toBeGreaterThan(0);
    expect(next?.vcpus).toEqual({ 'fargate-spot': 1, fargate: 1 });
  });
});

describe('services that DRAINING would cut', () => {
  const holds = (main: Partial<ServiceDetail>, policy: Partial<Policy> = {}, services = aFamily(main)) =>
    left({ services, policy }).next?.holds;

  test('are held: their minimum is under 100, and more than they desire may run', () => {
    expect(holds({ minimumHealthyPercent: 50, maximumPercent: 200 })).toEqual(['checkout']);
    expect(holds({ minimumHealthyPercent: 99, maximumPercent: 125 })).toEqual([]);
    expect(holds({ minimumHealthyPercent: 75, maximumPercent: 125 })).toEqual(['checkout']);
  });

  test.each<[string, Partial<ServiceDetail>]>([
    ['keeps its minimum of 100', { minimumHealthyPercent: 100 }],
    ['may not have more than it desires', { minimumHealthyPercent: 50, maximumPercent: 100 }],
    ['is too small for one more', { minimumHealthyPercent: 50, maximumPercent: 110 }],
    ['desires nothing', { minimumHealthyPercent: 50, desired: 0 }],
    ['runs on Fargate', { minimumHealthyPercent: 50, launch: { on: 'fargate', spot: true } }],
  ])('are not held when one %s', (_, main) => {
    expect(holds(main)).toEqual([]);
  });

  test('are not held without a standby to lend to, nor where the policy does not want it', () => {
    const main = { minimumHealthyPercent: 50 };
    expect(holds(main, {}, [aMain(main)])).toEqual([]);
    expect(holds(main, { holdDrain: 'off' })).toEqual([]);
  });
});
