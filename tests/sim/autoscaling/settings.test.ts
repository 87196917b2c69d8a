import { describe, expect, test } from 'vitest';
import { grouped, policyOf, staying, withTemplate } from './grouped.ts';

const named = { AutoScalingGroupName: 'spot' };

describe('DeleteTags', () => {
  const tag = (Key: string, ResourceId = 'spot') => ({
    Key,
    Value: 'x',
    ResourceId,
    ResourceType: 'auto-scaling-group',
  });

  test('takes the named tags away and leaves those of running instances', () => {
    const { asg, group } = grouped();
    asg('CreateOrUpdateTags', { Tags: [{ ...tag('a'), PropagateAtLaunch: true }, tag('b')] });
    asg('SetDesiredCapacity', { ...named, DesiredCapacity: 4 });
    asg('DeleteTags', { Tags: [tag('a')] });
    expect(asg('DescribeTags', {}).Tags).toMatchObject([{ Key: 'b', Value: 'x', ResourceId: 'spot' }]);
    expect([...group.instances.values()].at(-1)?.ec2.tags).toMatchObject({ a: 'x' });
  });

  test('changes nothing when one of its groups is not there', () => {
    const { asg } = grouped();
    asg('CreateOrUpdateTags', { Tags: [tag('a')] });
    expect(() => asg('DeleteTags', { Tags: [tag('a'), tag('b', 'none')] })).toThrow('not found');
    expect(asg('DescribeTags', {}).Tags).toHaveLength(1);
  });
});

describe('scaling activities', () => {
  const activities = async () => {
    const world = grouped();
    const startMs = world.account.clock.now();
    world.asg('SetDesiredCapacity', { ...named, DesiredCapacity: 4 });
    await world.runTo(100);
    world.asg('SetDesiredCapacity', { ...named, DesiredCapacity: 5, HonorCooldown: false });
    const filtered = (...Filters: object[]) =>
      world
        .asg('DescribeScalingActivities', { ...named, Filters })
        .Activities.map(({ StatusCode }: { StatusCode: string }) => StatusCode);
    return { ...world, filtered, half: new Date(startMs + 50_000).toISOString() };
  };

  test('can be filtered by status', async () => {
    const { filtered } = await activities();
    expect(filtered({ Name: 'Status', Values: ['Successful'] })).toEqual(['Successful']);
    expect(filtered({ Name: 'Status', Values: ['Successful', 'InProgress'] })).toEqual(['InProgress', 'Successful']);
  });

  test('can be filtered by when they started', async () => {
    const { filtered, half } = await activities();
    expect(filtered({ Name: 'StartTimeLowerBound', Values: [half] })).toEqual(['InProgress']);
    expect(filtered({ Name: 'StartTimeUpperBound', Values: [half] })).toEqual(['Successful']);
    const both = [
      { Name: 'StartTimeLowerBound', Values: [half] },
      { Name: 'Status', Values: ['Successful'] },
    ];
    expect(filtered(...both)).toEqual([]);
  });

  test('cannot be filtered by anything else', async () => {
    const { filtered } = await activities();
    expect(() => filtered({ Name: 'Mood', Values: ['good'] })).toThrow('Mood');
  });
});

describe('an instance maintenance policy', () => {
  const within = (MinHealthyPercentage: number, MaxHealthyPercentage: number) => ({
    ...named,
    InstanceMaintenancePolicy: { MinHealthyPercentage, MaxHealthyPercentage },
  });

  test('lets the successor of an unhealthy instance come first', async () => {
    const { asg, group, id, runTo } = grouped();
    asg('UpdateAutoScalingGroup', within(100, 150));
    asg('SetInstanceHealth', { InstanceId: id, HealthStatus: 'Unhealthy' });
    for (let second = 1; second < 120; second += 3) {
      await runTo(second);
      const up = [...group.instances.values()].filter(({ ec2 }) => ec2.state === 'running' || ec2.state === 'pending');
      expect(up.length).toBeGreaterThanOrEqual(3);
    }
    expect(group.instances.has(id)).toBe(false);
    expect(staying(group)).toHaveLength(3);
  });

  test('limits how many replacements run at once to its share of the desired capacity', async () => {
    const { asg, group, region, runTo } = grouped({ desired: 6, maxSize: 40, capacityRebalance: true });
    asg('UpdateAutoScalingGroup', within(90, 134));
    for (const id of group.instances.keys()) region.recommendRebalance(id);
    await runTo(8);
    expect(group.instances.size).toBe(8);
    await runTo(200);
    expect(group.instances.size).toBe(6);
  });

  test('is removed with -1, and refused where replacements would have to terminate first', () => {
    const { asg, group } = grouped();
    asg('UpdateAutoScalingGroup', within(100, 110));
    asg('UpdateAutoScalingGroup', within(-1, -1));
    expect(group.settings.InstanceMaintenancePolicy).toBeUndefined();
    expect(() => asg('UpdateAutoScalingGroup', within(90, 100))).toThrow('MaxHealthyPercentage of 100');
    expect(() => asg('UpdateAutoScalingGroup', within(50, 200))).toThrow('at most 100 apart');
  });
});

describe('a warmup', () => {
  test.each([
    ['of the group', { DefaultInstanceWarmup: 300 }, {}],
    ['of the refresh', {}, { Preferences: { InstanceWarmup: 300 } }],
    ['that is the grace period', { HealthCheckGracePeriod: 300 }, {}],
  ])('%s holds an instance refresh until what is new is warm', async (_, settings, refresh) => {
    const { asg, runTo } = grouped();
    asg('UpdateAutoScalingGroup', { ...named, ...settings });
    asg('StartInstanceRefresh', { ...named, ...refresh });
    const left = async (second: number) => {
      await runTo(second);
      return asg('DescribeInstanceRefreshes', named).InstanceRefreshes[0].InstancesToUpdate;
    };
    expect(await left(290)).toBe(2);
    expect(await left(500)).toBe(1);
    expect(await left(1_300)).toBe(0);
    expect(asg('DescribeInstanceRefreshes', named).InstanceRefreshes[0].Status).toBe('Successful');
  });
});

test('a health check type that Auto Scaling does not have is refused', () => {
  const { asg, group } = grouped();
  asg('UpdateAutoScalingGroup', { ...named, HealthCheckType: 'EC2,ELB' });
  expect(group.settings.HealthCheckType).toBe('EC2,ELB');
  const change = () => asg('UpdateAutoScalingGroup', { ...named, HealthCheckType: 'DNS' });
  expect(change).toThrow('Invalid HealthCheckType: DNS');
  const { created } = withTemplate();
  expect(() => created(policyOf(['m6i.large']), { HealthCheckType: 'DNS' })).toThrow('Invalid HealthCheckType: DNS');
});
