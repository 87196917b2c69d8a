import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { mostOpen } from '../../../functions/rebalance/decide/replace/begin.ts';
import type { RegionView } from '../../../functions/rebalance/decide/view.ts';
import { later } from '../../../shared/model/instant.ts';
import type { OpenReplacement } from '../../../shared/model/rebalance-records.ts';
import { actionsIn } from '../../../shared/plan/action.ts';
import { aPolicy, at, instanceId, NOW } from '../../given.ts';
import {
  aDetached,
  advised,
  aHost,
  aMember,
  anOpen,
  aReplace,
  aReplacing,
  begunBy,
  decided,
  type Given,
  only,
  written,
} from './replace-given.ts';

const MOST = 12;
const MINUTE = 60;
const ids = fc.uniqueArray(fc.integer({ min: 1, max: MOST }), { maxLength: MOST });

/** One instance: where it is, how old, what runs on it, and how far its replacement is, if there is one. */
const anyInstance = fc.record({
  lifecycle: fc.constantFrom('InService', 'InService', 'Pending', 'Terminating:Wait', 'detached', 'gone'),
  age: fc.integer({ min: 0, max: 180 }),
  tasks: fc.integer({ min: 0, max: 3 }),
  status: fc.constantFrom('ACTIVE', 'ACTIVE', 'DRAINING', 'none'),
  type: fc.constantFrom('m5.large', 'm5a.large', 'm4.large'),
  spot: fc.boolean(),
  open: fc.option(
    fc.record({
      way: fc.constantFrom('launch' as const, 'detach' as const, 'group' as const),
      begun: fc.integer({ min: 0, max: 90 }),
      drained: fc.boolean(),
      successor: fc.option(fc.integer({ min: 1, max: MOST })),
    }),
    { freq: 2 },
  ),
});

const anySituation = fc.record({
  instances: fc.array(anyInstance, { minLength: 1, maxLength: MOST }),
  advised: ids,
  doomed: fc.uniqueArray(fc.integer({ min: 1, max: MOST }), { maxLength: 1 }),
  fits: ids,
  room: fc.integer({ min: 0, max: 3 }),
  slack: fc.integer({ min: 0, max: 3 }),
  share: fc.double({ min: 0, max: 1, noNaN: true }),
  capacityRebalance: fc.boolean(),
  told: fc.constantFrom('on' as const, 'on' as const, 'report' as const),
});

type Situation = typeof anySituation extends fc.Arbitrary<infer T> ? T : never;

function viewOf(one: Situation): { readonly view: Given; readonly region: Partial<RegionView> } {
  const numbered = one.instances.map((instance, index) => ({ ...instance, n: index + 1 }));
  const members = numbered
    .filter(({ lifecycle }) => lifecycle !== 'detached' && lifecycle !== 'gone')
    .map(({ n, lifecycle, age, type, spot }) => aMember(n, { lifecycle, type, spot, launchedAt: at(-age * MINUTE) }));
  const open = numbered.flatMap(({ n, open }): readonly OpenReplacement[] =>
    open === null
      ? []
      : [
          anOpen({
            instanceId: instanceId(n),
            way: open.way,
            begunAt: at(-open.begun * MINUTE),
            successor: open.successor === null ? undefined : instanceId(open.successor),
            drainedAt: open.drained ? at(-MINUTE) : undefined,
          }),
        ],
  );
  const desired = members.length;
  return {
    view: {
      members,
      group: {
        desired,
        minSize: Math.max(0, desired - one.slack),
        maxSize: desired + one.room,
        capacityRebalance: one.capacityRebalance,
      },
      hosts: numbered.flatMap(({ n, status, tasks }) => (status === 'none' ? [] : [aHost(n, { status, tasks })])),
      replacing: open.length === 0 ? undefined : aReplacing(open, { lastAt: at(-3600) }),
      doomed: new Set(one.doomed.map(instanceId)),
      fits: new Set(one.fits.map(instanceId)),
      policy: aPolicy({ rebalance: one.told, replaceShare: one.share, minAgeMinutes: 60, maxPoolShare: 0.25 }),
    },
    region: {
      advices: advised(...one.advised),
      detached: numbered.filter(({ lifecycle }) => lifecycle === 'detached').map(({ n }) => aDetached(n)),
    },
  };
}

const inAnySituation = (check: (view: Given, region: Partial<RegionView>, plan: ReturnType<typeof decided>) => void) =>
  fc.assert(
    fc.property(anySituation, (one) => {
      const { view, region } = viewOf(one);
      check(view, region, decided(view, region));
    }),
    { numRuns: 500 },
  );

const openBefore = ({ replacing }: Given): readonly OpenReplacement[] => replacing?.open ?? [];

describe('whatever the situation', () => {
  test('no more is begun than the share allows beside what is open', () => {
    inAnySituation((view, _, plan) => {
      const begun = begunBy(plan).length;
      const open = openBefore(view).filter(({ way }) => way !== 'group').length;
      if (begun > 0) expect(open + begun).toBeLessThanOrEqual(mostOpen(aReplace(view)));
    });
  });

  test('nothing younger than minAgeMinutes is replaced', () => {
    inAnySituation((view, _, plan) => {
      const launchedAt = new Map(view.members?.map((one) => [one.instanceId, one.launchedAt]));
      for (const { instanceId } of begunBy(plan))
        expect(later(launchedAt.get(instanceId) ?? NOW, 3_600_000)).toBeLessThanOrEqual(NOW);
    });
  });

  test('nothing with tasks on it is ended before detachMinutes are over', () => {
    inAnySituation((view, _, plan) => {
      const tasks = new Map(view.hosts?.map((host) => [host.instanceId, host.tasks]));
      const begunAt = new Map(openBefore(view).map((one) => [one.instanceId, one.begunAt]));
      for (const { instanceId, from } of only(plan, 'terminate')) {
        const isOver = from === 'detached' && NOW >= later(begunAt.get(instanceId) ?? NOW, 3_600_000);
        if (!isOver) expect(tasks.get(instanceId) ?? 0).toBe(0);
      }
    });
  });

  test('nothing leaves its group before it is written down and tagged', () => {
    inAnySituation((_, __, plan) => {
      const detached = only(plan, 'detach');
      for (const { instanceId } of detached) {
        expect(plan.steps[0]).toContainEqual(expect.objectContaining({ do: 'mark-detached', instanceId }));
        expect(plan.steps[0]).not.toContainEqual(expect.objectContaining({ do: 'detach' }));
        expect(written(plan).open).toContainEqual(expect.objectContaining({ instanceId, way: 'detach' }));
      }
    });
  });

  test('nothing is done but under the guard, and nothing begins that is only to be told', () => {
    inAnySituation((view, _, plan) => {
      for (const action of actionsIn(plan)) expect(action.under).toBe(plan.guards[0]?.name);
      if (view.policy?.rebalance === 'report') expect(begunBy(plan)).toEqual([]);
    });
  });

  test('a pass that sees the same again begins nothing twice', () => {
    inAnySituation((view, region, plan) => {
      if (plan.guards.length === 0) return;
      const first = written(plan);
      const again = decided({ ...view, replacing: first }, region);
      const known = new Set(first.open.map((one) => one.instanceId));
      for (const { instanceId } of begunBy(again)) expect(known.has(instanceId)).toBe(false);
    });
  });

  test('no instance is the successor of two', () => {
    inAnySituation((_, __, plan) => {
      if (plan.guards.length === 0) return;
      const all = written(plan).open.flatMap(({ successor }) => successor ?? []);
      expect(new Set(all).size).toBe(all.length);
    });
  });
});
