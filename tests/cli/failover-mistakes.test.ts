import { describe, expect, it } from 'vitest';
import { allTakenBack, mainsAreWhole } from '../../cli/failover/promises.ts';
import { type Drill, runDrill } from '../../cli/run-drill.ts';
import { AFTER_STANDBYS_SECONDS, type Promised, type Scenario } from '../../cli/scenario.ts';
import {
  byHand,
  dryPool,
  fleetIn,
  lendingCluster,
  otherPool,
  pool,
  served,
} from '../../cli/scenarios/failover/setting.ts';

const play = (seconds: number, promises: readonly Promised[], build: Scenario['build']): Promise<Drill> =>
  runDrill(
    { name: 'mistake', title: 'Once upon a time it went wrong.', seconds, failover: true, build, promises },
    { seed: 1 },
  );

const calls = ({ account }: Drill, operation: string): number =>
  account.endpoint.calls.entries.filter(
    (call) => call.operation === operation && call.outcome === 'ok' && call.caller.startsWith('spotkeeper'),
  ).length;

const secondsBelow = ({ verdict }: Drill): number =>
  verdict.lending.below.reduce((total, { seconds }) => total + seconds, 0);

/** Half of a service's tasks are lent from second 0 to about 600 of the story; then a tag of its cluster changes. */
const retagged = (key: string, value: string, promises: readonly Promised[] = [allTakenBack]) =>
  play(AFTER_STANDBYS_SECONDS + 1_080, promises, (region, account) => {
    const cluster = lendingCluster(region);
    fleetIn(region, cluster, pool, 1);
    fleetIn(region, cluster, otherPool, 1);
    served(region, { cluster, name: 'checkout', desired: 8 });
    dryPool(region, account, { ...pool, count: 1, backAt: 420 });
    byHand(account, 200, {
      operation: 'TagResource',
      input: () => ({ resourceArn: cluster.arn, tags: [{ key, value }] }),
    });
  });

describe('failover', () => {
  it('registers one revision for each of two services of one family, and leaves their standbys alone', async () => {
    const drill = await play(AFTER_STANDBYS_SECONDS + 600, [], (region) => {
      const cluster = lendingCluster(region);
      const other = region.createCluster({ name: 'other', tags: cluster.tags, capacityProviders: ['FARGATE'] });
      fleetIn(region, cluster, otherPool, 1);
      fleetIn(region, other, pool, 1);
      const definition = region.createService({
        cluster,
        name: 'web',
        desired: 1,
        cpu: 512,
        memory: 1_024,
        fargate: true,
      }).deployments[0]?.definition;
      const tags = { 'spotkeeper:fargate-task-role': 'arn:aws:iam::123456789012:role/ecs/web' };
      region.createService({ cluster, name: 'canary', desired: 1, ...(definition && { definition }), tags });
    });
    expect(drill.violations).toEqual([]);
    expect(calls(drill, 'RegisterTaskDefinition')).toBe(2);
    expect(calls(drill, 'UpdateService')).toBe(0);
  });

  it('without a load balancer takes nothing back before the main service runs its tasks again', async () => {
    const drill = await play(AFTER_STANDBYS_SECONDS + 1_200, [allTakenBack], (region, account) => {
      const cluster = lendingCluster(region);
      fleetIn(region, cluster, pool, 1);
      region.createService({
        cluster,
        name: 'worker',
        desired: 4,
        cpu: 512,
        memory: 1_024,
        fargate: true,
        startMs: 30_000,
      });
      dryPool(region, account, { ...pool, count: 1, backAt: 600 });
    });
    expect(drill.violations).toEqual([]);
    // From the moment at which its tasks had to be stopped until the lent ones served.
    expect(secondsBelow(drill)).toBeLessThan(42);
  });

  it('leaves tasks that take minutes to start on their rung, instead of starting them anew on the next', async () => {
    const drill = await play(AFTER_STANDBYS_SECONDS + 2_400, [allTakenBack, mainsAreWhole], (region, account) => {
      const cluster = lendingCluster(region);
      fleetIn(region, cluster, pool, 1);
      served(region, { cluster, name: 'checkout', desired: 4, startMs: 240_000 });
      dryPool(region, account, { ...pool, count: 1, backAt: 1_200 });
    });
    expect(drill.violations).toEqual([]);
    expect(drill.verdict.lending.taskMinutes.fargate).toBe(0);
    expect(secondsBelow(drill)).toBeLessThan(180);
  });

  it('takes back what it lent in a cluster whose owners opt out', async () => {
    const drill = await retagged('spotkeeper:manage', 'false');
    expect(drill.verdict.lending).toMatchObject({ most: 4, left: 0 });
    expect(calls(drill, 'DeleteService')).toBe(2);
  });

  it('keeps what serves where somebody mistypes the rungs of the cluster', async () => {
    const drill = await retagged('spotkeeper:failover', 'fargate-spot/fargat', [allTakenBack, mainsAreWhole]);
    expect(drill.violations).toEqual([]);
    expect(secondsBelow(drill)).toBe(0);
    expect(calls(drill, 'DeleteService')).toBe(0);
  });
});
