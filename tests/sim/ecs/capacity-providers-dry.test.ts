import { describe, expect, test } from 'vitest';
import { pools } from '../small-account.ts';
import { scaled } from './scaled.ts';

const minute = 60;

describe('launches that fail', () => {
  const dry = (world: ReturnType<typeof scaled>) => {
    for (const pool of pools) world.region.setAvailable(pool, false);
  };

  test('leave the tasks PROVISIONING, which fail to start after a time: EMPTY CAPACITY PROVIDER', async () => {
    const world = scaled({}, { switches: { provisioningTimeoutMs: 300_000 } });
    dry(world);
    world.service({ desired: 2 });
    await world.runTo(4 * minute);
    expect(world.count('PROVISIONING')).toBe(2);
    expect(world.failures()).toEqual([]);
    await world.runTo(5 * minute + 2);
    expect(world.failures()).toEqual(['EMPTY CAPACITY PROVIDER', 'EMPTY CAPACITY PROVIDER']);
    const stopped = world
      .eventsOf('ECS Task State Change')
      .filter(({ detail }) => JSON.stringify(detail).includes('"stopCode":"TaskFailedToStart"'));
    expect(stopped).toHaveLength(2);
  });

  test('say NO ACTIVE INSTANCES when all that is there drains', async () => {
    const world = scaled({ desired: 1 }, { switches: { provisioningTimeoutMs: 120_000 } });
    dry(world);
    const [instance] = world.cluster.instances.values();
    world.service({ name: 'old', desired: 2, stopMs: 500_000, stopTimeoutSeconds: 600 });
    world.region.settle();
    world.call('ecs', 'UpdateContainerInstancesState', {
      cluster: 'prod',
      containerInstances: [instance?.arn],
      status: 'DRAINING',
    });
    await world.runTo(3 * minute);
    expect(new Set(world.failures())).toEqual(new Set(['NO ACTIVE INSTANCES']));
  });

  test('name the resource that a task wants too much of', async () => {
    const world = scaled({ desired: 1 }, { switches: { provisioningTimeoutMs: 120_000 } });
    world.service({ desired: 1, cpu: 4_096 });
    world.service({ name: 'fat', desired: 1, memory: 60_000 });
    await world.runTo(2 * minute + 10);
    expect(world.failures()).toEqual(['RESOURCE:CPU', 'RESOURCE:MEMORY']);
    expect(world.group.desired).toBe(1);
  });

  test('are made up for when a pool has capacity again', async () => {
    const world = scaled();
    dry(world);
    world.service({ desired: 2 });
    await world.runTo(3 * minute);
    for (const pool of pools) world.region.setAvailable(pool, true);
    await world.runTo(12 * minute);
    expect(world.count('RUNNING')).toBe(2);
    expect(world.group.desired).toBe(1);
  });

  test('let no more than 500 tasks of a cluster wait', async () => {
    const world = scaled({ maxSize: 0 });
    world.service({ desired: 600 });
    await world.runTo(3 * minute);
    expect(world.count('PROVISIONING')).toBe(500);
    expect(world.eventsOf('ECS Service Action')).toEqual([]);
  });
});
