import { describe, expect, test } from 'vitest';
import type { RegionView } from '../../../functions/rebalance/decide/view.ts';
import type { Policy } from '../../../shared/policy.ts';
import { aPolicy, at, instanceId, NOW } from '../../given.ts';
import { pricesOf } from '../../shared/core/offerings/market.ts';
import {
  advised,
  aHost,
  aMember,
  anOpen,
  aReplacing,
  decided,
  type Given,
  names,
  only,
  outOf,
  TYPES,
  written,
} from './replace-given.ts';
import { aGroup, hoursAgo } from './review-given.ts';

const ZONES = ['eu-west-1a', 'eu-west-1b', 'eu-west-1c'];
const on = (given: Partial<Policy> = {}) => aPolicy({ rebalance: 'on', maxPoolShare: 1, ...given });
const allOut = (types: readonly string[], zones: readonly string[]) =>
  new Map(types.flatMap((type) => zones.map((zone) => outOf(type, zone))));

describe('an instance that EC2 recommended to move off', () => {
  test('has another launched first, in the emptiest zone, written down before the call', () => {
    const plan = decided({}, { advices: advised(1) });
    const [launch] = only(plan, 'launch-replacement');
    expect(names(plan)).toEqual(['launch-replacement']);
    expect(launch).toMatchObject({ instanceId: instanceId(1), zone: 'eu-west-1b', under: 'replacements of prod-spot' });
    expect(launch?.token).toBe(`${instanceId(1)}-${NOW}`);
    expect(launch?.token.length).toBeLessThanOrEqual(64);
    expect(written(plan)).toMatchObject({
      open: [{ instanceId: instanceId(1), way: 'launch', begunAt: NOW }],
      lastAt: NOW,
    });
    expect(plan.guards[0]).toMatchObject({ name: 'replacements of prod-spot', expected: 'absent', whenLost: 'leave' });
  });

  test('stays where a drain would not move its tasks, and it is told why', () => {
    const stuck = new Map([[instanceId(1), 'a task on it belongs to no service, so nothing moves it']]);
    const plan = decided({ stuck }, { advices: advised(1) });
    expect(names(plan)).toEqual([]);
    expect(plan.notes.join()).toContain('a task on it belongs to no service, so nothing moves it');
  });

  test('has it launched in its own zone where all have equally many', () => {
    const zones = ['eu-west-1c', 'eu-west-1a', 'eu-west-1b'];
    const members = zones.map((zone, index) => aMember(index + 1, { zone }));
    const plan = decided({ members }, { advices: advised(1) });
    expect(only(plan, 'launch-replacement')[0]?.zone).toBe('eu-west-1c');
  });

  test('has it launched in the zone with the fewest members where its own has no better pool', () => {
    const members = [1, 2, 3, 4].map((n) => aMember(n, { zone: n === 2 ? 'eu-west-1b' : 'eu-west-1a' }));
    const plan = decided({ members }, { advices: advised(1), standings: allOut(TYPES, ['eu-west-1a']) });
    expect(only(plan, 'launch-replacement')[0]?.zone).toBe('eu-west-1c');
  });

  test('leaves its group, tagged first, where the group is at its maximum', () => {
    const plan = decided({ group: { maxSize: 6 } }, { advices: advised(1) });
    expect(plan.steps.map((step) => step.map((action) => action.do))).toEqual([['mark-detached'], ['detach']]);
    expect(written(plan).open).toMatchObject([{ way: 'detach' }]);
  });

  test('is left to Auto Scaling where Capacity Rebalancing is on, also behind managed scaling', () => {
    const provider = { name: 'spot', group: 'prod-spot', managedScaling: true, managedDraining: false };
    const plan = decided({ group: { capacityRebalance: true }, provider }, { advices: advised(1) });
    expect(names(plan)).toEqual([]);
    expect(written(plan).open).toMatchObject([{ way: 'group' }]);
  });

  test('goes alone where the share allows one at a time, the oldest first', () => {
    const members = [1, 2, 3].map((n) => aMember(n, { launchedAt: hoursAgo(n + 1) }));
    const plan = decided({ members }, { advices: advised(1, 2, 3) });
    expect(written(plan).open.map((one) => one.instanceId)).toEqual([instanceId(3)]);
  });

  test('goes with others where the share allows more', () => {
    const plan = decided({ policy: on({ replaceShare: 0.5 }) }, { advices: advised(1, 2, 3, 4) });
    expect(only(plan, 'launch-replacement')).toHaveLength(3);
  });
});

describe('an instance is not replaced, which is told once', () => {
  const managed = { name: 'spot', group: 'prod-spot', managedScaling: true, managedDraining: false };
  test.each<[string, Given, Partial<RegionView>, RegExp]>([
    ['behind managed scaling', { provider: managed }, {}, /turn Capacity Rebalancing of the group on/],
    ['where minimum and maximum leave no room', { group: { minSize: 6, maxSize: 6 } }, {}, /raise the maximum by one/],
    [
      'where the size of its group counts weights',
      { group: { counts: 'weights' } },
      {},
      /counts weights, not instances/,
    ],
    ['where Launch is suspended', { group: { suspended: ['Launch'] } }, {}, /Launch is suspended/],
    ['where Terminate is suspended', { group: { suspended: ['Terminate'] } }, {}, /Terminate is suspended/],
    ['during an instance refresh', { refreshing: true }, {}, /instance refresh/],
    ['while failover lends', { isLent: true }, {}, /failover lends/],
    ['while others are about to go', { doomed: new Set([instanceId(5)]) }, {}, /about to go/],
    ['protected from scale-in', { members: [aMember(1, { protectedFromScaleIn: true }), aMember(2)] }, {}, /protected/],
    ['without a better pool', {}, { standings: allOut(TYPES, ZONES) }, /none of its other pools is any better/],
    [
      'where all other pools failed to launch',
      { group: { zones: ['eu-west-1a'] } },
      {
        failed: [
          { group: 'prod-spot', zone: 'eu-west-1a', type: undefined, at: NOW, text: 'no Spot capacity available' },
        ],
      },
      /none of its other pools is any better/,
    ],
    ['with spotkeeper:rebalance=report', { policy: on({ rebalance: 'report' }) }, {}, /would replace/],
    ['in observe mode', { policy: on({ mode: 'observe' }) }, {}, /would replace/],
  ])('%s', (_, view, region, told) => {
    const plan = decided(view, { advices: advised(1), ...region });
    expect(names(plan)).toEqual([]);
    expect(written(plan).open).toEqual([]);
    expect(plan.notes.join('\n')).toMatch(told);
    const again = decided({ ...view, replacing: written(plan) }, { advices: advised(1), ...region });
    expect(again).toMatchObject({ guards: [], steps: [], notes: [] });
  });
});

describe('an instance waits', () => {
  test.each<[string, Given]>([
    ['younger than minAgeMinutes', { members: [aMember(1, { launchedAt: hoursAgo(0.9) }), aMember(2)] }],
    ['after a call that came to nothing', { replacing: aReplacing([], { retryAt: at(60) }) }],
    ['while as many as may are open', { replacing: aReplacing([anOpen({ instanceId: instanceId(2) })]) }],
  ])('%s', (_, view) => {
    expect(only(decided(view, { advices: advised(1) }), 'launch-replacement')).toEqual([]);
  });

  test('while ECS does not know it', () => {
    expect(decided({ hosts: [aHost(2)] }, { advices: advised(1) }).guards).toEqual([]);
  });
});

describe('a pool that carries too much and is not launched in any more', () => {
  const crowd = {
    members: [1, 2, 3, 4].map((n) => aMember(n, { type: 'm4.large' })),
    policy: on({ maxPoolShare: 0.25 }),
    prices: pricesOf([...TYPES, 'm4.large'], 0.5, { 'm4.large': 0.1 }),
  };

  test('loses one instance at a time, in calm', () => {
    const plan = decided(crowd);
    expect(written(plan).open).toMatchObject([{ why: 'crowded', way: 'launch' }]);
    expect(only(plan, 'launch-replacement')[0]?.because).toMatch(
      /m4\.large eu-west-1a carries 4 of 6 instances, 3 more/,
    );
  });

  test.each<[string, Given, Partial<RegionView>]>([
    ['while one is under way', { replacing: aReplacing([anOpen({ begunAt: at(-900) })], { lastAt: at(-900) }) }, {}],
    ['within ten minutes of the last', { replacing: aReplacing([], { lastAt: at(-599) }) }, {}],
    [
      'while a pool of the group is on cool-off',
      {},
      {
        coolOffs: [
          {
            is: 'cool-off',
            region: 'eu-west-1',
            pool: { type: 'm5.large', zone: 'eu-west-1c' },
            noticedAt: at(-60),
            expiresAt: at(60),
          },
        ],
      },
    ],
    ['while failover lends', { isLent: true }, {}],
    ['while instances are about to go', { doomed: new Set([instanceId(9)]) }, {}],
    ['while its types still stand in the group', { group: aGroup(['m4.large', ...TYPES]) }, {}],
    [
      'where the size of its group counts weights: nobody knows how many it may carry',
      { group: { counts: 'weights' } },
      {},
    ],
  ])('keeps its instances %s', (_, view, region) => {
    expect(only(decided({ ...crowd, ...view }, region), 'launch-replacement')).toEqual([]);
  });

  test('does not keep another waiting that has somewhere to go', () => {
    const prices = pricesOf([...TYPES, 'm4.large', 'm4.xlarge'], 0.5, { 'm4.large': 0.05, 'm4.xlarge': 0.2 });
    const stuck = [1, 2, 3, 4].map((n) => aMember(n, { type: 'm4.large' }));
    const movable = [5, 6, 7].map((n) => aMember(n, { type: 'm4.xlarge' }));
    const plan = decided({ ...crowd, members: [...stuck, ...movable], prices });
    expect(written(plan).open).toMatchObject([{ pool: { type: 'm4.xlarge' }, why: 'crowded' }]);
  });

  test('keeps them where the others cost more than 1.15 times as much, or nobody knows', () => {
    const dear = decided({ ...crowd, prices: pricesOf([...TYPES, 'm4.large'], 0.5, { 'm4.large': 0.05 }) });
    expect(names(dear)).toEqual([]);
    expect(dear.notes.join()).toContain('1.15 times its price');
    expect(names(decided({ ...crowd, prices: { spot: new Map(), onDemand: new Map() } }))).toEqual([]);
  });
});

describe('On-Demand instances beyond what the group calls for', () => {
  const mixed = { members: [aMember(1, { spot: false }), aMember(2), aMember(3)] };

  test('give way to Spot one by one', () => {
    expect(written(decided(mixed)).open).toMatchObject([{ instanceId: instanceId(1), why: 'on-demand' }]);
  });

  test('stay where the size of the group counts vCPUs, as the settings then do', () => {
    expect(decided({ ...mixed, group: { counts: 'vCPUs' } }).guards).toEqual([]);
  });

  test('stay while failover has the base raised', () => {
    const raised = {
      is: 'raised' as const,
      region: 'eu-west-1',
      group: 'prod-spot',
      cluster: 'prod',
      before: 0,
      base: 1,
      confirmed: true,
      since: at(-60),
      changedAt: at(-60),
      reason: 'two tasks have no place',
      version: 1,
      by: 'somebody',
      expiresAt: at(60),
    };
    expect(decided({ ...mixed, raised }).guards).toEqual([]);
  });
});

test('in calm nothing is planned, written or told', () => {
  expect(decided()).toMatchObject({ guards: [], steps: [], notes: [] });
});
