import { describe, expect, test } from 'vitest';
import { pools, smallAccount } from '../small-account.ts';
import { grouped } from './grouped.ts';

describe('a group', () => {
  test('launches a replacement at the notice, which is ACTIVE in the cluster after its boot time', async () => {
    const { region, group, id, runTo, cluster, account } = grouped({ bootMs: 100_000 });
    region.interrupt(id);
    await runTo(5);
    expect(group.instances.size).toBe(4);
    await runTo(130);
    const active = [...cluster.instances.values()].filter(
      ({ status, agentConnected }) => status === 'ACTIVE' && agentConnected,
    );
    expect(active).toHaveLength(3);
    await runTo(200);
    expect([...group.instances.keys()]).not.toContain(id);
    const launched = account.journal.entries.filter(({ kind }) => kind === 'instance-launched');
    expect(launched).toHaveLength(1);
  });

  test('launches elsewhere when the pool is dry, and tries again until any pool has capacity', async () => {
    const { region, group, id, runTo, eventsOf } = grouped();
    const [pool] = pools;
    if (!pool) throw new Error('no pool');
    region.setAvailable(pool, false);
    region.interrupt(id, { notice: false });
    await runTo(35);
    const launched = [...group.instances.values()].at(-1)?.ec2;
    expect(launched?.zone).not.toBe(pool.zone);
    for (const other of pools) region.setAvailable(other, false);
    region.interrupt(launched?.id ?? '', { notice: false });
    await runTo(150);
    expect(group.spread.total).toBe(2);
    expect(eventsOf('EC2 Instance Launch Unsuccessful')[0]).toMatchObject({ detail: { EC2InstanceId: '' } });
    region.setAvailable(pool, true);
    await runTo(400);
    expect(group.spread.total).toBe(3);
  });

  test('of no cluster joins none', () => {
    const { region } = smallAccount();
    const group = region.createGroup({ name: 'eks', pools, desired: 2 });
    expect(group.instances.size).toBe(2);
    expect(region.parts.ecs.instances.byEc2Id.size).toBe(0);
  });

  test('is described with its instances, and an instance with its group', () => {
    const { call, id } = grouped();
    const { AutoScalingGroups } = call('autoscaling', 'DescribeAutoScalingGroups', {
      AutoScalingGroupNames: ['spot', 'x'],
    });
    expect(AutoScalingGroups).toMatchObject([{ AutoScalingGroupName: 'spot', DesiredCapacity: 3, MaxSize: 6 }]);
    expect(AutoScalingGroups[0].Instances).toHaveLength(3);
    const { AutoScalingInstances } = call('autoscaling', 'DescribeAutoScalingInstances', { InstanceIds: [id, 'i-x'] });
    expect(AutoScalingInstances).toMatchObject([
      { InstanceId: id, AutoScalingGroupName: 'spot', LifecycleState: 'InService' },
    ]);
    const tagged = call('ec2', 'DescribeInstances', {
      Filters: [{ Name: 'tag:aws:autoscaling:groupName', Values: ['spot'] }],
    });
    expect(tagged.Reservations).toHaveLength(3);
  });
});
