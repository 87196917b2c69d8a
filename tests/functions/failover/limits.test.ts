import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { budgetOf } from '../../../functions/failover/decide/limits.ts';
import type { ClusterView } from '../../../functions/failover/decide/view.ts';
import { hourlyNanoUsd } from '../../../shared/core/fargate/prices.ts';
import type { ServiceDetail, StandbyRung } from '../../../shared/model/lending.ts';
import type { Policy } from '../../../shared/policy.ts';
import { aPrepared, clusterArn, REGION } from '../../given.ts';
import { aFailoverCluster, aFamily, aMain, aStandby, aSubnet, aView, lendingContext, lends, SHAPE } from './given.ts';
import { aLending, aLookout, aState } from './given-records.ts';

/** A quarter of a vCPU and half a GiB a task, as the prepared services have it. */
const dollars = (tasks: number, spot = false) =>
  (tasks * hourlyNanoUsd({ vcpu: 0.25, gb: 0.5, arm: false, spot, region: REGION }).nanoUsd) / 1e9;

type Limits = Parameters<typeof aView>[0];

/** So many tasks are wanted of a rung; `account` are settings of the account, `limits` what the cluster is like. */
function asked(many: number, limits: Limits = {}, account: Partial<Policy> = {}, rung: StandbyRung = 'fargate') {
  const view = aView(limits);
  const [ladder] = view.ladders.ladders;
  if (ladder === undefined) throw new Error('the cluster has no service to lend to');
  return budgetOf(view, lendingContext(undefined, account)).take(ladder, rung, many);
}

/** The service with tasks lent on Fargate already. */
const lent = (tasks: number, changes: Partial<ServiceDetail> = {}) => [
  aMain(changes),
  aStandby('fargate-spot'),
  aStandby('fargate', { desired: tasks, running: tasks }),
];

const of = (granted: number, bound: string | undefined = undefined) => ({ granted, bound });

test('without limits that bind, all that is wanted is granted, and nothing is named', () => {
  expect(asked(40)).toEqual(of(40));
  expect(asked(0)).toEqual(of(0));
});

describe('each limit binds, and is named with its value', () => {
  test('tasks of a service, those that it has counted in', () => {
    const policy = lends({ maxLentTasks: 5 });
    expect(asked(9, { policy })).toEqual(of(5, 'maxLentTasks is 5'));
    expect(asked(9, { policy, services: lent(3) })).toEqual(of(2, 'maxLentTasks is 5'));
    expect(asked(9, { policy, services: lent(7) })).toEqual(of(0, 'maxLentTasks is 5'));
  });

  test('tasks of a service, those counted in that were asked for just now and do not show yet', () => {
    const lendings = new Map([['checkout', aLending({ rungs: { fargate: aState(3, { confirmed: false }) } })]]);
    expect(asked(9, { policy: lends({ maxLentTasks: 5 }), services: lent(0), lendings })).toEqual(
      of(2, 'maxLentTasks is 5'),
    );
  });

  test('tasks of the account, those of other services and clusters counted in', () => {
    const services = [...lent(3), ...aFamily({ name: 'basket' })];
    const elsewhere = [aLookout({ cluster: clusterArn('test'), lent: { tasks: 4, hourlyNanoUsd: 0 } })];
    expect(asked(9, { services, elsewhere }, { maxLentTasksInAccount: 10 })).toEqual(
      of(3, 'maxLentTasksInAccount is 10'),
    );
  });

  test('dollars an hour of a service: a task on Fargate Spot takes less of them', () => {
    const policy = lends({ maxHourlyCost: dollars(4) + 0.000_001 });
    expect(asked(9, { policy })).toEqual(of(4, `maxHourlyCost is ${policy.maxHourlyCost} dollars`));
    expect(asked(9, { policy, services: lent(3) })).toMatchObject({ granted: 1 });
    expect(asked(99, { policy }, {}, 'fargate-spot').granted).toBe(Math.floor(dollars(4.01) / dollars(1, true)));
  });

  test('dollars an hour of the account, those that other clusters spend counted in', () => {
    const hourlyNanoUsd = Math.round(dollars(6) * 1e9);
    const elsewhere = [aLookout({ cluster: clusterArn('test'), lent: { tasks: 6, hourlyNanoUsd } })];
    const maxHourlyCostInAccount = dollars(10) + 0.000_001;
    expect(asked(9, { elsewhere, services: lent(2) }, { maxHourlyCostInAccount })).toEqual(
      of(2, `maxHourlyCostInAccount is ${maxHourlyCostInAccount} dollars`),
    );
  });

  test("Fargate's vCPU quota, with what runs on Fargate anyway, here and in other clusters", () => {
    const quotas = { 'fargate-spot': undefined, fargate: 4 };
    const says = 'the quota of FARGATE is 4 vCPUs';
    expect(asked(99, { quotas })).toEqual(of(16, says));
    const permanent = aMain({ name: 'api', desired: 3, launch: { on: 'fargate', spot: false } });
    expect(SHAPE.cpu).toBe(512);
    expect(asked(99, { quotas, services: [...lent(2), permanent] })).toEqual(of(16 - 2 - 6, says));
    const elsewhere = [aLookout({ cluster: clusterArn('test'), vcpus: { 'fargate-spot': 9, fargate: 3 } })];
    expect(asked(99, { quotas, elsewhere })).toEqual(of(4, says));
  });

  test('a quota of zero grants nothing on its rung, and all on the other one', () => {
    const quotas = { 'fargate-spot': 0, fargate: undefined };
    expect(asked(2, { quotas }, {}, 'fargate-spot')).toEqual(of(0, 'the quota of FARGATE_SPOT is 0 vCPUs'));
    expect(asked(2, { quotas })).toEqual(of(2));
  });

  test("free addresses of the standby's subnets, those of others left out", () => {
    const subnets = [aSubnet('subnet-a', 2), aSubnet('subnet-b', 1), aSubnet('subnet-c', 100)];
    expect(asked(9, { subnets })).toEqual(of(3, 'the subnets subnet-a, subnet-b have no free addresses'));
  });

  test('a capacity provider that the cluster does not have', () => {
    const cluster = aFailoverCluster({ providers: ['spot', 'FARGATE_SPOT'] });
    expect(asked(9, { cluster })).toEqual(of(0, 'the cluster has no capacity provider FARGATE'));
    expect(asked(9, { cluster }, {}, 'fargate-spot')).toEqual(of(9));
  });
});

describe('what is not known does not bind', () => {
  test('the quota, the addresses, the size of a task', () => {
    const unknown: Limits = { quotas: { 'fargate-spot': undefined, fargate: undefined }, subnets: [] };
    expect(asked(400, unknown)).toEqual(of(400));
    const sizeless = new Map([['checkout', aPrepared({ size: undefined })]]);
    const quotas = { 'fargate-spot': 1, fargate: 1 };
    expect(asked(400, { prepared: sizeless, quotas, policy: lends({ maxHourlyCost: 0.01 }) })).toEqual(of(400));
  });
});

describe('several services', () => {
  const services = [
    ...aFamily({ name: 'search', tags: { 'spotkeeper:priority': '10' } }),
    ...aFamily({ name: 'checkout', tags: { 'spotkeeper:priority': '90' } }),
  ];
  const takenBy = (view: ClusterView, account: Partial<Policy>) => {
    const budget = budgetOf(view, lendingContext(undefined, account));
    return view.ladders.ladders.map((ladder) => [ladder.main.name, budget.take(ladder, 'fargate', 3).granted]);
  };

  test('share what the account has: the one with the higher priority takes first', () => {
    expect(takenBy(aView({ services }), { maxLentTasksInAccount: 4 })).toEqual([
      ['checkout', 3],
      ['search', 1],
    ]);
  });

  test('share the addresses of their subnets, and the quota', () => {
    const subnets = [aSubnet('subnet-a', 1), aSubnet('subnet-b', 3)];
    expect(takenBy(aView({ services, subnets }), {})).toEqual([
      ['checkout', 3],
      ['search', 1],
    ]);
    expect(takenBy(aView({ services, quotas: { 'fargate-spot': 9, fargate: 1 } }), {})).toEqual([
      ['checkout', 3],
      ['search', 1],
    ]);
  });

  test('may have what one of them gives back', () => {
    const view = aView({ services });
    const budget = budgetOf(view, lendingContext(undefined, { maxLentTasksInAccount: 3 }));
    const [first, second] = view.ladders.ladders;
    if (first === undefined || second === undefined) throw new Error('there are two services');
    expect(budget.take(first, 'fargate', 3).granted).toBe(3);
    expect(budget.take(second, 'fargate', 3).granted).toBe(0);
    budget.give(first, 'fargate', 2);
    expect(budget.take(second, 'fargate', 3).granted).toBe(2);
    expect(budget.lent().tasks).toBe(3);
    expect(budget.vcpus()).toEqual({ 'fargate-spot': 0, fargate: 0.75 });
  });
});

test('whatever is asked for and given back, no limit is ever passed', () => {
  const steps = fc.array(fc.record({ spot: fc.boolean(), count: fc.nat(12), gives: fc.boolean() }), { maxLength: 12 });
  const limits = fc.record({ tasks: fc.nat(20), inAccount: fc.nat(20), cost: fc.nat(20), quota: fc.nat(6) });
  const addresses = fc.tuple(fc.nat(10), fc.nat(10));
  fc.assert(
    fc.property(steps, limits, addresses, (asks, { tasks, inAccount, cost, quota }, [a, b]) => {
      const policy = lends({ maxLentTasks: tasks, maxHourlyCost: dollars(cost) });
      const quotas = { 'fargate-spot': quota, fargate: quota };
      const view = aView({ policy, quotas, subnets: [aSubnet('subnet-a', a), aSubnet('subnet-b', b)] });
      const budget = budgetOf(view, lendingContext(undefined, { maxLentTasksInAccount: inAccount }));
      const [ladder] = view.ladders.ladders;
      if (ladder === undefined) throw new Error('there is a service');
      const has: Record<StandbyRung, number> = { 'fargate-spot': 0, fargate: 0 };
      for (const { spot, count, gives } of asks) {
        const rung = spot ? 'fargate-spot' : 'fargate';
        const back = Math.min(count, has[rung]);
        if (gives) budget.give(ladder, rung, back);
        has[rung] += gives ? -back : budget.take(ladder, rung, count).granted;
        const all = has.fargate + has['fargate-spot'];
        expect(budget.lent().tasks).toBe(all);
        expect(all).toBeLessThanOrEqual(Math.min(tasks, inAccount, a + b));
        expect(budget.lent().hourlyNanoUsd / 1e9).toBeLessThanOrEqual(dollars(cost) + 1e-9);
        expect(Math.max(has.fargate, has['fargate-spot']) / 4).toBeLessThanOrEqual(quota);
      }
    }),
  );
});
