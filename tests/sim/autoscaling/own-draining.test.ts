import { describe, expect, test } from 'vitest';
import { pools } from '../small-account.ts';
import { grouped } from './grouped.ts';

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

  test('managed draining lets an instance go that was to end before it had registered', async () => {
    const { region, group, runTo } = grouped({
      managedDraining: true,
      capacityProvider: 'prod-spot',
      bootMs: 60_000,
    });
    const before = new Set(group.instances.keys());
    region.parts.autoScaling.setDesired(group, group.desired + 1);
    await runTo(20);
    const young = [...group.instances].find(([id]) => !before.has(id))?.[0] ?? '';
    const member = group.instances.get(young);
    if (member) member.protected = false;
    for (const [id, one] of group.instances) one.protected = id !== young;
    region.scaleIn(group);
    await runTo(40);
    expect(member?.lifecycleState).toBe('Terminating:Wait');
    await runTo(150);
    expect(group.instances.has(young)).toBe(false);
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
