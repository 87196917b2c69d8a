import { describe, expect, it } from 'vitest';
import { allTakenBack, lentOnlyOn, mainsAreWhole, wholeFrom } from '../../cli/failover/promises.ts';
import { type Drill, runDrill } from '../../cli/run-drill.ts';
import { AFTER_STANDBYS_SECONDS, type Promised, type Scenario } from '../../cli/scenario.ts';
import { byHand, dryPool, FARGATE, otherPool, pool, served } from '../../cli/scenarios/failover/setting.ts';
import type { SimulatedAccount } from '../../sim/account.ts';
import type { FaultPlan } from '../../sim/faults/plan.ts';
import type { Tags } from '../../sim/world/options.ts';
import type { Region } from '../../sim/world/region.ts';

type Changes = {
  readonly clusterTags?: Tags;
  readonly serviceTags?: Tags;
  readonly services?: number;
  readonly providers?: readonly string[];
  readonly faults?: FaultPlan;
  readonly promises?: readonly Promised[];
  readonly also?: (region: Region, account: SimulatedAccount) => void;
};

const distribution = {
  OnDemandBaseCapacity: 0,
  OnDemandPercentageAboveBaseCapacity: 0,
  SpotAllocationStrategy: 'price-capacity-optimized',
} as const;

/** One of two instances goes, for eight minutes: each service misses half of its tasks. */
function play({ services = 1, providers = FARGATE, clusterTags, serviceTags, faults, promises, also }: Changes) {
  const scenario: Scenario = {
    name: 'fault',
    title: 'One of two instances goes, and something else goes wrong.',
    seconds: AFTER_STANDBYS_SECONDS + 1_080,
    failover: true,
    ...(faults && { faults }),
    build(region, account) {
      const cluster = region.createCluster({
        name: 'prod',
        tags: { 'spotkeeper:failover': 'fargate-spot/fargate', ...clusterTags },
        capacityProviders: [...providers],
      });
      for (const one of [pool, otherPool])
        region.createGroup({ name: one.type, cluster, desired: services, maxSize: 8, pools: [one], distribution });
      for (let n = 1; n <= services; n += 1)
        served(region, { cluster, name: `checkout-${n}`, desired: 8, ...(serviceTags && { tags: serviceTags }) });
      dryPool(region, account, { ...pool, count: services, backAt: 420 });
      also?.(region, account);
    },
    promises: promises ?? [allTakenBack, mainsAreWhole],
  };
  return runDrill(scenario, { seed: 1 });
}

/** Sentences that say it, as often as they were told. */
const told = ({ installation }: Drill, what: RegExp): readonly string[] =>
  (installation?.transcript.lines ?? []).flatMap(({ fields }) => {
    const { notes = [] } = fields as { readonly notes?: readonly string[] };
    return notes.filter((note) => what.test(note));
  });

const calls = ({ account }: Drill, operation: string, outcome = 'ok'): number =>
  account.endpoint.calls.entries.filter(
    (call) => call.operation === operation && call.outcome === outcome && call.caller.startsWith('spotkeeper'),
  ).length;

describe('a failover in which', () => {
  it('the service is deleted while it is lent tasks takes its standbys away, and ends', async () => {
    const drill = await play({
      promises: [allTakenBack],
      also: (_region, account) =>
        byHand(account, 150, {
          operation: 'DeleteService',
          input: () => ({ cluster: 'prod', service: 'checkout-1', force: true }),
        }),
    });
    expect(drill.violations).toEqual([]);
    expect(drill.verdict.lending.most).toBeGreaterThan(0);
    expect(calls(drill, 'DeleteService')).toBe(2);
  });

  it('the cluster has no Fargate providers says how to associate them, and lends nothing', async () => {
    const drill = await play({ providers: [], promises: [mainsAreWhole] });
    expect(drill.violations).toEqual([]);
    expect(calls(drill, 'CreateService')).toBe(0);
    expect(told(drill, /has no capacity providers/)).toEqual([
      'prod has no capacity providers FARGATE, FARGATE_SPOT: associate them (aws ecs put-cluster-capacity-providers), or set spotkeeper:associate-providers=on',
    ]);
  });

  it('the cluster has no Fargate providers associates them where policy allows, and lends', async () => {
    const clusterTags = { 'spotkeeper:associate-providers': 'on' };
    const promises = [allTakenBack, mainsAreWhole, wholeFrom(180)];
    const drill = await play({ providers: [], clusterTags, promises });
    expect(drill.violations).toEqual([]);
    expect(calls(drill, 'PutClusterCapacityProviders')).toBe(1);
  });

  it('both quotas are zero says so, and asks Fargate for nothing', async () => {
    const drill = await play({
      also: (region) => Object.assign(region.parts.ecs.fargate.quotaVcpus, { FARGATE: 0, FARGATE_SPOT: 0 }),
    });
    expect(drill.violations).toEqual([]);
    expect(drill.verdict.lending.most).toBe(0);
    expect(told(drill, /the quota of FARGATE is 0 vCPUs/)).toHaveLength(1);
  });

  it.each([
    ['fargate-spot/fargat', 'an unknown rung'],
    ['fargate-spot/🚀', 'an unknown character'],
    ['', 'nothing'],
  ])('the tag of the service is "%s", %s, says what is allowed, and lends as the cluster says', async (text) => {
    const drill = await play({ serviceTags: { 'spotkeeper:failover': text } });
    expect(drill.violations).toEqual([]);
    const problems = told(drill, /spotkeeper:failover of service checkout-1/);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(`tag spotkeeper:failover of service checkout-1 is "${text}"; allowed: `);
    expect(drill.verdict.lending.most).toBe(4);
  });

  it('ECS refuses the Fargate revision although our check passed says so once, goes to the next rung, and remembers', async () => {
    const drill = await play({
      clusterTags: { 'spotkeeper:failover': 'fargate-spot/fargate/on-demand' },
      faults: { calls: [{ fault: 'refused', operation: 'RegisterTaskDefinition', caller: 'spotkeeper*' }] },
      promises: [mainsAreWhole],
    });
    expect(drill.violations).toEqual([
      expect.stringMatching(/ of checkout-1: ClientException: The request is not valid/),
    ]);
    expect(calls(drill, 'RegisterTaskDefinition', 'ClientException')).toBe(1);
    expect(calls(drill, 'UpdateAutoScalingGroup')).toBeGreaterThan(0);
  });

  it('ECS throttles half of the changes of services for two minutes lends all the same', async () => {
    const at = AFTER_STANDBYS_SECONDS * 1_000;
    const drill = await play({
      services: 4,
      faults: {
        calls: [
          {
            fault: 'throttling',
            operation: 'UpdateService',
            caller: 'spotkeeper*',
            rate: 0.5,
            fromMs: at,
            toMs: at + 120_000,
          },
        ],
      },
      promises: [allTakenBack, mainsAreWhole, wholeFrom(240)],
    });
    expect(drill.violations).toEqual([]);
    expect(drill.verdict.lending.most).toBe(16);
  });

  it.each([
    ['CannotPullContainerError: pull image manifest has been retried 5 time(s): not found', 'image exists'],
    ['ResourceInitializationError: unable to pull secrets or registry auth', 'secrets'],
  ])('lent tasks cannot start, "%s", says so once for each standby, and what to do', async (reason, what) => {
    const drill = await play({
      also: (region, account) =>
        account.clock.onStep(() => {
          for (const { tasks } of region.parts.ecs.state.clusters.values())
            for (const task of tasks.values())
              if (task.launchType === 'FARGATE' && task.lastStatus === 'PENDING')
                region.parts.ecs.tasks.stops.failedToStart(task, reason);
        }),
    });
    expect(drill.violations).toEqual([]);
    expect(told(drill, /cannot start/)).toEqual(
      ['checkout-1-fargate-spot', 'checkout-1-fargate'].map((standby) =>
        expect.stringContaining(
          `${standby} cannot start tasks that checkout-1 is lent: ${reason}; see that its ${what}`,
        ),
      ),
    );
  });

  it('Fargate Spot takes no standby, since ECS refuses it, makes the one on Fargate and lends there', async () => {
    const drill = await play({
      faults: { calls: [{ fault: 'refused', operation: 'CreateService', caller: 'spotkeeper*', times: 1 }] },
      promises: [allTakenBack, mainsAreWhole, lentOnlyOn('fargate')],
    });
    const error = /checkout-1-fargate-spot in prod: ClientException: The request is not valid/;
    expect(drill.violations).toEqual([expect.stringMatching(error)]);
    expect(calls(drill, 'CreateService', 'ClientException')).toBe(1);
  });

  it('ECS refuses both standbys asks for each once, and says so once', async () => {
    const drill = await play({
      faults: { calls: [{ fault: 'refused', operation: 'CreateService', caller: 'spotkeeper*' }] },
      promises: [mainsAreWhole],
    });
    expect(drill.violations).toEqual(
      ['checkout-1-fargate-spot', 'checkout-1-fargate'].map((standby) =>
        expect.stringContaining(`${standby} in prod: ClientException: The request is not valid`),
      ),
    );
    expect(calls(drill, 'CreateService', 'ClientException')).toBe(2);
  });
});
