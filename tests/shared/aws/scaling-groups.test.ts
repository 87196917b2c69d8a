import { StartInstanceRefreshCommand } from '@aws-sdk/client-auto-scaling';
import { describe, expect, test } from 'vitest';
import { hasTerminationHook, isRefreshing } from '../../../shared/aws/auto-scaling-groups.ts';
import {
  detachedInstances,
  failedLaunches,
  groupInstances,
  scalingGroups,
} from '../../../shared/aws/scaling-groups.ts';
import { rebalanceShop, TYPES, ZONES } from './rebalance-shop.ts';

const groupNamed = async ({ run, rebalance }: ReturnType<typeof rebalanceShop>, name = 'web') =>
  (await run(scalingGroups(rebalance.autoscaling))).find((one) => one.name === name);

describe('a group', () => {
  test('is read with its sizes, its tags, its policy and its members', async () => {
    const shop = rebalanceShop({ group: { tags: { 'spotkeeper:rebalance': 'on' }, capacityRebalance: true } });
    shop.group.suspended.set('AZRebalance', 'by hand');
    const group = await groupNamed(shop);
    const {
      LaunchTemplateId: id,
      LaunchTemplateName: name,
      Version: version,
    } = shop.group.policy?.LaunchTemplate?.LaunchTemplateSpecification ?? {};
    expect(group).toMatchObject({
      name: 'web',
      tags: { 'spotkeeper:rebalance': 'on' },
      counts: 'instances',
      desired: 4,
      minSize: 2,
      maxSize: 6,
      zones: ZONES,
      capacityRebalance: true,
      suspended: ['AZRebalance'],
      launch: {
        by: 'policy',
        template: { id, name, version },
        policy: {
          overrides: TYPES.map((type) => ({ type, weight: undefined, own: false })),
          spotStrategy: 'price-capacity-optimized',
          onDemandStrategy: 'prioritized',
          onDemandBase: 0,
          onDemandPercentage: 0,
          percentageUnset: false,
        },
      },
    });
    expect(group?.members).toHaveLength(4);
    expect(group?.members[0]).toMatchObject({ lifecycle: 'InService', healthy: true, protectedFromScaleIn: false });
  });

  test('of one launch template says which', async () => {
    const shop = rebalanceShop();
    const { id, name } = shop.templates.create({ name: 'plain', data: { InstanceType: 'm5.large' } });
    const template = { LaunchTemplateId: id, LaunchTemplateName: name, Version: '1' };
    Object.assign(shop.group, { policy: undefined, template });
    expect((await groupNamed(shop))?.launch).toEqual({ by: 'template', template: { id, name, version: '1' } });
  });

  test('says which of its types have a weight, or a launch template or an image of their own', async () => {
    const shop = rebalanceShop();
    const { policy } = shop.group;
    const Overrides = [
      { InstanceType: 'm6i.large', WeightedCapacity: '2', ImageId: 'ami-0123456789abcdef0' },
      { InstanceRequirements: { VCpuCount: { Min: 2 }, MemoryMiB: { Min: 4_096 } }, WeightedCapacity: '1' },
    ];
    shop.group.policy = { LaunchTemplate: { ...policy?.LaunchTemplate, Overrides } };
    const found = await groupNamed(shop);
    expect(found?.counts).toBe('weights');
    expect(found?.launch).toMatchObject({
      policy: {
        overrides: [
          { type: 'm6i.large', weight: 2, own: true },
          { type: undefined, weight: 1, own: false },
        ],
        spotStrategy: 'lowest-price',
        onDemandStrategy: 'lowest-price',
        onDemandPercentage: 100,
        percentageUnset: true,
      },
    });
  });

  test('says whether an instance refresh is under way and whether a hook drains; one that is gone has neither', async () => {
    const { run, rebalance } = rebalanceShop({
      group: { hooks: [{ name: 'drain', heartbeatTimeoutSeconds: 300 }] },
    });
    const { autoscaling } = rebalance;
    const asked = async (name: string) => [
      await run(isRefreshing(autoscaling, name)),
      await run(hasTerminationHook(autoscaling, name)),
    ];
    expect(await asked('web')).toEqual([false, true]);
    await run(autoscaling.send(new StartInstanceRefreshCommand({ AutoScalingGroupName: 'web' })));
    expect(await asked('web')).toEqual([true, true]);
    expect(await asked('gone')).toEqual([false, false]);
  });
});

test('instances of groups are read with their age and purchase option, not those that ended', async () => {
  const { run, rebalance, region, cluster, group, first, pass } = rebalanceShop({ group: { maxSize: 4 } });
  const stray = region.addInstance({ type: 'm6i.large', zone: 'eu-west-1a', cluster });
  region.interrupt(first, { notice: false });
  await pass(60);
  const found = await run(groupInstances(rebalance.ec2));
  expect(found.map(({ instanceId }) => instanceId).sort()).toEqual([...group.instances.keys()].sort());
  expect(found.map(({ instanceId }) => instanceId)).not.toContain(stray.id);
  expect(found.every(({ spot, launchedAt }) => spot && launchedAt > 0)).toBe(true);
});

describe('the launches of a region that failed', () => {
  test('tell group, zone and time; a Spot message names no type', async () => {
    const { run, rebalance, region, group, edge, pass } = rebalanceShop();
    const read = () => run(failedLaunches(rebalance.autoscaling, edge.now()));
    expect(await read()).toEqual([]);
    for (const type of TYPES) for (const zone of ZONES) region.setAvailable({ type, zone }, false);
    region.parts.autoScaling.setDesired(group, 5);
    await pass(60);
    const failed = await read();
    expect(failed.length).toBeGreaterThan(0);
    expect(failed[0]).toMatchObject({ group: 'web', type: undefined });
    expect(ZONES).toContain(failed[0]?.zone);
    expect(failed.map(({ at }) => at)).toEqual(failed.map(({ at }) => at).toSorted((a, b) => b - a));
    region.parts.autoScaling.setDesired(group, 4);
    await pass(700);
    expect(await read()).toEqual([]);
  });

  test('name the type where AWS does: without On-Demand capacity', async () => {
    const { run, rebalance, region, group, edge } = rebalanceShop({
      group: { distribution: { OnDemandPercentageAboveBaseCapacity: 100 } },
    });
    for (const type of TYPES) for (const zone of ZONES) region.parts.fleet.setOnDemandAvailable({ type, zone }, false);
    region.parts.autoScaling.setDesired(group, 5);
    const [failed] = await run(failedLaunches(rebalance.autoscaling, edge.now()));
    expect(TYPES).toContain(failed?.type);
    expect(failed?.text).toContain(
      `sufficient ${failed?.type} capacity in the Availability Zone you requested (${failed?.zone})`,
    );
  });

  test('for a full quota say nothing of a pool, and are left out', async () => {
    const { run, rebalance, region, group, edge } = rebalanceShop();
    region.parts.fleet.quotas.setLimit('L-34B43A08', 0);
    region.parts.autoScaling.setDesired(group, 5);
    expect(group.activities.some(({ statusCode }) => statusCode === 'Failed')).toBe(true);
    expect(await run(failedLaunches(rebalance.autoscaling, edge.now()))).toEqual([]);
  });
});

test('a calm look at fifty groups of twenty instances costs four calls', async () => {
  const { run, rebalance, region, cluster, account, edge } = rebalanceShop();
  const pools = ZONES.map((zone) => ({ type: 'm6i.large', zone }));
  for (let n = 1; n < 50; n += 1) region.createGroup({ name: `group-${n}`, cluster, desired: 20, pools });
  const { entries } = account.endpoint.calls;
  const before = entries.length;
  const [groups, instances, detached, failed] = await run(
    Promise.all([
      scalingGroups(rebalance.autoscaling),
      groupInstances(rebalance.ec2),
      detachedInstances(rebalance.ec2),
      failedLaunches(rebalance.autoscaling, edge.now()),
    ]),
  );
  expect([groups.length, instances.length, detached.length, failed.length]).toEqual([50, 984, 0, 0]);
  expect(entries.slice(before).map(({ operation }) => operation)).toHaveLength(4);
});
