import { describe, expect, test } from 'vitest';
import type { ClusterView } from '../../../functions/failover/decide/view.ts';
import { observePrepare, PER_PASS, shareOf } from '../../../functions/failover/observe/prepare.ts';
import type { Reader } from '../../../functions/failover/reader.ts';
import type { Deployment, ServiceDetail } from '../../../shared/model/lending.ts';
import type { Preparation } from '../../../shared/model/preparation.ts';
import type { Policy } from '../../../shared/policy.ts';
import { aPrepared, at, CLUSTER, REGION } from '../../given.ts';
import { webDefinition } from '../../shared/core/fargate/web.ts';
import { aHost } from '../../shared/core/small-cluster.ts';
import { aBalancer, aStandby, aSubnet, aView, lendingContext, lends } from './given.ts';
import { aWeb } from './prepare-given.ts';

const HOUR = 3_600;
const revisionOf = (n: number) => `arn:aws:ecs:eu-west-1:123456789012:task-definition/web:${n}`;

/** A region in which every revision is there, and hosts are as they are said to be. */
function aRegion({ hosts = [aHost(1)], weights = {} }: Region = {}) {
  const asked: string[] = [];
  const nothing = async () => {
    throw new Error('nobody was to ask for this');
  };
  const told = <T>(name: string, answer: (of: string) => T) => {
    return async (of: string): Promise<T> => {
      asked.push(name);
      return answer(of);
    };
  };
  const read: Reader = {
    places: nothing,
    doomed: nothing,
    lookouts: nothing,
    lendings: nothing,
    prepared: nothing,
    raised: nothing,
    preparation: nothing,
    listClusters: nothing,
    describeClusters: nothing,
    services: nothing,
    matchingHosts: nothing,
    tasks: nothing,
    tasksOn: nothing,
    targetHealth: nothing,
    quotaVcpus: nothing,
    groupsOfProviders: nothing,
    groups: nothing,
    groupsOfInstances: nothing,
    launchesSinceFailure: nothing,
    hosts: told('hosts', () => hosts),
    tasksSince: told('tasksSince', () => []),
    proofTasks: told('proofTasks', () => []),
    taskDefinition: told('taskDefinition', (name) =>
      name.startsWith('arn:') ? { ...webDefinition, taskDefinitionArn: name } : undefined,
    ),
    targetGroupType: told('targetGroupType', () => 'ip' as const),
    ruleWeights: told('ruleWeights', () => new Map(Object.entries(weights))),
    subnets: async (ids) => ids.map((id) => aSubnet(id)),
  };
  return { read, asked };
}

type Region = {
  readonly hosts?: readonly ReturnType<typeof aHost>[];
  readonly weights?: Readonly<Record<string, number>>;
};

const deployment = (n: number, changes: Partial<Deployment> = {}): Deployment => ({
  id: `ecs-svc/${n}`,
  status: 'ACTIVE',
  rollout: 'COMPLETED',
  definition: revisionOf(n),
  network: undefined,
  createdAt: at(n * 100 - 10_000),
  ...changes,
});

type Case = Partial<ClusterView> & {
  readonly seconds?: number;
  readonly settings?: Partial<Policy>;
  readonly preparation?: Preparation;
};

async function observed(main: Partial<ServiceDetail> = {}, about: Case = {}, region = aRegion()) {
  const { seconds = 0, settings, preparation, ...changes } = about;
  const view = aView({ services: [aWeb({ name: 'checkout', ...main })], prepared: new Map(), ...changes });
  const context = lendingContext(at(seconds), settings);
  const { materials, after } = await observePrepare(region.read, { view, preparation, most: PER_PASS }, context);
  return { view, materials, after, asked: region.asked, material: materials[0] };
}

describe('the revision that standbys follow', () => {
  const revision = async (deployments: readonly Deployment[], main: Partial<ServiceDetail> = {}) =>
    (await observed({ deployments, definition: revisionOf(9), ...main })).material?.revision.taskDefinitionArn;

  test('is that of the last deployment that was completed, never of one that may fail', async () => {
    const primary = deployment(9, { status: 'PRIMARY', rollout: 'IN_PROGRESS' });
    expect(await revision([primary, deployment(7)])).toBe(revisionOf(7));
    expect(await revision([deployment(9, { rollout: 'FAILED' }), deployment(8), deployment(7)])).toBe(revisionOf(8));
  });

  test('is that of the only deployment there is once its tasks run; before that there is none to follow', async () => {
    const only = [deployment(9, { status: 'PRIMARY', rollout: 'IN_PROGRESS' })];
    expect(await revision(only, { running: 1 })).toBe(revisionOf(9));
    expect(await revision(only, { running: 0 })).toBeUndefined();
    expect(await revision([...only, deployment(8, { rollout: 'FAILED' })])).toBeUndefined();
  });

  test('is its own where the controller is not that of ECS, which says nothing of deployments', async () => {
    expect(await revision([], { controller: 'CODE_DEPLOY' })).toBe(revisionOf(9));
  });

  test('takes its network along', async () => {
    const network = { subnets: ['subnet-z'], securityGroups: ['sg-9'], assignPublicIp: false };
    const { material } = await observed({ deployments: [deployment(7, { network })] });
    expect(material?.circumstances.network).toEqual(network);
  });
});

describe('of two target groups that a blue/green service swaps', () => {
  const balancers = [aBalancer({ targetGroup: 'blue', alternate: 'green', productionRule: 'rule' })];
  const production = async (weights: Readonly<Record<string, number>>) => {
    const { material } = await observed({ balancers, strategy: 'BLUE_GREEN' }, {}, aRegion({ weights }));
    return material?.circumstances.balancers.map(({ targetGroup }) => targetGroup);
  };

  test('standbys stand in the one that carries production', async () => {
    expect(await production({ blue: 100, green: 0 })).toEqual(['blue']);
    expect(await production({ blue: 0, green: 100 })).toEqual(['green']);
    expect(await production({})).toEqual(['blue']);
  });
});

describe('what the instances are', () => {
  const arm = aHost(2, { provider: 'arm', attributes: new Map([['ecs.cpu-architecture', 'arm64']]) });

  test('is taken from those on which the service may run', async () => {
    const region = () => aRegion({ hosts: [aHost(1), arm] });
    const of = async (providers: readonly string[]) =>
      (await observed({ launch: { on: 'ec2', providers } }, {}, region())).material?.circumstances.architectures;
    expect(await of(['arm'])).toEqual(['arm64']);
    expect(await of([])).toEqual(['arm64', 'x86_64']);
  });
});

describe('a service whose standbys are ready', () => {
  /** Prepared, with a standby on Fargate as the record has it. */
  async function ready(changes: Case = {}) {
    const tags = { 'spotkeeper:failover': 'fargate' };
    const services = [aWeb({ name: 'checkout', tags }), aStandby('fargate', { definition: 'derived' })];
    const { material } = await observed({}, { services });
    if (material === undefined) throw new Error('what was never prepared is due');
    const { about, revision } = material;
    const prepared = aPrepared({
      about,
      revision: revision.taskDefinitionArn ?? '',
      derived: 'derived',
      fingerprints: { fargate: 'f' },
      checkedAt: at(0),
    });
    return observed({}, { services, prepared: new Map([['checkout', prepared]]), ...changes });
  }

  test('is left in peace for an hour, then looked at again', async () => {
    expect(await ready({ seconds: HOUR - 1 })).toMatchObject({ materials: [], asked: [] });
    expect((await ready({ seconds: HOUR })).materials).toHaveLength(1);
  });

  test('is looked at when a setting of it changes', async () => {
    expect((await ready({ policy: lends({ cloudMap: 'share' }) })).materials).toHaveLength(1);
  });

  test('is looked at when a proof of it is wanted and missing', async () => {
    const { materials } = await ready({ policy: lends({ proofRun: 'on' }) });
    expect(materials).toHaveLength(1);
  });
});

describe('of many services', () => {
  const services = Array.from({ length: 18 }, (_, n) => aWeb({ name: `web-${10 + n}` }));
  const turn = { is: 'preparation', region: REGION, cluster: CLUSTER, version: 1, by: 'tick' } as const;
  const names = async (preparation?: Preparation) => {
    const { materials, after } = await observed({}, { services, ...(preparation && { preparation }) });
    return { names: materials.map(({ ladder }) => ladder.main.name), after };
  };

  test('some are prepared in each pass, as registrations are few a second; the next one begins behind them', async () => {
    const first = await names();
    expect([first.names.length, first.names.at(-1), first.after]).toEqual([15, 'web-24', 'web-24']);
    const second = await names({ ...turn, until: at(0), after: first.after, expiresAt: at(HOUR) });
    expect(second.names.slice(0, 4)).toEqual(['web-25', 'web-26', 'web-27', 'web-10']);
  });

  test('none is looked at while another pass is at it', async () => {
    expect(await names({ ...turn, until: at(1), after: undefined, expiresAt: at(HOUR) })).toMatchObject({ names: [] });
  });
});

test('a service that wants On-Demand instances only needs no standby, and costs no read', async () => {
  const { materials, asked } = await observed({ tags: { 'spotkeeper:failover': 'on-demand' } });
  expect([materials, asked]).toEqual([[], []]);
});

describe('several clusters that are prepared together', () => {
  const shares = (of: number, seconds = 0) => Array.from({ length: of }, (_, n) => shareOf({ at: n, of }, at(seconds)));

  test('share what a pass may register, since ECS takes one revision a second of a Region', () => {
    expect(shares(1)).toEqual([15]);
    expect(shares(4)).toEqual([3, 3, 3, 3]);
    for (const of of [1, 2, 7, 15, 16, 20, 100]) {
      const sum = shares(of).reduce((total, one) => total + one, 0);
      expect([sum <= PER_PASS, sum > 0]).toEqual([true, true]);
    }
  });

  test('each have their turn within minutes', () => {
    const turns = [0, 60, 120].map((seconds) => shares(40, seconds));
    for (let n = 0; n < 40; n += 1) expect(Math.max(...turns.map((turn) => turn[n] ?? 0))).toBe(1);
  });
});
