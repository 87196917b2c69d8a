import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decideLending } from '../../../functions/failover/decide/lend.ts';
import { needsOf } from '../../../functions/failover/decide/need.ts';
import type { ClusterView } from '../../../functions/failover/decide/view.ts';
import {
  type Evidence,
  type Launch,
  type RungState,
  type ServiceDetail,
  type StandbyRung,
  standbyRungs,
} from '../../../shared/model/lending.ts';
import type { Lending } from '../../../shared/model/records.ts';
import { actionsIn } from '../../../shared/plan/action.ts';
import { at, NOW } from '../../given.ts';
import { aTask } from '../../shared/core/small-cluster.ts';
import { aDoomedHost, aFullHost, aGroup, aMain, aStandby, aView, lendingContext, lends } from './given.ts';
import { aLending, aState } from './given-records.ts';

const NAMES = ['basket', 'checkout', 'search'] as const;
const HOSTS = [1, 2, 3] as const;
const seconds = fc.integer({ min: -900, max: 0 }).map(at);
const some = fc.nat(6);
const LAUNCHES: readonly Launch[] = [
  { on: 'ec2', providers: ['spot'] },
  { on: 'ec2', providers: [] },
  { on: 'fargate', spot: true },
];

const main = fc.record({
  desired: some,
  running: some,
  pending: some,
  minimumHealthyPercent: fc.constantFrom(0, 50, 100),
  maximumPercent: fc.constantFrom(0, 100, 125, 200),
  launch: fc.constantFrom(...LAUNCHES),
  status: fc.constantFrom('ACTIVE', 'ACTIVE', 'DRAINING'),
  daemon: fc.constantFrom(false, false, false, true),
  controller: fc.constantFrom('ECS', 'ECS', 'CODE_DEPLOY'),
  deployments: fc.array(
    seconds.map((createdAt) => ({
      id: 'ecs-svc/1',
      status: 'ACTIVE',
      rollout: 'IN_PROGRESS',
      definition: 'checkout:7',
      network: undefined,
      createdAt,
    })),
    { maxLength: 2 },
  ),
});

const rungState: fc.Arbitrary<RungState> = fc
  .record({ want: some, setAt: seconds, confirmed: fc.boolean(), odd: some, since: seconds, dryUntil: seconds })
  .map(({ odd, since, ...rest }) => ({
    ...aState(rest.want),
    ...rest,
    odd: odd > 3 ? { desired: odd, since } : undefined,
  }));

const evidence: fc.Arbitrary<Evidence> = fc.record({
  kind: fc.constantFrom('placement-failure', 'failed-to-start', 'launch-failures', 'notice'),
  at: seconds,
  text: fc.constant('RESOURCE:CPU'),
});

const lending: fc.Arbitrary<Partial<Lending>> = fc.record({
  rungs: fc.record({ 'fargate-spot': rungState, fargate: rungState }),
  evidence: fc.option(evidence, { nil: undefined }),
  since: fc.option(seconds, { nil: undefined }),
  neededAt: fc.option(seconds, { nil: undefined }),
  began: fc.array(seconds, { maxLength: 4 }),
  startsMs: fc.array(fc.nat(200_000), { maxLength: 4 }),
  doubled: fc.boolean(),
  desiredBefore: fc.option(some, { nil: undefined }),
});

const family = (name: string) =>
  fc
    .record({
      main: fc.option(main),
      standbys: fc.record({
        'fargate-spot': fc.option(fc.tuple(some, some)),
        fargate: fc.option(fc.tuple(some, some)),
      }),
      record: fc.option(lending),
      told: fc.option(evidence),
      failover: fc.constantFrom('fargate-spot/fargate/on-demand', 'fargate', 'on-demand', 'none', 'nowhere'),
    })
    .map((made) => ({ name, ...made }));

const cluster = fc.record({
  families: fc.tuple(...NAMES.map(family)),
  hosts: fc.subarray([...HOSTS]),
  room: fc.nat(4),
  doomed: fc.subarray([...HOSTS]),
  tasks: fc.option(
    fc.array(fc.record({ name: fc.constantFrom(...NAMES), host: fc.constantFrom(...HOSTS) }), { maxLength: 12 }),
  ),
  most: fc.constantFrom(0, 3, 500),
  quota: fc.option(fc.nat(3), { nil: undefined }),
  spot: fc.nat(4),
});

type Cluster = typeof cluster extends fc.Arbitrary<infer T> ? T : never;

function viewOf({ families, hosts, room, doomed, tasks, most, quota, spot }: Cluster): ClusterView {
  const services = families.flatMap(({ name, main: about, standbys, failover }): readonly ServiceDetail[] => [
    ...(about === null ? [] : [aMain({ name, tags: { 'spotkeeper:failover': failover }, ...about })]),
    ...(['fargate-spot', 'fargate'] as const).flatMap((rung) => {
      const [desired, running] = standbys[rung] ?? [];
      return desired === undefined || running === undefined ? [] : [aStandby(rung, { desired, running }, name)];
    }),
  ]);
  return aView({
    services,
    policy: lends({ maxLentTasks: most }),
    hosts: hosts.map((n) => aFullHost(n, { cpu: 512 * room, memory: 1_024 * room })),
    doomed: doomed.map((n) => aDoomedHost(n)),
    tasks: tasks?.map(({ name, host }) => ({ ...aTask(aFullHost(host)), service: name })) ?? undefined,
    allTasks: tasks !== null,
    quotas: { 'fargate-spot': quota, fargate: quota },
    groups: [aGroup({ spot })],
    groupsOf: new Map(NAMES.map((name) => [name, ['spot']])),
    lendings: new Map(
      families.flatMap(({ name, record }) =>
        record === null ? [] : [[name, aLending({ service: name, ...record })] as const],
      ),
    ),
    evidence: new Map(families.flatMap(({ name, told }) => (told === null ? [] : [[name, told] as const]))),
  });
}

/** Checks what is planned in whatever state a cluster is; that it is planned at all is checked with it. */
const holds = (check: (view: ClusterView, plan: ReturnType<typeof decideLending>) => void) =>
  fc.assert(
    fc.property(cluster, (made) => {
      const view = viewOf(made);
      check(view, decideLending(view, lendingContext(NOW)));
    }),
    { numRuns: 300 },
  );

test('only services with a ladder are lent tasks, on rungs that it names', () => {
  holds((view, plan) => {
    for (const action of actionsIn(plan)) {
      if (action.do !== 'lend') continue;
      const ladder = view.ladders.ladders.find(({ main: { name } }) => name === action.main);
      expect(ladder?.rungs).toContain(action.rung);
      expect(action.desired).toBeGreaterThan(action.from);
    }
  });
});

test('no service is lent more than its maximum percent leaves, nor more than the policy allows', () => {
  holds((view, plan) => {
    const needs = needsOf(view, lendingContext(NOW));
    for (const { main: service, policy, standbys } of view.ladders.ladders) {
      const changes = actionsIn(plan).flatMap((one) =>
        (one.do === 'lend' || one.do === 'take-back') && one.main === service.name ? [one] : [],
      );
      if (!changes.some((one) => one.do === 'lend')) continue;
      const record = view.lendings.get(service.name);
      const before = Object.values(standbys).reduce((sum, { desired }) => sum + desired, 0);
      // A wish that is under way counts as carried out.
      const countOf = (standby: ServiceDetail, rung: StandbyRung): number => {
        const state = record?.rungs[rung];
        const has = state && !state.confirmed ? state.want : standby.desired;
        return changes.find((one) => one.standby === standby.name)?.desired ?? has;
      };
      const after = standbyRungs.reduce((sum, rung) => {
        const standby = standbys[rung];
        return sum + (standby ? countOf(standby, rung) : 0);
      }, 0);
      const wanted = Object.values(record?.rungs ?? {}).reduce((sum, { want }) => sum + want, 0);
      const had = Math.max(before, wanted);
      expect(after).toBeLessThanOrEqual(Math.max(had, needs.of.get(service.name)?.most ?? 0));
      expect(after).toBeLessThanOrEqual(Math.max(had, policy.maxLentTasks));
    }
  });
});

test('no standby is changed twice, and none to a count below 0', () => {
  holds((_, plan) => {
    const changes = actionsIn(plan).flatMap((one) => (one.do === 'lend' || one.do === 'take-back' ? [one] : []));
    const standbys = changes.map(({ standby }) => standby);
    expect(standbys).toEqual([...new Set(standbys)]);
    for (const { desired } of changes) expect(desired).toBeGreaterThanOrEqual(0);
  });
});

test('an On-Demand base never stands for more instances than run On-Demand and are missing', () => {
  holds((view, plan) => {
    const [group] = view.groups;
    for (const action of actionsIn(plan)) {
      if (action.do !== 'set-base') continue;
      const doomed = new Set(view.doomed.map(({ instanceId }) => instanceId));
      const up = (group?.instances ?? []).filter(({ instanceId }) => !doomed.has(instanceId));
      expect(action.base).toBeLessThanOrEqual((group?.desired ?? 0) - up.length);
    }
  });
});

test('every reason and note is a sentence with its numbers: nothing is left open', () => {
  holds((_, plan) => {
    const texts = [...plan.notes, ...actionsIn(plan).map(({ because }) => because)];
    for (const text of texts) expect(text).not.toMatch(/undefined|NaN|null|Infinity|\[object/);
  });
});
