import { describe, expect, test } from 'vitest';
import { lendingViolations } from '../../../cli/failover/checkers.ts';
import { watchDeeds } from '../../../cli/failover/deeds.ts';
import { lendingFigures } from '../../../cli/failover/figures.ts';
import { lendingText } from '../../../cli/failover/figures-text.ts';
import { logLending } from '../../../cli/failover/lending-log.ts';
import { RUNG_TAG, STANDBY_OF } from '../../../shared/model/lending.ts';
import { pools, smallAccount } from '../../sim/small-account.ts';

const minute = 60_000;

/** Eight tasks of a service fill two hosts; somebody called spotkeeper lends by hand. */
function prod({ maximumPercent = 200 } = {}) {
  const world = smallAccount();
  const { region, account } = world;
  const cluster = region.createCluster({ name: 'prod', capacityProviders: ['FARGATE', 'FARGATE_SPOT'] });
  region.createGroup({ name: 'spot', cluster, pools, desired: 2, maxSize: 2 });
  const targetGroup = region.createTargetGroup({ name: 'web' });
  const options = { cpu: 512, memory: 1_024, fargate: true, maximumPercent, minimumHealthyPercent: 50 };
  region.createService({ cluster, name: 'web', desired: 8, targetGroup, ...options });
  region.settle();
  const log = logLending(region, account);
  const deeds: string[] = [];
  watchDeeds(region, account, (sentence) => deeds.push(sentence));
  const call = (operation: string, input: object, caller = 'spotkeeper-failover 1') =>
    account.endpoint.request(
      { headers: { 'x-amz-target': `AmazonEC2ContainerServiceV20141113.${operation}` }, body: JSON.stringify(input) },
      { region: 'eu-west-1', caller },
    );
  const make = (serviceName: string, rung: string) =>
    call('CreateService', {
      cluster: 'prod',
      serviceName,
      taskDefinition: 'web',
      desiredCount: 0,
      capacityProviderStrategy: [{ capacityProvider: rung === 'fargate' ? 'FARGATE' : 'FARGATE_SPOT', weight: 1 }],
      networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-eu-west-1a'] } },
      loadBalancers: [{ targetGroupArn: targetGroup.arn, containerName: 'app', containerPort: 8_080 }],
      tags: [
        { key: STANDBY_OF, value: 'web' },
        { key: RUNG_TAG, value: rung },
      ],
    });
  const scale = (service: string, desiredCount: number, caller?: string) =>
    call('UpdateService', { cluster: 'prod', service, desiredCount }, caller);
  const from = account.clock.now();
  const loseHost = () => {
    for (const pool of pools) region.setAvailable(pool, false);
    region.interrupt([...region.parts.fleet.instances.keys()][0] ?? '', { notice: false });
  };
  const after = (seconds: number, act: () => unknown) => account.clock.after(seconds * 1000, () => void act());
  const violations = () => lendingViolations(log, account.clock.now());
  const figures = () => lendingFigures(log, { from, to: account.clock.now(), firstNoticeAt: from });
  return { ...world, cluster, log, deeds, make, scale, call, after, loseHost, violations, figures };
}

describe('what lending came to', () => {
  test('is counted from what the account had at each instant', async () => {
    const world = prod();
    world.after(1, () => world.make('web-fargate-spot', 'fargate-spot'));
    world.after(60, world.loseHost);
    world.after(120, () => world.scale('web-fargate-spot', 4));
    world.after(720, () => world.scale('web-fargate-spot', 0));
    await world.runTo(900);
    const { most, left, taskMinutes, firstLendSeconds, below } = world.figures();
    expect({ most, left, taskMinutes, firstLendSeconds: Math.round(firstLendSeconds ?? 0) }).toEqual({
      most: 4,
      left: 0,
      taskMinutes: { 'fargate-spot': expect.closeTo(40, 0), fargate: 0 },
      firstLendSeconds: 120,
    });
    expect(below).toEqual([{ service: 'web', seconds: expect.any(Number), least: 4 }]);
    expect(lendingText(world.figures()).slice(0, 3)).toEqual([
      '4 tasks lent at once at the most; 40 task-minutes on Fargate Spot',
      expect.stringMatching(/^the first one 120(\.\d)? s after the first notice$/),
      'all taken back at the end',
    ]);
    expect(world.violations()).toEqual([]);
    expect(world.deeds).toEqual([]);
  });

  test('is nothing in calm', async () => {
    const world = prod();
    await world.runTo(300);
    expect(world.figures()).toMatchObject({ most: 0, left: 0, firstLendSeconds: undefined, below: [] });
    expect(lendingText(world.figures())).toEqual([
      'no task was lent',
      'no service was ever below its desired count of healthy tasks, lent ones counted',
    ]);
  });
});

describe('a checker of lending', () => {
  test('finds more lent than missing', async () => {
    const world = prod();
    world.after(1, () => world.make('web-fargate-spot', 'fargate-spot'));
    world.after(60, world.loseHost);
    world.after(120, () => world.scale('web-fargate-spot', 6));
    await world.runTo(180);
    expect(world.violations()).toEqual([
      expect.stringContaining('web misses 4 tasks and was lent 6, of them 6 on fargate-spot'),
    ]);
  });

  test('allows both rungs while the slower one brings nothing up, and no more when it does', async () => {
    const world = prod();
    world.after(1, () => world.make('web-fargate-spot', 'fargate-spot'));
    world.after(2, () => world.make('web-fargate', 'fargate'));
    world.region.setFargateCapacity({ spot: true, vcpus: 0 });
    world.after(60, world.loseHost);
    world.after(120, () => world.scale('web-fargate-spot', 4));
    world.after(150, () => world.scale('web-fargate', 4));
    await world.runTo(400);
    expect(world.violations()).toEqual([]);
    world.after(1, () => world.scale('web-fargate-spot', 5));
    await world.runTo(460);
    expect(world.violations()).toEqual([expect.stringContaining('was lent 9, of them 5 on fargate-spot')]);
  });

  test('finds more tasks than the maximum of the service', async () => {
    const world = prod({ maximumPercent: 100 });
    world.after(1, () => world.make('web-fargate-spot', 'fargate-spot'));
    world.after(60, () => world.scale('web-fargate-spot', 1));
    await world.runTo(90);
    expect(world.violations()).toEqual([
      expect.stringContaining('web was lent up to 9 tasks in all; its maximum is 8'),
    ]);
  });

  test('finds lent tasks that nobody needs any more', async () => {
    const world = prod();
    world.after(1, () => world.make('web-fargate-spot', 'fargate-spot'));
    world.after(60, () => world.scale('web-fargate-spot', 1));
    await world.runTo((12 * minute) / 1000);
    expect(world.violations()).toEqual([]);
    await world.runTo((15 * minute) / 1000);
    expect(world.violations()).toEqual([expect.stringMatching(/^web has had all its tasks since .* is still lent 1$/)]);
  });

  test('finds a main service that was changed, a second standby of a rung, and one without tags', async () => {
    const world = prod();
    world.after(1, () => world.scale('web', 9));
    world.after(2, () => world.scale('web', 8, 'person'));
    world.after(3, () => world.make('web-fargate', 'fargate'));
    world.after(4, () => world.make('web-fargate-2', 'fargate'));
    world.after(5, () =>
      world.call('CreateService', {
        cluster: 'prod',
        serviceName: 'stray',
        taskDefinition: 'web',
        desiredCount: 0,
        launchType: 'FARGATE',
        networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-eu-west-1a'] } },
        tags: [{ key: STANDBY_OF, value: 'web' }],
      }),
    );
    await world.runTo(20);
    expect(world.deeds).toEqual([
      'only standbys are changed, but UpdateService with desiredCount 9 was called for web',
      'web has 2 standbys on fargate',
      'stray was created without the tags of a standby',
    ]);
  });
});
