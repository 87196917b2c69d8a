import { describe, expect, test } from 'vitest';
import type { Task } from '../../../sim/ecs/model.ts';
import { countsBy, serviceWorld } from './service-world.ts';

const item = (capacityProvider: string, weight: number, base = 0) => ({ capacityProvider, weight, base });
const providerOf = ({ capacityProviderName }: Task) => capacityProviderName;
const onFargate = { fargate: true, settled: false, hosts: 0 };

describe('a service on Fargate and Fargate Spot', () => {
  test('gives each provider its share, the base first', async () => {
    const strategy = [item('FARGATE_SPOT', 3), item('FARGATE', 1, 2)];
    const { service, runTo } = serviceWorld({ ...onFargate, desired: 10, strategy });
    await runTo(60);
    expect(countsBy(service, providerOf)).toEqual({ FARGATE_SPOT: 6, FARGATE: 4 });
  });

  test('runs the share of the one that has capacity when the other has none, and no more', async () => {
    const strategy = [item('FARGATE_SPOT', 1), item('FARGATE', 1)];
    const world = serviceWorld({ ...onFargate, desired: 6, strategy });
    world.region.setFargateCapacity({ spot: true, vcpus: 0 });
    await world.runTo(600);
    expect(countsBy(world.service, providerOf)).toEqual({ FARGATE: 3 });
    expect(world.details('ECS Service Action', 'SERVICE_TASK_PLACEMENT_FAILURE')).toMatchObject([
      {
        reason: 'RESOURCE:FARGATE',
        capacityProviderArns: ['arn:aws:ecs:eu-west-1:123456789012:capacity-provider/FARGATE_SPOT'],
      },
    ]);
    expect(world.messages()).toContain(
      '(service web) was unable to place a task. Reason: Capacity is unavailable at this time. Please try again later or in a different availability zone.',
    );
    world.region.setFargateCapacity({ spot: true, vcpus: 100 });
    await world.runTo(700);
    expect(countsBy(world.service, providerOf)).toEqual({ FARGATE_SPOT: 3, FARGATE: 3 });
  });

  test('keeps its shares when it scales in', async () => {
    const strategy = [item('FARGATE_SPOT', 1), item('FARGATE', 1, 1)];
    const { service, update, runTo } = serviceWorld({ ...onFargate, desired: 9, strategy });
    await runTo(60);
    update({ desiredCount: 3 });
    await runTo(200);
    expect(countsBy(service, providerOf)).toEqual({ FARGATE_SPOT: 1, FARGATE: 2 });
  });

  test('spreads over its zones, whatever else runs there', async () => {
    const { region, cluster, service, runTo } = serviceWorld({
      ...onFargate,
      launchType: 'FARGATE',
      desired: 4,
      zones: ['eu-west-1a'],
    });
    await runTo(30);
    const other = region.createService({
      cluster,
      name: 'other',
      desired: 4,
      fargate: true,
      launchType: 'FARGATE',
      zones: ['eu-west-1a', 'eu-west-1b'],
    });
    await runTo(60);
    expect(countsBy(service, ({ zone }) => zone)).toEqual({ 'eu-west-1a': 4 });
    expect(countsBy(other, ({ zone }) => zone)).toEqual({ 'eu-west-1a': 2, 'eu-west-1b': 2 });
  });

  test('waits for its launch rate, and says that it is throttled', async () => {
    const world = serviceWorld({ ...onFargate, launchType: 'FARGATE', desired: 0 });
    const { cluster } = world;
    const names = Array.from({ length: 8 }, (_, n) => `service-${n}`);
    const options = { cluster, desired: 40, fargate: true, launchType: 'FARGATE' as const };
    const services = names.map((name) => world.region.createService({ ...options, name }));
    await world.runTo(1);
    const started = services.reduce((sum, { tasks }) => sum + tasks.size, 0);
    expect(started).toBeGreaterThanOrEqual(100);
    expect(started).toBeLessThanOrEqual(120);
    const throttled = world.details('ECS Service Action', 'ECS_OPERATION_THROTTLED');
    expect(throttled[0]).toMatchObject({ eventType: 'ERROR', reason: 'Rate exceeded' });
    const messages = services.flatMap(({ events }) => events.map(({ message }) => message));
    expect(messages.some((text) => text?.endsWith(') operations are being throttled. Will try again later.'))).toBe(
      true,
    );
    await world.runTo(60);
    expect(services.reduce((sum, { tasks }) => sum + tasks.size, 0)).toBe(320);
  });

  test('beyond the vCPU quota says so, without an event', async () => {
    const world = serviceWorld({ ...onFargate, launchType: 'FARGATE', desired: 4 });
    world.region.parts.ecs.fargate.quotaVcpus.FARGATE = 0.5;
    await world.runTo(60);
    expect(world.service.tasks.size).toBe(2);
    expect(world.messages()).toContain(
      '(service web) was unable to place a task. Reason: You’ve reached the limit on the number of vCPUs you can run concurrently.',
    );
    expect(world.details('ECS Service Action', 'SERVICE_TASK_PLACEMENT_FAILURE')).toEqual([]);
  });

  test('moves from EC2 to Fargate Spot without losing a task, as a failover does', async () => {
    const { service, tasks, update, runTo, details } = serviceWorld({ fargate: true });
    update({
      capacityProviderStrategy: [{ capacityProvider: 'FARGATE_SPOT', weight: 1 }],
      platformVersion: 'LATEST',
      forceNewDeployment: true,
    });
    await runTo(300);
    expect(countsBy(service, providerOf)).toEqual({ FARGATE_SPOT: 3 });
    expect(tasks.every(({ lastStatus }) => lastStatus === 'STOPPED')).toBe(true);
    expect(service.facts.minimumHealthy).toBe(3);
    expect(details('ECS Service Action', 'CAPACITY_PROVIDER_STEADY_STATE')).toHaveLength(1);
  });
});
