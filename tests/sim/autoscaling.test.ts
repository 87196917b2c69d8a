import { describe, expect, test } from 'vitest';
import type { GroupOptions } from '../../sim/world/options.ts';
import { pools, smallAccount } from './small-account.ts';

const drainHook = { name: 'spotkeeper-drain', heartbeatTimeoutSeconds: 300 };

const grouped = (options: Partial<GroupOptions> = {}) => {
  const world = smallAccount();
  const cluster = world.region.createCluster({ name: 'prod' });
  const group = world.region.createGroup({ name: 'spot', cluster, pools, desired: 3, ...options });
  const [first] = [...group.instances.values()];
  const id = first?.ec2.id ?? '';
  const action = { AutoScalingGroupName: 'spot', LifecycleHookName: drainHook.name };
  return { ...world, cluster, group, id, action };
};

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
    await runTo(200);
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

describe('a scale-in', () => {
  test('without a hook ends an instance at once; the sizes of the group are kept', () => {
    const { region, group } = grouped({ minSize: 2 });
    region.scaleIn(group);
    expect([...group.instances.values()].filter(({ ec2 }) => ec2.state === 'shutting-down')).toHaveLength(1);
    expect(() => region.scaleIn(group)).toThrow('not between 2 and 6');
  });

  test('waits for its hook, heartbeats included, and goes on when the hook is completed', async () => {
    const { region, group, runTo, eventsOf, call, action } = grouped({ hooks: [drainHook] });
    region.scaleIn(group);
    const [event] = eventsOf('EC2 Instance-terminate Lifecycle Action');
    const detail = event?.detail as { EC2InstanceId: string; LifecycleActionToken: string };
    expect(detail).toMatchObject({
      LifecycleHookName: drainHook.name,
      AutoScalingGroupName: 'spot',
      LifecycleTransition: 'autoscaling:EC2_INSTANCE_TERMINATING',
    });
    const victim = group.instances.get(detail.EC2InstanceId);
    expect(victim?.lifecycleState).toBe('Terminating:Wait');
    await runTo(290);
    call('autoscaling', 'RecordLifecycleActionHeartbeat', {
      ...action,
      LifecycleActionToken: detail.LifecycleActionToken,
    });
    await runTo(500);
    expect(victim?.ec2.state).toBe('running');
    call('autoscaling', 'CompleteLifecycleAction', {
      ...action,
      InstanceId: detail.EC2InstanceId,
      LifecycleActionResult: 'CONTINUE',
    });
    expect(victim?.ec2.state).toBe('shutting-down');
    await runTo(560);
    expect(eventsOf('EC2 Instance Terminate Successful')).toHaveLength(1);
  });

  test('goes on by itself when nobody answers its hook in time', async () => {
    const { region, group, runTo, account } = grouped({ hooks: [drainHook] });
    region.scaleIn(group);
    await runTo(299);
    expect(group.instances.size).toBe(3);
    await runTo(360);
    expect(group.instances.size).toBe(2);
    expect(account.journal.entries.filter(({ kind }) => kind === 'hook-completed')).toHaveLength(1);
  });

  test('refuses to complete an action that is not open', () => {
    const { call, id, action } = grouped({ hooks: [drainHook] });
    const complete = (input: object) => () => call('autoscaling', 'CompleteLifecycleAction', { ...action, ...input });
    const named = { InstanceId: id, LifecycleActionResult: 'CONTINUE' };
    expect(complete(named)).toThrow(`No active Lifecycle Action found with instance ID ${id}`);
    expect(complete({ ...named, LifecycleActionResult: 'LATER' })).toThrow('CONTINUE or ABANDON');
  });

  test('waits for all hooks, but an ABANDON skips the others', () => {
    const { region, group, call, action } = grouped({ hooks: [drainHook, { ...drainHook, name: 'logs' }] });
    region.scaleIn(group, 2);
    const [first, second] = [...group.instances.values()].filter(({ stays }) => !stays);
    const complete = (InstanceId: string | undefined, LifecycleActionResult: string) =>
      call('autoscaling', 'CompleteLifecycleAction', { ...action, InstanceId, LifecycleActionResult });
    complete(first?.ec2.id, 'CONTINUE');
    complete(second?.ec2.id, 'ABANDON');
    expect([first?.ec2.state, second?.ec2.state]).toEqual(['running', 'shutting-down']);
  });
});

describe('draining that ECS does by itself', () => {
  test('managed draining sets DRAINING some seconds after the notice', async () => {
    const { region, id, runTo, account } = grouped({ managedDraining: true, capacityProvider: 'prod-spot' });
    region.interrupt(id);
    await runTo(1);
    expect(account.tally().interrupted.get(id)?.drainingAt).toBeUndefined();
    await runTo(10);
    expect(account.tally().interrupted.get(id)?.drainingAt).toBeDefined();
    expect(account.endpoint.calls.count()).toBe(0);
  });

  test('managed draining holds a scale-in until the instance is empty', async () => {
    const { region, group, cluster, runTo } = grouped({ managedDraining: true, capacityProvider: 'prod-spot' });
    region.createService({ cluster, name: 'web', desired: 3, stopMs: 20_000 });
    region.settle();
    region.scaleIn(group);
    const victim = [...group.instances.values()].find(({ stays }) => !stays);
    await runTo(50);
    expect(victim?.lifecycleState).toBe('Terminating:Wait');
    await runTo(120);
    expect(victim?.lifecycleState).toBe('Terminating:Proceed');
  });

  test('the agent calls once a second until the account lets it through', async () => {
    const { region, account, runTo, group, cluster } = grouped({ desired: 300, agentDrainsOnSpot: true });
    for (const pool of pools) region.interruptPool({ ...pool, stillAvailable: true });
    await runTo(30);
    const draining = [...cluster.instances.values()].filter(({ status }) => status === 'DRAINING');
    expect(draining).toHaveLength(300);
    const calls = { service: 'ecs', operation: 'UpdateContainerInstancesState' } as const;
    expect(account.endpoint.calls.count({ ...calls, outcome: 'ok' })).toBe(300);
    expect(account.endpoint.calls.count({ ...calls, outcome: 'ThrottlingException' })).toBeGreaterThan(100);
    expect(group.instances.size).toBe(600);
  });

  test('the agent of an instance that registers after its notice drains it then', async () => {
    const { region, cluster, runTo } = grouped();
    const young = region.addInstance({
      cluster,
      type: 'm6i.large',
      zone: 'eu-west-1a',
      booting: true,
      bootMs: 20_000,
      agentDrainsOnSpot: true,
    });
    region.interrupt(young.id);
    await runTo(22);
    const instance = region.parts.ecs.instances.byEc2Id.get(young.id);
    expect(instance?.status).toBe('REGISTERING');
    await runTo(30);
    expect(instance?.status).toBe('DRAINING');
  });
});
