import { describe, expect, test } from 'vitest';
import type { ServicePlan } from '../../../cli/plan/cluster-plan.ts';
import type { RegionPlan } from '../../../cli/plan/region-plan.ts';
import type { Scenario } from '../../../cli/scenario.ts';
import { stormNoRoom } from '../../../cli/scenarios/failover/storm-no-room.ts';
import { scenarios } from '../../../cli/scenarios.ts';
import { AwsError } from '../../../sim/service.ts';
import { named, planned } from './planned.ts';

const storm = stormNoRoom({ instances: 4, services: 2, tasksOfEach: 8, pullMs: 20_000 });

/** The only cluster of a plan. */
async function cluster(scenario: Scenario, argv: readonly string[] = []) {
  const { said } = await planned(scenario, ['--json', ...argv]);
  const { regions } = JSON.parse(said) as { regions: RegionPlan[] };
  const [region] = regions;
  const [first] = region?.clusters ?? [];
  if (!region || !first) throw new Error('the plan has no cluster');
  return {
    ...first,
    region,
    service: (name: string) => first.services.find((one) => one.name === name) as ServicePlan,
  };
}

const failover = scenarios.filter((scenario) => scenario.failover);

test.each(failover)('the plan of $name makes no call that changes anything', async (scenario) => {
  const { code, complaints, lines, calls } = await planned(scenario);
  expect({ code, complaints }).toEqual({ code: 0, complaints: [] });
  expect(calls.length).toBeGreaterThan(0);
  expect(calls.filter(({ operation }) => !/^(Describe|List|Get)/.test(operation))).toEqual([]);
  expect(lines.filter((line) => line.length > 100)).toEqual([]);
});

describe('what failover would make', () => {
  test('is told for each service: revision, standbys, cost of a lent task, roles, subnets, no proof', async () => {
    const { service, actions, region } = await cluster(storm);
    expect(service('service-01')).toMatchObject({
      desired: 8,
      rungs: ['fargate-spot', 'fargate'],
      fargate: 'yes',
      refusals: [],
      task: { family: 'prod-service-01-spotkeeper-fargate', cpu: 512, memory: 1024 },
      standbys: [
        { name: 'service-01-fargate-spot', is: 'to be created', lent: 0 },
        { name: 'service-01-fargate', is: 'to be created', lent: 0 },
      ],
      proof: 'unproven',
      missing: 0,
    });
    const [spot, fargate] = service('service-01').standbys;
    expect(spot?.hourlyUsd).toBeLessThan(fargate?.hourlyUsd ?? 0);
    expect(service('service-01').subnets).not.toEqual([]);
    expect(actions.map((one) => one.do)).toEqual([
      ...['register', 'register'],
      ...['create-standby', 'create-standby', 'create-standby', 'create-standby'],
    ]);
    expect(region.rolesToPass).toEqual([expect.stringMatching(/:role\/ecsTaskExecutionRole$/)]);
    expect(region.quotas.map(({ rung, used }) => [rung, used])).toEqual([
      ['fargate-spot', 0],
      ['fargate', 0],
    ]);
  });

  test('is told as refused, with the parameter, for a service that cannot run on Fargate', async () => {
    const { service, actions } = await cluster(named('service-connect'));
    expect(service('orders')).toMatchObject({ fargate: 'no', standbys: [] });
    expect(service('orders').refusals.map(({ parameter }) => parameter)).toEqual(['serviceConnectConfiguration']);
    expect(actions.map(({ name }) => name)).toEqual(['prod-web-spotkeeper-fargate', 'web-fargate-spot', 'web-fargate']);
  });

  test('tells nothing of what would be different on Fargate to a service that cannot run there', async () => {
    const { service } = await cluster(named('ec2-only'));
    expect(service('agent').cautions).not.toEqual([]);
    const { said } = await planned(named('ec2-only'));
    expect(said).toContain('agent cannot run there: ');
    expect(said).not.toContain('can, but');
  });

  test('is one standby for a service that runs on Fargate Spot, of the revision that it has', async () => {
    const { actions } = await cluster(named('fargate-spot-main'));
    expect(actions.map((one) => one.do)).toEqual(['create-standby']);
  });

  test('is complete for more services than one pass of failover takes', async () => {
    const { services, actions } = await cluster(
      stormNoRoom({ instances: 11, services: 22, tasksOfEach: 2, pullMs: 20_000 }),
    );
    expect(services.map(({ fargate }) => fargate)).toEqual(Array(22).fill('yes'));
    expect(actions.filter((one) => one.do === 'create-standby')).toHaveLength(44);
  });
});

describe('what if a pool is taken', () => {
  test('names the tasks that do not fit, and on which rung they would be lent', async () => {
    const { pools } = await cluster(storm);
    expect(pools).toMatchObject([
      {
        pool: { type: 'm6i.large', zone: 'eu-west-1a' },
        instances: 4,
        hits: [
          { service: 'service-01', displaced: 8, missing: 8, lent: { 'fargate-spot': 8 }, unmet: 0 },
          { service: 'service-02', displaced: 8, missing: 8, lent: { 'fargate-spot': 8 }, unmet: 0 },
        ],
      },
    ]);
    const { said } = await planned(storm);
    expect(said).toContain('m6i.large in eu-west-1a is taken (4 instances): 16 tasks of 2 services do not fit');
    expect(said).toContain('16 lent on Fargate Spot: service-01 8, service-02 8');
  });

  test('keeps to quotas and limits, and says what they leave over', async () => {
    const quota = (await cluster(named('fargate-quota'))).pools[0];
    expect(quota?.hits).toMatchObject([{ missing: 4, lent: { fargate: 3 }, unmet: 1 }]);
    expect(quota?.notes.join()).toContain('the quota of FARGATE_SPOT is 0 vCPUs');
    const limited = (await cluster(storm, ['--set', 'maxLentTasks=3'])).pools[0];
    expect(limited?.hits.map(({ unmet }) => unmet)).toEqual([5, 5]);
  });

  test('tells which On-Demand base would be raised for a service that only EC2 can run', async () => {
    const { pools } = await cluster(named('ec2-only'));
    expect(pools[0]?.bases).toEqual([{ group: 'prod-mixed', from: 0, base: 4 }]);
  });

  test('is told apart from what is missing now', async () => {
    const { service } = await cluster(named('eni-shortage'));
    expect(service('web')).toMatchObject({ missing: 3, why: 'desired 5, 2 kept, room for 0: 3 are missing' });
  });
});

describe('the roles that failover passes', () => {
  test('are the instance roles of the groups whose On-Demand base it may raise', async () => {
    const { lines } = await planned(named('ec2-only'), ['--set', 'failoverDefault=on-demand']);
    expect(lines).toContainEqual(
      expect.stringMatching(/^roles +failover passes the instance roles of group prod-mixed$/),
    );
  });

  test('are those of tasks only where no service has the rung on-demand', async () => {
    const { region } = await cluster(storm);
    expect(region.instanceRolesOf).toEqual([]);
    const { said } = await planned(storm);
    expect(said).not.toContain('instance roles');
  });
});

describe('the command line', () => {
  test('sets what services get that have no tag', async () => {
    const untagged = { ...named('single-notice') };
    expect((await cluster(untagged)).services).toEqual([]);
    expect((await cluster(untagged, ['--set', 'failoverDefault=fargate'])).services).not.toEqual([]);
  });

  test.each([
    [['--set', 'failoverDefault=up'], 'SPOTKEEPER_FAILOVER_DEFAULT is "up"; allowed: rungs in order, such as'],
    [['--set', 'mood=good'], '--set is "mood=good"; allowed: NAME=VALUE with one of manageDefault'],
    [['--set', 'mode=act'], '--set is "mode=act"; allowed: NAME=VALUE with one of manageDefault'],
    [['--set', 'failoverDefault'], '--set is "failoverDefault"; allowed: NAME=VALUE with one of manageDefault'],
    [['--cluster', 'other'], 'no cluster of eu-west-1 is called "other"; allowed: prod'],
    [['--all'], "Unknown option '--all'; allowed: --region R"],
  ])('%j is refused in one line', async (argv, line) => {
    const { code, complaints } = await planned(storm, argv);
    expect({ code, complaints }).toEqual({ code: 2, complaints: [expect.stringContaining(line)] });
  });

  test('what AWS refuses is one line', async () => {
    const refuse = {
      error: new AwsError('AccessDeniedException', 'not authorized to perform: ecs:ListServices'),
      when: 'before' as const,
    };
    const faults = ({ operation }: { readonly operation: string }) =>
      operation === 'ListServices' ? refuse : undefined;
    const { code, complaints } = await planned(storm, [], { faults });
    expect({ code, complaints }).toEqual({
      code: 2,
      complaints: ['AccessDeniedException: not authorized to perform: ecs:ListServices'],
    });
  });
});
