import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { baseFor, decideOnDemand, type OnDemandGiven } from '../../../functions/failover/decide/on-demand.ts';
import type { Raised } from '../../../shared/model/records.ts';
import type { Group } from '../../../shared/model/surroundings.ts';
import { at, CLUSTER, instanceId, NOW } from '../../given.ts';
import { aGroup, lendingContext } from './given.ts';
import { aRaised } from './given-records.ts';

type Case = Partial<Omit<OnDemandGiven, 'groups' | 'raised' | 'wanted'>> & {
  readonly group?: Group | undefined;
  readonly raised?: Raised;
  readonly wanted?: number;
  readonly seconds?: number;
};

function decided({ group = aGroup(), raised, wanted = 0, seconds = 0, ...rest }: Case) {
  const given: OnDemandGiven = {
    cluster: CLUSTER,
    groups: [group],
    raised: raised === undefined ? [] : [raised],
    wanted: wanted === 0 ? [] : [{ group: 'spot', instances: wanted, why: '4 tasks of checkout' }],
    doomed: new Set(),
    for: ['tick'],
    ...rest,
  };
  const { guards, actions, notes } = decideOnDemand(given, lendingContext(at(seconds)));
  const bases = actions.map((action) => (action.do === 'set-base' ? `${action.from} -> ${action.base}` : action.do));
  return { bases, actions, notes, guards, record: guards[0]?.next };
}

describe('instances are bought On-Demand', () => {
  test('as many as are missing and wanted: the base is those that run, plus these', () => {
    const group = aGroup({ spot: 1, bought: 1, base: 1 });
    expect(decided({ group, wanted: 2 }).bases).toEqual(['1 -> 3']);
    expect(decided({ group, wanted: 1 }).bases).toEqual(['1 -> 2']);
    expect(decided({ group, wanted: 9 }).bases).toEqual(['1 -> 3']);
  });

  test('also in place of those that are about to go', () => {
    const doomed = new Set([instanceId(1), instanceId(2)]);
    expect(decided({ wanted: 4, doomed }).bases).toEqual(['0 -> 2']);
  });

  test('counting those that start already, and not those that leave', () => {
    const group = aGroup({ spot: 2, bought: 1 });
    const [leaving, ...others] = group.instances;
    if (leaving === undefined) throw new Error('the group has instances');
    const instances = [{ ...leaving, lifecycle: 'Terminating:Wait' }, ...others];
    expect(decided({ group: { ...group, instances }, wanted: 4 }).bases).toEqual(['0 -> 3']);
    const starting = { ...leaving, instanceId: instanceId(9), spot: false, lifecycle: 'Pending:Wait' };
    expect(decided({ group: { ...group, instances: [...instances, starting] }, wanted: 4 }).bases).toEqual(['0 -> 3']);
  });

  test('never in place of Spot Instances that are healthy: a group with all of its instances is left, and that is told', () => {
    expect(decided({ wanted: 2 })).toMatchObject({
      bases: [],
      guards: [],
      notes: ['spot is at its desired count of 4: a higher On-Demand base would replace Spot Instances'],
    });
  });

  test('under a guard, with what the base was before, and the reason', () => {
    const { actions, guards } = decided({ group: aGroup({ spot: 2 }), wanted: 2 });
    expect(actions).toMatchObject([
      { do: 'set-base', group: 'spot', from: 0, base: 2, because: '4 tasks of checkout', under: 'group spot' },
    ]);
    expect(guards).toMatchObject([
      { name: 'group spot', expected: 'absent', next: { before: 0, base: 2, confirmed: false, since: NOW } },
    ]);
  });

  test('once: while they are on their way nothing more is asked for', () => {
    const raised = aRaised();
    expect(decided({ group: aGroup({ spot: 2, base: 2 }), raised, wanted: 2 })).toMatchObject({
      bases: [],
      guards: [],
    });
    const one = aGroup({ spot: 2, bought: 1, base: 2 });
    expect(decided({ group: one, raised, wanted: 1 }).bases).toEqual([]);
  });

  test('again, when more of the Spot Instances go', () => {
    const group = aGroup({ spot: 1, bought: 2, base: 2 });
    expect(decided({ group, raised: aRaised(), wanted: 1 }).bases).toEqual(['2 -> 3']);
  });

  test('and our wish is repeated until it was seen carried out', () => {
    const group = aGroup({ spot: 2 });
    expect(decided({ group, raised: aRaised({ confirmed: false }), wanted: 2 }).bases).toEqual(['0 -> 2']);
    const { bases, record } = decided({ group: aGroup({ spot: 2, base: 2 }), raised: aRaised({ confirmed: false }) });
    expect([bases, record]).toMatchObject([[], { confirmed: true, changedAt: at(-600) }]);
  });
});

describe('the percentage above the base', () => {
  test.each([
    [4, 10, 0, 4],
    [4, 10, 25, 2],
    [5, 10, 50, 0],
    [7, 10, 50, 4],
    [2, 10, 50, 0],
  ])('buys its share: %i On-Demand of %i at %i %% take a base of %i', (onDemand, desired, percent, base) => {
    expect(baseFor(onDemand, aGroup({ desired, percent }))).toBe(base);
  });

  test('never leads to more On-Demand instances than are wanted', () => {
    fc.assert(
      fc.property(fc.nat(60), fc.nat(60), fc.nat(99), (onDemand, more, percent) => {
        const desired = onDemand + more;
        const base = baseFor(onDemand, aGroup({ desired, percent }));
        const bought = base + ((desired - base) * percent) / 100;
        if (base > 0) expect(bought).toBeLessThanOrEqual(onDemand + 1e-9);
        expect(base).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});

describe('the way back', () => {
  const full = aGroup({ spot: 2, bought: 2, base: 2 });

  test('is one instance at a time, when the group has all that it desires', () => {
    const { bases, record } = decided({ group: full, raised: aRaised() });
    expect([bases, record]).toMatchObject([['2 -> 1'], { base: 1, before: 0, confirmed: false, changedAt: NOW }]);
  });

  test('waits while instances are missing, or about to go', () => {
    expect(decided({ group: aGroup({ spot: 1, bought: 2, base: 2 }), raised: aRaised() }).bases).toEqual([]);
    expect(decided({ group: full, raised: aRaised(), doomed: new Set([instanceId(1)]) }).bases).toEqual([]);
  });

  test('waits for the last step to be carried out: while there are more On-Demand instances than the base says', () => {
    const group = aGroup({ spot: 1, bought: 3, base: 2 });
    expect(decided({ group, raised: aRaised() }).bases).toEqual([]);
  });

  test('waits a minute after the last step', () => {
    const raised = aRaised({ changedAt: NOW });
    expect(decided({ group: full, raised, seconds: 59 }).bases).toEqual([]);
    expect(decided({ group: full, raised, seconds: 60 }).bases).toEqual(['2 -> 1']);
  });

  test('waits for all of its instances to be in service', () => {
    const [first, ...others] = full.instances;
    const instances = first === undefined ? [] : [{ ...first, lifecycle: 'Pending' }, ...others];
    expect(decided({ group: { ...full, instances }, raised: aRaised() }).bases).toEqual([]);
  });

  test('waits while instances are wanted', () => {
    expect(decided({ group: full, raised: aRaised(), wanted: 1 }).bases).toEqual([]);
  });

  test('is not gone where nobody drains the instance that ends, and that is told', () => {
    const { bases, notes } = decided({ group: { ...full, drains: false }, raised: aRaised() });
    expect(bases).toEqual([]);
    expect(notes).toEqual([
      'spot keeps its On-Demand base of 2: it has no termination hook, so that a lower one would kill the tasks of an instance; add the hook spotkeeper-drain or managed draining, or lower it by hand',
    ]);
  });

  test('ends at what the base was, and is forgotten', () => {
    const raised = aRaised({ before: 1, base: 2 });
    expect(decided({ group: full, raised }).bases).toEqual(['2 -> 1']);
    const back = aRaised({ before: 1, base: 1, confirmed: false, version: 4 });
    const { bases, actions } = decided({ group: aGroup({ spot: 3, bought: 1, base: 1 }), raised: back });
    expect(bases).toEqual(['forget']);
    expect(actions).toMatchObject([{ records: [back] }]);
  });
});

describe('a base that somebody else set', () => {
  const group = aGroup({ spot: 2, bought: 1, base: 0 });

  test('is told and left', () => {
    const { bases, notes, record } = decided({ group, raised: aRaised(), wanted: 2 });
    expect(bases).toEqual([]);
    expect(notes).toEqual([
      'somebody set the On-Demand base of spot to 0, where spotkeeper had 2: it is left so; let your infrastructure code ignore on_demand_base_capacity',
    ]);
    expect(record).toMatchObject({ base: 0, before: 0, confirmed: true, expiresAt: at(3_600) });
  });

  test('is told once and not raised again for an hour', () => {
    const { record } = decided({ group, raised: aRaised(), wanted: 2 });
    if (record?.is !== 'raised') throw new Error('the base has a record');
    expect(decided({ group, raised: record, wanted: 2, seconds: 60 })).toMatchObject({
      bases: [],
      notes: [],
      guards: [],
    });
  });
});

describe('a group that cannot buy On-Demand instances', () => {
  test.each<[string, Partial<Group>]>([
    ['it has no mixed-instances policy', { onDemand: undefined }],
    ['its process Launch is suspended', { suspended: ['Launch'] }],
    ['an instance refresh is under way', { refreshing: true }],
    ['it buys On-Demand instances anyway', { onDemand: { base: 0, percentageAboveBase: 100, types: [] } }],
  ])('is told when it is wanted: %s', (why, changes) => {
    const group = { ...aGroup({ spot: 1 }), ...changes };
    expect(decided({ group, wanted: 2 })).toMatchObject({
      bases: [],
      notes: [`spot cannot buy On-Demand instances: ${why}`],
    });
    expect(decided({ group })).toMatchObject({ bases: [], notes: [] });
  });

  test('is passed over in silence when it is not known', () => {
    expect(decided({ groups: [], wanted: 2 } as Case)).toMatchObject({ bases: [], notes: [] });
  });
});

test('from the first missing instance to the last step back the base never stands for more than are missing', () => {
  fc.assert(
    fc.property(fc.nat(6), fc.nat(6), fc.integer({ min: 1, max: 8 }), fc.nat(3), (spot, bought, wanted, base) => {
      const desired = 8;
      const group = aGroup({ spot, bought, base, desired });
      const { actions } = decided({ group, wanted });
      const missing = Math.max(0, desired - spot - bought);
      for (const action of actions) {
        if (action.do !== 'set-base') throw new Error(`${action.do} was not to be planned`);
        expect(action.base).toBeLessThanOrEqual(bought + missing);
        expect(action.base).toBeGreaterThan(base);
      }
    }),
  );
});
