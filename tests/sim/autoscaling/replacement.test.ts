import { describe, expect, test } from 'vitest';
import { pools, zones } from '../small-account.ts';
import { countBy, grouped, staying } from './grouped.ts';

const up = (group: ReturnType<typeof grouped>['group']) =>
  [...group.instances.values()].filter(({ ec2 }) => ec2.state === 'running' || ec2.state === 'pending').length;

describe('Capacity Rebalancing', () => {
  test('launches at the recommendation and ends the old instance when the new one is in service', async () => {
    const { group, id, region, runTo } = grouped({ capacityRebalance: true });
    region.recommendRebalance(id);
    await runTo(5);
    expect(up(group)).toBe(4);
    expect(group.instances.get(id)?.lifecycleState).toBe('InService');
    await runTo(90);
    expect(group.instances.has(id)).toBe(false);
    expect(up(group)).toBe(3);
  });

  test('does nothing when it is off', async () => {
    const { group, id, region, runTo } = grouped();
    region.recommendRebalance(id);
    await runTo(60);
    expect([...group.instances.keys()]).toContain(id);
    expect(group.instances.size).toBe(3);
  });

  test('exceeds the maximum by at most ten percent', async () => {
    const { group, region, runTo } = grouped({ capacityRebalance: true, desired: 20, maxSize: 20 });
    for (const instanceId of [...group.instances.keys()]) region.recommendRebalance(instanceId);
    const before = new Set(group.instances.keys());
    let most = 0;
    for (let second = 1; second < 600; second += 1) {
      await runTo(second);
      const inGroup = [...group.instances.values()].filter(
        ({ lifecycleState }) => !/^Terminating/.test(lifecycleState),
      );
      most = Math.max(most, inGroup.length);
    }
    expect(most).toBe(22);
    expect([...group.instances.keys()].filter((each) => before.has(each))).toEqual([]);
  });

  test('keeps the old instance when there is no capacity for a new one', async () => {
    const { group, id, region, runTo } = grouped({ capacityRebalance: true });
    for (const pool of pools) region.setAvailable(pool, false);
    region.recommendRebalance(id);
    await runTo(120);
    expect(group.instances.get(id)?.stays).toBe(true);
  });

  test('launches once when the notice follows the recommendation', async () => {
    const { account, group, id, region, runTo } = grouped({ capacityRebalance: true });
    region.recommendRebalance(id);
    await runTo(8);
    region.interrupt(id);
    await runTo(300);
    expect(account.journal.entries.filter(({ kind }) => kind === 'instance-launched')).toHaveLength(1);
    expect(group.spread.total).toBe(3);
  });

  test('goes on with the old instance when the new one is taken before it is in service', async () => {
    const { group, id, region, runTo } = grouped({ capacityRebalance: true });
    region.recommendRebalance(id);
    await runTo(6);
    const fresh = [...group.instances.values()].at(-1)?.ec2.id ?? '';
    region.interrupt(fresh, { notice: false });
    await runTo(200);
    expect(group.instances.get(id)?.stays).toBe(true);
    expect(group.spread.total).toBe(3);
  });
});

describe('zones out of balance', () => {
  const unbalanced = async () => {
    const world = grouped({ desired: 6, maxSize: 6 });
    const [pool] = pools;
    if (!pool) throw new Error('no pool');
    world.region.interruptPool(pool);
    await world.runTo(200);
    expect(countBy(world.group, ({ ec2 }) => ec2.zone)).toEqual({ [zones[1]]: 3, [zones[2]]: 3 });
    return { ...world, pool };
  };

  test('are levelled when the empty one has capacity again, the new instance first', async () => {
    const { group, pool, region, runTo } = await unbalanced();
    region.setAvailable(pool, true);
    for (let second = 201; second < 1_500; second += 7) {
      await runTo(second);
      expect(staying(group)).toHaveLength(6);
    }
    expect(countBy(group, ({ ec2 }) => ec2.zone)).toEqual({ [zones[0]]: 2, [zones[1]]: 2, [zones[2]]: 2 });
  });

  test('stay as they are while AZRebalance is suspended', async () => {
    const { asg, group, pool, region, runTo } = await unbalanced();
    asg('SuspendProcesses', { AutoScalingGroupName: 'spot', ScalingProcesses: ['AZRebalance'] });
    region.setAvailable(pool, true);
    await runTo(1_500);
    expect(countBy(group, ({ ec2 }) => ec2.zone)).toEqual({ [zones[1]]: 3, [zones[2]]: 3 });
  });
});

describe('an instance refresh', () => {
  const named = { AutoScalingGroupName: 'spot' };

  test('replaces every instance, keeps the healthy percentage, and says when it is done', async () => {
    const { asg, group, eventsOf, runTo } = grouped({ desired: 6 });
    const before = new Set(group.instances.keys());
    const { InstanceRefreshId } = asg('StartInstanceRefresh', { ...named, Preferences: { MinHealthyPercentage: 50 } });
    expect(() => asg('StartInstanceRefresh', named)).toThrow('already in progress');
    for (let second = 1; second < 300; second += 3) {
      await runTo(second);
      const ready = [...group.instances.values()].filter(({ lifecycleState }) => lifecycleState === 'InService');
      expect(ready.length).toBeGreaterThanOrEqual(3);
    }
    expect(staying(group).filter(({ ec2 }) => before.has(ec2.id))).toEqual([]);
    expect(asg('DescribeInstanceRefreshes', named).InstanceRefreshes).toMatchObject([
      { InstanceRefreshId, Status: 'Successful', PercentageComplete: 100 },
    ]);
    expect(eventsOf('EC2 Auto Scaling Instance Refresh Started')).toHaveLength(1);
    expect(eventsOf('EC2 Auto Scaling Instance Refresh Succeeded')).toMatchObject([
      { detail: { InstanceRefreshId, AutoScalingGroupName: 'spot' } },
    ]);
  });

  test('launches first when the maximum percentage allows it', async () => {
    const { asg, group, runTo } = grouped();
    const before = new Set(group.instances.keys());
    asg('StartInstanceRefresh', { ...named, Preferences: { MinHealthyPercentage: 100, MaxHealthyPercentage: 134 } });
    for (let second = 1; second < 600; second += 3) {
      await runTo(second);
      const ready = [...group.instances.values()].filter(({ lifecycleState }) => lifecycleState === 'InService');
      expect(ready.length).toBeGreaterThanOrEqual(3);
    }
    expect(staying(group).filter(({ ec2 }) => before.has(ec2.id))).toEqual([]);
  });

  test('can be cancelled', async () => {
    const { asg, eventsOf, runTo, group } = grouped({ desired: 6 });
    const before = new Set(group.instances.keys());
    asg('StartInstanceRefresh', named);
    asg('CancelInstanceRefresh', named);
    await runTo(600);
    expect(staying(group).filter(({ ec2 }) => before.has(ec2.id))).toHaveLength(5);
    expect(eventsOf('EC2 Auto Scaling Instance Refresh Cancelled')).toHaveLength(1);
    expect(() => asg('CancelInstanceRefresh', named)).toThrow('No in progress or pending Instance Refresh found');
  });
});
