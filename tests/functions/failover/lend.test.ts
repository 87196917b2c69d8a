import { describe, expect, test } from 'vitest';
import { decideLending } from '../../../functions/failover/decide/lend.ts';
import type { ServiceDetail } from '../../../shared/model/lending.ts';
import type { Lending } from '../../../shared/model/records.ts';
import { actionsIn, type Plan } from '../../../shared/plan/action.ts';
import type { Policy } from '../../../shared/policy.ts';
import { actionsOf, aPrepared, at, CLUSTER, NOW } from '../../given.ts';
import { aTask } from '../../shared/core/small-cluster.ts';
import {
  aBalancer,
  aDoomedHost,
  aFamily,
  aFullHost,
  aGroup,
  aMain,
  aStandby,
  aView,
  lendingContext,
  lends,
} from './given.ts';
import { aFailure, aLending, aState } from './given-records.ts';

type Changes = Parameters<typeof aView>[0] & { readonly seconds?: number; readonly settings?: Partial<Policy> };

function planned({ seconds = 0, settings, ...changes }: Changes = {}) {
  const plan = decideLending(aView(changes), lendingContext(at(seconds), settings));
  return { ...plan, changes: changesOf(plan) };
}

const changesOf = (plan: Plan) =>
  actionsIn(plan).flatMap((action) =>
    action.do === 'lend' || action.do === 'take-back' ? [`${action.standby} ${action.from} -> ${action.desired}`] : [],
  );

/** Checkout lacks so many of its tasks, and ECS said why. */
const short = (missing: number, services: readonly ServiceDetail[] = aFamily({ running: 4 - missing })): Changes => ({
  services,
  evidence: new Map([['checkout', aFailure()]]),
});

/** Its instance, the only one, is under a notice and carries all of its tasks. */
const noticed: Changes = {
  hosts: [aFullHost(1)],
  tasks: Array.from({ length: 4 }, () => aTask(aFullHost(1))),
  allTasks: true,
  doomed: [aDoomedHost(1)],
};

test('in calm nothing is planned, and nothing written', () => {
  expect(planned()).toEqual({ changes: [], guards: [], steps: [], notes: [] });
});

describe('a shortage', () => {
  test('is lent what is missing, under the guard of the record, with a wake-up to see what became of it', () => {
    const plan = planned(short(2));
    expect(plan.changes).toEqual(['checkout-fargate-spot 0 -> 2']);
    expect(plan.guards).toMatchObject([
      { name: aMain().arn, expected: 'absent', whenLost: 'leave', next: { is: 'lending', version: 1 } },
      { name: `lookout ${CLUSTER}`, next: { at: at(5), lent: { tasks: 2 } } },
    ]);
    expect(actionsOf(plan, 'lend')).toMatchObject([{ under: aMain().arn, for: ['tick'] }]);
    expect(actionsOf(plan, 'wake')).toMatchObject([{ under: `lookout ${CLUSTER}`, at: at(5) }]);
  });

  test('is found in the messages of the service too, in case no event came', () => {
    const services = aFamily({ running: 2, unplaced: { at: NOW, text: 'RESOURCE:ENI' } });
    expect(planned({ services }).changes).toEqual(['checkout-fargate-spot 0 -> 2']);
    const other = aFamily({ running: 2, unplaced: { at: NOW, text: 'AGENT' } });
    expect(planned({ services: other }).changes).toEqual([]);
  });

  test('under a notice is lent before a task is lost', () => {
    expect(planned(noticed).changes).toEqual(['checkout-fargate-spot 0 -> 4']);
  });

  test('of a standby that Fargate refuses goes to the next rung, which is raised before the other one is lowered', () => {
    const lendings = new Map([
      ['checkout', aLending({ rungs: { 'fargate-spot': aState(2, { setAt: at(-20), servedAt: undefined }) } })],
    ]);
    const refusals = new Map([['checkout-fargate-spot', { at: at(-10), text: 'Capacity is unavailable' }]]);
    const services = [
      aMain({ running: 2 }),
      aStandby('fargate-spot', { desired: 2, running: 0, pending: 2 }),
      aStandby('fargate'),
    ];
    const { changes } = planned({ ...short(2, services), lendings, refusals });
    expect(changes).toEqual(['checkout-fargate 0 -> 2', 'checkout-fargate-spot 2 -> 0']);
  });

  test('of a service that cannot run on Fargate is told with the parameters that keep it off', () => {
    const findings = [{ parameter: 'networkMode', says: 'is host', severity: 'refusal' }] as const;
    const prepared = new Map([['checkout', aPrepared({ findings, size: undefined })]]);
    const { notes } = planned({ ...short(2, [aMain({ running: 2 })]), prepared });
    expect(notes).toEqual(['checkout: 2 of 2 missing tasks cannot be lent: it cannot run on Fargate (networkMode)']);
  });
});

describe('of several services', () => {
  const services = [
    ...aFamily({ name: 'search', running: 1 }),
    ...aFamily({ name: 'checkout', running: 1, tags: { 'spotkeeper:priority': '90' } }),
  ];
  const evidence = new Map(['search', 'checkout'].map((name) => [name, aFailure()]));

  test('those with the higher priority are lent tasks first; the others are told what they lack', () => {
    const { changes, notes } = planned({ services, evidence, settings: { maxLentTasksInAccount: 4 } });
    expect(changes).toEqual(['checkout-fargate-spot 0 -> 3', 'search-fargate-spot 0 -> 1']);
    expect(notes).toEqual([expect.stringMatching(/^search: 2 of 3 missing tasks cannot be lent: .*is 4/)]);
  });
});

describe('what is lent is kept', () => {
  const lendings = new Map([['checkout', aLending({ neededAt: at(-600) })]]);
  const lentTo = (main: Partial<ServiceDetail> = {}, standby: Partial<ServiceDetail> = {}) => [
    aMain(main),
    aStandby('fargate-spot', { desired: 2, running: 2, ...standby }),
    aStandby('fargate'),
  ];

  test('while a notice is open in a pool that carries the service, not in others', () => {
    const pool = { type: 'm6i.large', zone: 'eu-west-1b' };
    const hosts = [aFullHost(1), aFullHost(2, { cpu: 2_048, memory: 4_096 }), aFullHost(3, { pool }), aFullHost(4)];
    const tasks = Array.from({ length: 4 }, () => aTask(aFullHost(2)));
    const four = { lendings, services: lentTo(), allTasks: true, tasks, hosts };
    expect(planned({ ...four, doomed: [aDoomedHost(4)] }).changes).toEqual([]);
    expect(planned({ ...four, doomed: [aDoomedHost(3, { pool })] }).changes).toEqual(['checkout-fargate-spot 2 -> 0']);
    expect(planned({ ...four, doomed: [aDoomedHost(4, { deadline: NOW })] }).changes).toHaveLength(1);
  });

  test('while any notice is open, where it is not known which pools carry the service', () => {
    const services = lentTo();
    expect(planned({ lendings, services, doomed: [aDoomedHost(1)] }).changes).toEqual([]);
    expect(planned({ lendings, services, doomed: [] }).changes).toHaveLength(1);
  });

  test('while its load balancers, the one that has the fewest, have not enough healthy targets', () => {
    const [one, two] = [aBalancer({ targetGroup: 'one' }), aBalancer({ targetGroup: 'two' })];
    const services = lentTo({ balancers: [one, two] }, { balancers: [one, two] });
    const healthy = (many: number) =>
      Array.from({ length: 9 }, (_, n) => ({ id: `10.0.0.${n}`, port: 80, state: n < many ? 'healthy' : 'initial' }));
    const health = (first: number, second: number) =>
      new Map([
        ['one', healthy(first)],
        ['two', healthy(second)],
      ]);
    expect(planned({ lendings, services, health: health(6, 4) }).changes).toEqual([]);
    expect(planned({ lendings, services, health: health(9, 5) }).changes).toEqual(['checkout-fargate-spot 2 -> 1']);
    expect(planned({ lendings, services, health: health(6, 6) }).changes).toEqual(['checkout-fargate-spot 2 -> 0']);
  });

  test('while blue and green swap nothing more is lent', () => {
    const deployments = ['PRIMARY', 'ACTIVE'].map((status) => ({
      id: status,
      status,
      rollout: 'IN_PROGRESS',
      definition: 'checkout:7',
      network: undefined,
      createdAt: at(-600),
    }));
    const swapping = (changes: Partial<ServiceDetail>) =>
      planned(short(3, aFamily({ running: 1, deployments, ...changes }))).changes;
    expect(swapping({ strategy: 'BLUE_GREEN' })).toEqual([]);
    expect(swapping({ controller: 'CODE_DEPLOY' })).toEqual([]);
    expect(swapping({})).toHaveLength(1);
  });
});

describe('On-Demand instances', () => {
  const groups = [aGroup({ spot: 0, desired: 2 })];
  const groupsOf = new Map([['checkout', ['spot']]]);
  const bases = (changes: Changes) =>
    actionsOf(planned({ groups, groupsOf, ...changes }), 'set-base').map(({ from, base }) => [from, base]);
  const lent = (since: number): Changes => ({
    services: [aMain({ running: 2 }), aStandby('fargate-spot', { desired: 2, running: 2 }), aStandby('fargate')],
    lendings: new Map<string, Lending>([['checkout', aLending({ since: at(since) })]]),
  });

  test('are bought at once for what no standby takes', () => {
    expect(bases(short(2, [aMain({ running: 2 })]))).toEqual([[0, 1]]);
    expect(bases(short(2))).toEqual([]);
  });

  test('are bought for a deficit that outlasts the break-even time', () => {
    expect(bases(lent(-179))).toEqual([]);
    expect(bases(lent(-180))).toEqual([[0, 1]]);
  });

  test('are not bought where the ladder does not name them, nor without evidence', () => {
    const tags = { 'spotkeeper:failover': 'fargate-spot/fargate' };
    expect(bases(short(2, [aMain({ running: 2, tags })]))).toEqual([]);
    expect(bases({ services: [aMain({ running: 2 })] })).toEqual([]);
  });
});

describe('standbys that nobody wants any more', () => {
  test('are emptied, then removed, in one pass, and looked for again', () => {
    const plan = planned({ services: [aStandby('fargate', { desired: 3, running: 3 })], lookout: undefined });
    expect(plan.steps[0]).toMatchObject([{ do: 'take-back', standby: 'checkout-fargate', from: 3, desired: 0 }]);
    expect(plan.steps[1]).toMatchObject([
      { do: 'remove-standby', standby: 'checkout-fargate', because: 'its main service checkout is gone' },
      { do: 'wake', at: at(5) },
    ]);
  });
});

test('what is known of a service that is gone is forgotten, once its last standby is gone too', () => {
  const lendings = new Map([['search', aLending({ service: 'search' })]]);
  const prepared = new Map([['search', aPrepared({ service: 'search' })]]);
  const forgets = (services: readonly ServiceDetail[]) =>
    actionsOf(planned({ services, lendings, prepared }), 'forget').map(({ records }) => records.map(({ is }) => is));
  expect(forgets(aFamily())).toEqual([['lending', 'prepared']]);
  expect(forgets([...aFamily(), aStandby('fargate', {}, 'search')])).toEqual([]);
});

test('when Fargate starts fewer than are asked before the deadline, the plan says how many come late', () => {
  const main = { desired: 3_000, running: 3_000 };
  const [first] = noticed.tasks ?? [];
  const tasks = Array.from({ length: 3_000 }, () => first).flatMap((task) => task ?? []);
  const enough = { maxLentTasks: 5_000, maxHourlyCost: 100_000 };
  const settings = { maxLentTasksInAccount: 100_000, maxHourlyCostInAccount: 100_000 };
  const plan = planned({ ...noticed, services: aFamily(main), tasks, policy: lends(enough), settings });
  expect(plan.changes).toEqual(['checkout-fargate-spot 0 -> 1500', 'checkout-fargate 0 -> 1500']);
  const late =
    'serve after the deadline, 0 start after it: Fargate starts 100 at once and 20 a second, and a task takes 60 s to serve';
  expect(plan.notes).toEqual([`200 of 1500 tasks on fargate-spot ${late}`, `200 of 1500 tasks on fargate ${late}`]);
});
