import { describe, expect, test } from 'vitest';
import type { Task } from '../../../sim/ecs/model.ts';
import { zones } from '../small-account.ts';
import { countsBy, serviceWorld, type Without } from './service-world.ts';

const zoneOf = ({ zone }: Task) => zone;
const type = 'm6i.large';
const [first, second] = zones;

/** All tasks are in the first zone; then the second one gets an instance. */
const uneven = async (options: Without = {}) => {
  const world = serviceWorld({ hosts: 0, settled: false, zoneRebalancing: true, desired: 4, ...options });
  const { region, cluster } = world;
  for (const zone of [first, first]) region.addInstance({ cluster, type, zone });
  region.settle();
  await world.runTo(10);
  const instance = region.addInstance({ cluster, type, zone: second });
  return { ...world, instance };
};

describe('Availability Zone rebalancing', () => {
  test('moves tasks one by one to the zone that has too few, each only when its replacement is healthy', async () => {
    const { service, runTo, details } = await uneven();
    await runTo(30);
    expect(countsBy(service, zoneOf)).toEqual({ [first]: 4, [second]: 1 });
    await runTo(400);
    expect(countsBy(service, zoneOf)).toEqual({ [first]: 2, [second]: 2 });
    expect(service.facts.minimumHealthy).toBe(4);
    const began = details('ECS Task State Change').filter(({ version }) => version === 1);
    expect(began).toHaveLength(2);
  });

  test('is off unless the service has it', async () => {
    const { service, runTo } = await uneven({ zoneRebalancing: false });
    await runTo(400);
    expect(countsBy(service, zoneOf)).toEqual({ [first]: 4 });
  });

  test('starts nothing where there is no room, and so does not go round in circles', async () => {
    const { service, runTo, details } = await uneven({
      memory: 2_000,
      placement: [{ type: 'random', field: undefined }],
    });
    await runTo(100);
    const before = details('ECS Task State Change').length;
    await runTo(2_000);
    expect(details('ECS Task State Change')).toHaveLength(before);
    expect(service.tasks.size).toBe(4);
  });

  test('starts nothing when the tasks of the emptier zone would not fit', async () => {
    const world = serviceWorld({ hosts: 0, settled: false, zoneRebalancing: true, networkMode: 'host', desired: 3 });
    const { region, cluster, service } = world;
    for (const zone of [first, first, first]) region.addInstance({ cluster, type, zone });
    const { id } = region.addInstance({ cluster, type, zone: second });
    region.runTask({ cluster, family: 'other', instanceId: id, networkMode: 'host' });
    region.settle();
    expect(countsBy(service, zoneOf)).toEqual({ [first]: 3 });
    await world.runTo(2_000);
    expect(countsBy(service, zoneOf)).toEqual({ [first]: 3 });
    const own = world.details('ECS Task State Change').filter(({ group }) => group === 'service:web');
    expect(own).toEqual([]);
    expect(world.messages()).toEqual([]);
  });

  test('never has more tasks than maximumPercent allows', async () => {
    const { service, runTo } = await uneven({ maximumPercent: 124 });
    await runTo(400);
    expect(countsBy(service, zoneOf)).toEqual({ [first]: 4 });
  });

  test('is on by default for services that CreateService makes, where it can be', () => {
    const { call } = serviceWorld({ networkMode: 'bridge' });
    const create = (serviceName: string, input: object = {}) =>
      call('ecs', 'CreateService', { cluster: 'prod', serviceName, taskDefinition: 'web:1', desiredCount: 0, ...input })
        .service.availabilityZoneRebalancing;
    const spread = (field: string) => ({ placementStrategy: [{ type: 'spread', field }] });
    expect(create('a')).toBe('ENABLED');
    expect(create('b', spread('attribute:ecs.availability-zone'))).toBe('ENABLED');
    expect(create('c', spread('instanceId'))).toBe('DISABLED');
    expect(create('d', { schedulingStrategy: 'DAEMON', desiredCount: undefined })).toBe('DISABLED');
    expect(create('e', { availabilityZoneRebalancing: 'DISABLED' })).toBe('DISABLED');
    expect(() => create('f', { availabilityZoneRebalancing: 'ENABLED', ...spread('instanceId') })).toThrow(
      'Availability Zone rebalancing needs',
    );
  });

  test('of a Fargate service looks at the zones of its subnets', async () => {
    const { region, service, runTo } = serviceWorld({
      hosts: 0,
      settled: false,
      zoneRebalancing: true,
      fargate: true,
      launchType: 'FARGATE',
      desired: 4,
      zones: [first, second],
    });
    region.parts.ecs.fargate.setZone(second, false);
    await runTo(120);
    expect(countsBy(service, zoneOf)).toEqual({ [first]: 4 });
    region.parts.ecs.fargate.setZone(second, true);
    await runTo(800);
    expect(countsBy(service, zoneOf)).toEqual({ [first]: 2, [second]: 2 });
  });
});
