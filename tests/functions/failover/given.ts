import { type Ladder, type Ladders, laddersOf } from '../../../functions/failover/decide/ladder.ts';
import type { Need } from '../../../functions/failover/decide/need.ts';
import { type RungNow, rungNow } from '../../../functions/failover/decide/rungs.ts';
import type { ClusterView, DoomedHost } from '../../../functions/failover/decide/view.ts';
import type { Context } from '../../../shared/flow.ts';
import {
  type Balancer,
  type Host,
  RUNG_TAG,
  type ServiceDetail,
  STANDBY_OF,
  type StandbyRung,
} from '../../../shared/model/lending.ts';
import type { FailoverCluster, Group, Subnet } from '../../../shared/model/surroundings.ts';
import type { Policy } from '../../../shared/policy.ts';
import {
  ACCOUNT,
  aCluster,
  aContext,
  aPolicy,
  aPrepared,
  at,
  containerInstanceArn,
  instanceId,
  NOW,
  POOL,
  REGION,
} from '../../given.ts';
import { aHost, aService, aShape } from '../../shared/core/small-cluster.ts';
import { aLookout, aState } from './given-records.ts';

/** A service named checkout that runs its four tasks on Spot instances, and its standbys, which have none. */
export const SHAPE = aShape();
const BOTH = ['fargate-spot', 'fargate'] as const;

/** The policy of a cluster whose services have both rungs of standbys, then On-Demand instances. */
export const lends = (changes: Partial<Policy> = {}): Policy =>
  aPolicy({ failover: ['fargate-spot', 'fargate', 'on-demand'], ...changes });

export const lendingContext = (now = NOW, changes: Partial<Policy> = {}): Context => aContext(now, lends(changes));

export const aMain = (changes: Partial<ServiceDetail> = {}): ServiceDetail =>
  aService({ launch: { on: 'ec2', providers: ['spot'] }, ...changes });

export const aBalancer = (changes: Partial<Balancer> = {}): Balancer => ({
  targetGroup: `arn:aws:elasticloadbalancing:${REGION}:${ACCOUNT}:targetgroup/checkout/7a7a1fcbd0455d4b`,
  alternate: undefined,
  productionRule: undefined,
  container: 'app',
  port: 8080,
  ...changes,
});

export const aStandby = (rung: StandbyRung, changes: Partial<ServiceDetail> = {}, main = 'checkout'): ServiceDetail =>
  aService({
    arn: `arn:aws:ecs:${REGION}:${ACCOUNT}:service/prod/${main}-${rung}`,
    name: `${main}-${rung}`,
    tags: { [STANDBY_OF]: main, [RUNG_TAG]: rung },
    desired: 0,
    running: 0,
    launch: { on: 'fargate', spot: rung === 'fargate-spot' },
    network: { subnets: ['subnet-a', 'subnet-b'], securityGroups: ['sg-1'], assignPublicIp: false },
    ...changes,
  });

/** A main service with both of its standbys. */
export const aFamily = (changes: Partial<ServiceDetail> = {}): readonly ServiceDetail[] => {
  const main = aMain(changes);
  return [main, ...BOTH.map((rung) => aStandby(rung, {}, main.name))];
};

/** The ladder of the first service that has one. */
export function ladderOf(services: readonly ServiceDetail[] = aFamily(), policy: Policy = lends()): Ladder {
  const [ladder] = laddersOf(services, policy).ladders;
  if (ladder === undefined) throw new Error('none of the services has a ladder');
  return ladder;
}

/** A rung that has what was wanted of it; `rest` changes what it comes to. */
export const aRung = (rung: StandbyRung, lent = 0, rest: Partial<RungNow> = {}): RungNow => ({
  ...rungNow(
    { rung, standby: aStandby(rung, { desired: lent, running: lent }), state: aState(lent) },
    { now: NOW, observes: false, rungSeconds: 75, refused: undefined, failed: undefined, undone: false },
  ),
  ...(rest.running !== undefined && { taken: rest.running }),
  ...rest,
});

export const aNeed = (deficit = 0, changes: Partial<Need> = {}): Need => ({
  deficit,
  predicted: 0,
  displaced: 0,
  most: 4,
  why: `${deficit} are missing`,
  on: new Set(),
  ...changes,
});

export const aFailoverCluster = (changes: Partial<FailoverCluster> = {}): FailoverCluster => ({
  ...aCluster(),
  providers: ['spot', 'FARGATE_SPOT', 'FARGATE'],
  fargateTasks: 0,
  ...changes,
});

export const aSubnet = (id = 'subnet-a', freeAddresses = 200): Subnet => ({
  id,
  vpc: 'vpc-1',
  zone: 'eu-west-1a',
  freeAddresses,
  wayOut: 'nat',
  endpoints: false,
});

/** Its host is under a Spot notice since NOW. */
export const aDoomedHost = (n = 1, changes: Partial<DoomedHost> = {}): DoomedHost => ({
  instanceId: instanceId(n),
  containerInstance: containerInstanceArn(n),
  noticedAt: NOW,
  deadline: at(120),
  pool: POOL,
  ...changes,
});

type Made = Partial<Omit<Group, 'onDemand' | 'instances'>> & {
  readonly spot?: number;
  readonly bought?: number;
  readonly base?: number;
  readonly percent?: number;
};

/** A group with so many Spot and On-Demand instances that run; those on Spot have the lower ids. */
export function aGroup({ spot = 4, bought = 0, base = 0, percent = 0, ...rest }: Made = {}): Group {
  const one = (n: number, isSpot: boolean) => ({
    instanceId: instanceId(n),
    type: 'm6i.large',
    zone: 'eu-west-1a',
    lifecycle: 'InService',
    spot: isSpot,
  });
  return {
    name: 'spot',
    desired: 4,
    maxSize: 10,
    zones: ['eu-west-1a'],
    onDemand: { base, percentageAboveBase: percent, types: ['m6i.large'] },
    suspended: [],
    refreshing: false,
    drains: true,
    instances: Array.from({ length: spot + bought }, (_, n) => one(n + 1, n < spot)),
    ...rest,
  };
}

/** An instance with room for nothing. */
export const aFullHost = (n = 1, changes: Partial<Host> = {}): Host => aHost(n, { cpu: 0, memory: 0, ...changes });

type Changes = Partial<Omit<ClusterView, 'ladders'>> & { readonly ladders?: Ladders };

/** A cluster with one service, its standbys prepared, on a tick at which nothing is wrong. */
export function aView({ services = aFamily(), policy = lends(), ...changes }: Changes = {}): ClusterView {
  const ladders = laddersOf(services, policy);
  const prepared = ladders.ladders.map(({ main: { name } }) => [name, aPrepared({ service: name })] as const);
  return {
    for: ['tick'],
    account: ACCOUNT,
    cluster: aFailoverCluster(),
    policy,
    problems: [],
    lookout: aLookout(),
    elsewhere: [],
    services,
    ladders,
    hosts: [1, 2].map((n) => aFullHost(n)),
    doomed: [],
    tasks: undefined,
    allTasks: false,
    shapes: new Map(services.map(({ definition }) => [definition, SHAPE])),
    matches: new Map(),
    lendings: new Map(),
    prepared: new Map(prepared),
    raised: [],
    groups: [],
    groupsOf: new Map(),
    health: new Map(),
    quotas: { 'fargate-spot': undefined, fargate: undefined },
    subnets: [],
    evidence: new Map(),
    refusals: new Map(),
    failures: new Map(),
    undone: new Set(),
    ...changes,
  };
}
