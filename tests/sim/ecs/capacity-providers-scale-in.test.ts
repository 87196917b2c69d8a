import { describe, expect, test } from 'vitest';
import { scaled } from './scaled.ts';

const minute = 60;

describe('scale-in', () => {
  test('comes after 15 minutes below the target, to what the tasks need', async () => {
    const { service, group, region, runTo } = scaled({ desired: 4 });
    service({ desired: 8 });
    region.settle();
    const [first] = region.parts.ecs.state.clusters.get('prod')?.services.values() ?? [];
    await runTo(minute + 1);
    if (first) region.setDesiredCount(first, 0);
    await runTo(15 * minute);
    expect(group.desired).toBe(4);
    await runTo(17 * minute);
    expect(group.desired).toBe(0);
  });

  test('waits anew when the instances were needed in the meantime', async () => {
    const { service, group, region, runTo } = scaled({ desired: 1 });
    const web = service({ desired: 2 });
    region.settle();
    region.setDesiredCount(web, 0);
    await runTo(10 * minute);
    region.setDesiredCount(web, 1);
    await runTo(12 * minute);
    region.setDesiredCount(web, 0);
    await runTo(20 * minute);
    expect(group.desired).toBe(1);
    await runTo(28 * minute);
    expect(group.desired).toBe(0);
  });

  test('does not go below the minimum size of the group', async () => {
    const { service, group, runTo } = scaled({ desired: 3, minSize: 1 });
    service({ desired: 0 }).desired = 0;
    await runTo(20 * minute);
    expect(group.desired).toBe(1);
  });

  test('takes no notice of daemons', async () => {
    const { service, group, region, runTo } = scaled({ desired: 2 });
    service({ name: 'logs', scheduling: 'DAEMON', cpu: 64 });
    region.settle();
    await runTo(20 * minute);
    expect(group.desired).toBe(0);
  });

  test('spares instances with tasks when termination protection is managed', async () => {
    const { service, group, region, runTo, count } = scaled({ desired: 3, managedTerminationProtection: true });
    const web = service({ desired: 3, placement: [{ type: 'binpack', field: 'cpu' }] });
    region.settle();
    const busy = new Set([...web.tasks.values()].map(({ instance }) => instance?.ec2InstanceId));
    expect(busy.size).toBe(2);
    await runTo(20 * minute);
    expect([...group.instances.values()].map(({ ec2 }) => ec2.id).sort()).toEqual([...busy].sort());
    expect([...group.instances.values()].every((instance) => instance.protected)).toBe(true);
    expect(count('RUNNING')).toBe(3);
  });

  test('drains instances through the managed hook before they end', async () => {
    const { service, group, region, runTo, account } = scaled({ desired: 4, managedDraining: true });
    const web = service({ desired: 4, startMs: 5_000 });
    region.settle();
    expect(web.tasks.size).toBe(4);
    region.setDesiredCount(web, 2);
    await runTo(20 * minute);
    expect(group.desired).toBe(2);
    expect(account.tally().tasks.killedWithoutSigterm).toEqual([]);
    const kinds = new Set(account.journal.entries.map(({ kind }) => kind));
    expect(kinds).toContain('hook-completed');
  });
});

describe('a provider that has what it needs', () => {
  test('costs nothing: the clock runs empty', async () => {
    const { service, account, region, group } = scaled({ desired: 3, managedTerminationProtection: true });
    service({ desired: 5 });
    region.settle();
    await account.clock.run();
    expect(group.desired).toBe(3);
  });

  test('does not act for a provider that no cluster has', async () => {
    const { service, call, group, runTo } = scaled({ desired: 2 });
    service({ name: 'other', desired: 0 });
    call('ecs', 'DeleteService', { cluster: 'prod', service: 'other' });
    await runTo(5);
    call('ecs', 'PutClusterCapacityProviders', {
      cluster: 'prod',
      capacityProviders: [],
      defaultCapacityProviderStrategy: [],
    });
    await runTo(30 * minute);
    expect(group.desired).toBe(2);
  });
});
