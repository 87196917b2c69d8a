import { DescribeAutoScalingGroupsCommand } from '@aws-sdk/client-auto-scaling';
import { describe, expect, test } from 'vitest';
import { autoScalingGroups, groupsOfInstances, launchesSinceFailure } from '../../../shared/aws/auto-scaling-groups.ts';
import { setOnDemandBase } from '../../../shared/aws/on-demand-base.ts';
import { writeOutcome } from '../../../shared/aws/write-outcome.ts';
import { launchFailureOf } from '../../../shared/core/launch-failures.ts';
import { AwsError } from '../../../sim/service.ts';
import { because, lendingShop, POOL } from './lending-shop.ts';

/** The shop with a group that has two types, one On-Demand instance and one Spot Instance. */
function mixed(options: Parameters<typeof lendingShop>[0] = {}) {
  const shop = lendingShop(options);
  const pools = [POOL, { type: 'c6i.large', zone: 'eu-west-1b' }];
  const distribution = {
    OnDemandBaseCapacity: 1,
    OnDemandPercentageAboveBaseCapacity: 0,
    SpotAllocationStrategy: 'price-capacity-optimized',
  };
  const group = shop.region.createGroup({ name: 'mixed', cluster: shop.cluster, desired: 2, pools, distribution });
  const { autoscaling } = shop.failover;
  const setBase = (from: number, base: number, name = 'mixed') => {
    const action = { ...because, do: 'set-base', group: name, from, base } as const;
    return shop.run(writeOutcome(action, name, () => setOnDemandBase(autoscaling, action)));
  };
  const policy = async () => {
    const command = new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: ['mixed'] });
    return (await shop.run(autoscaling.send(command))).AutoScalingGroups?.[0]?.MixedInstancesPolicy;
  };
  return { ...shop, mixed: group, setBase, policy };
}

test('a group is read with its policy, and EC2 says which of its instances are Spot', async () => {
  const { run, failover, mixed: group } = mixed();
  group.suspended.set('AZRebalance', 'by hand');
  const [found] = await run(autoScalingGroups(failover, ['mixed', 'unknown']));
  expect(found).toMatchObject({
    name: 'mixed',
    desired: 2,
    maxSize: 4,
    zones: ['eu-west-1a', 'eu-west-1b'],
    onDemand: { base: 1, percentageAboveBase: 0, types: ['m6i.large', 'c6i.large'] },
    suspended: ['AZRebalance'],
    refreshing: false,
    drains: false,
  });
  expect(found?.instances.map(({ spot, lifecycle }) => [spot, lifecycle]).sort()).toEqual([
    [false, 'InService'],
    [true, 'InService'],
  ]);
});

test('the groups of instances are found fifty at a time; instances outside any group are left out', async () => {
  const { run, failover, region, cluster, group, calls } = lendingShop();
  const stray = region.addInstance({ ...POOL, cluster });
  const ids = [...group.instances.keys(), stray.id, ...Array.from({ length: 60 }, (_, n) => `i-${n}`)];
  const found = await run(groupsOfInstances(failover.autoscaling, ids));
  expect(found).toEqual(new Map([...group.instances.keys()].map((id) => [id, 'spot'])));
  expect(calls('DescribeAutoScalingInstances')).toHaveLength(2);
});

describe('the launches of a group that failed', () => {
  const asked = (options?: Parameters<typeof lendingShop>[0]) => {
    const shop = lendingShop(options);
    const { run, failover, edge, account, region, group } = shop;
    return {
      ...shop,
      read: () => run(launchesSinceFailure(failover.autoscaling, 'spot', edge.now())),
      wants: (desired: number, seconds: number) => {
        region.parts.autoScaling.setDesired(group, desired);
        return account.clock.run(account.clock.now() + seconds * 1_000);
      },
    };
  };

  test('are told for ten minutes, and mean that there is no capacity', async () => {
    const { region, read, wants } = asked();
    expect(await read()).toEqual([]);
    region.setAvailable(POOL, false);
    await wants(4, 60);
    const failures = (await read()).map(({ failure }) => failure ?? '');
    expect(failures.length).toBeGreaterThan(0);
    expect(failures.map(launchFailureOf)).toEqual(failures.map(() => 'capacity'));
    await wants(3, 700);
    expect(await read()).toEqual([]);
  });

  test('come with those that worked since, the newest first, and what was terminated is none of them', async () => {
    const { region, read, wants, group, calls } = asked();
    await wants(4, 60);
    expect([await read(), calls('DescribeScalingActivities')]).toEqual([[], ['ok']]);
    region.setAvailable(POOL, false);
    await wants(5, 10);
    region.setAvailable(POOL, true);
    await wants(6, 60);
    await wants(5, 60);
    const launches = await read();
    expect(launches.map(({ failure }) => failure === undefined)).toEqual([true, true, false]);
    expect([...group.instances.keys()]).toContain(launches[1]?.instanceId);
    for (const { startedAt, endedAt } of launches) expect(endedAt).toBeGreaterThanOrEqual(startedAt);
  });

  test('are none where there is no such group', async () => {
    const { run, failover, edge } = lendingShop();
    expect(await run(launchesSinceFailure(failover.autoscaling, 'gone', edge.now()))).toEqual([]);
  });
});

describe('the On-Demand base of a group', () => {
  test('is changed alone: the rest of the policy is what it was', async () => {
    const { setBase, policy } = mixed();
    const before = await policy();
    expect(await setBase(1, 2)).toMatchObject({ result: 'done' });
    const { LaunchTemplateName: _, ...template } = before?.LaunchTemplate?.LaunchTemplateSpecification ?? {};
    expect(await policy()).toEqual({
      LaunchTemplate: { ...before?.LaunchTemplate, LaunchTemplateSpecification: template },
      InstancesDistribution: { ...before?.InstancesDistribution, OnDemandBaseCapacity: 2 },
    });
    expect(await setBase(1, 2)).toMatchObject({ result: 'already' });
  });

  test('that somebody else changed is left alone, and the message says what it is', async () => {
    const { setBase, policy } = mixed();
    await setBase(1, 3);
    expect(await setBase(1, 2)).toMatchObject({
      result: 'failed',
      retry: false,
      error: 'mixed: its On-Demand base is 3, not 1 as planned: somebody changed it, it is left alone',
    });
    expect((await policy())?.InstancesDistribution?.OnDemandBaseCapacity).toBe(3);
  });

  test('waits for a scaling activity in progress', async () => {
    const message = 'There is a scaling activity in progress.';
    const { setBase } = mixed({
      faults: ({ operation }) =>
        operation === 'UpdateAutoScalingGroup'
          ? { error: new AwsError('ScalingActivityInProgress', message), when: 'before' }
          : undefined,
    });
    expect(await setBase(1, 2)).toMatchObject({ result: 'failed', retry: true });
  });

  test('of a group that is gone needs no change', async () => {
    expect(await mixed().setBase(0, 1, 'gone')).toMatchObject({ result: 'gone' });
  });
});
