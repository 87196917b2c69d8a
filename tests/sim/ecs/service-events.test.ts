import { describe, expect, test } from 'vitest';
import { serviceWorld, type WorldOptions } from './service-world.ts';

const failures = ({ details }: ReturnType<typeof serviceWorld>) =>
  details('ECS Service Action', 'SERVICE_TASK_PLACEMENT_FAILURE');

const hour = 3_600;

describe('a service that finds no place for a task', () => {
  test.each<[string, WorldOptions, string, string]>([
    ['CPU', { cpu: 4_096 }, 'RESOURCE:CPU', 'has insufficient CPU units available.'],
    ['memory', { memory: 60_000 }, 'RESOURCE:MEMORY', 'has insufficient memory available.'],
    ['a GPU', { gpus: 1 }, 'RESOURCE:GPU', 'encountered error "RESOURCE:GPU".'],
    [
      'a free port',
      { networkMode: 'host', desired: 4, minimumHealthyPercent: 0 },
      'RESOURCE:PORTS',
      'is already using a port required by your task.',
    ],
    ['a network interface', { cpu: 1, memory: 1, desired: 40 }, 'RESOURCE:ENI', 'encountered error "RESOURCE:ENI".'],
  ])('for want of %s says which instance comes closest and why it does not do', async (_, options, reason, text) => {
    const world = serviceWorld({ settled: false, ...options });
    await world.runTo(30);
    const [failure] = failures(world);
    expect(failure).toMatchObject({ eventType: 'ERROR', reason, clusterArn: world.cluster.arn });
    const ids = [...world.cluster.instances.values()].map(({ arn }) => arn);
    expect(ids).toContain(failure.containerInstanceArns[0]);
    const id = failure.containerInstanceArns[0].split('/').at(-1);
    expect(world.messages()).toContain(
      `(service web) was unable to place a task because no container instance met all of its requirements. The closest matching (container-instance ${id}) ${text}`,
    );
  });

  test('because the agents are disconnected says AGENT', async () => {
    const world = serviceWorld({ hosts: 1, desired: 0 });
    for (const { ec2InstanceId } of world.cluster.instances.values()) world.region.setAgent(ec2InstanceId, false);
    world.update({ desiredCount: 1 });
    await world.runTo(30);
    expect(failures(world)[0]).toMatchObject({ reason: 'AGENT' });
    expect(world.messages()[0]).toContain('encountered error "AGENT".');
  });

  test('in a cluster without instances says that there are none', async () => {
    const world = serviceWorld({ hosts: 0, settled: false });
    await world.runTo(30);
    expect(world.messages()[0]).toBe(
      '(service web) was unable to place a task because no container instance met all of its requirements. Reason: No Container Instances were found in your cluster.',
    );
  });

  test('says so once in six hours', async () => {
    const world = serviceWorld({ settled: false, cpu: 4_096 });
    await world.runTo(5.9 * hour);
    expect([world.messages().length, failures(world).length]).toEqual([1, 1]);
    await world.runTo(6.1 * hour);
    expect([world.messages().length, failures(world).length]).toEqual([2, 2]);
  });

  test('says so again when it had found places in between', async () => {
    const world = serviceWorld({ hosts: 1, desired: 1, networkMode: 'host' });
    world.update({ desiredCount: 2 });
    await world.runTo(20);
    expect(failures(world)).toHaveLength(1);
    const instance = world.region.addInstance({ cluster: world.cluster, type: 'm6i.large', zone: 'eu-west-1b' });
    await world.runTo(120);
    expect(world.service.tasks.size).toBe(2);
    world.region.interrupt(instance.id, { notice: false });
    await world.runTo(150);
    expect(failures(world)).toHaveLength(2);
  });

  test('says so again when it had wanted less in between', async () => {
    const world = serviceWorld({ hosts: 1, desired: 1, networkMode: 'host' });
    for (const [index, desiredCount] of [2, 1, 2].entries()) {
      world.update({ desiredCount });
      await world.runTo(20 * (index + 1));
    }
    expect(failures(world)).toHaveLength(2);
  });

  test('says so in the story even when it found none before the story', async () => {
    const world = serviceWorld({ cpu: 1_024, desired: 7 });
    await world.runTo(30);
    expect(failures(world)).toHaveLength(1);
  });
});

describe('a service in a steady state', () => {
  test('says so once, and again after it had lost a task', async () => {
    const world = serviceWorld({ settled: false });
    const steady = () => world.details('ECS Service Action', 'SERVICE_STEADY_STATE').length;
    await world.runTo(hour);
    expect(steady()).toBe(1);
    expect(world.messages()[0]).toBe('(service web) has reached a steady state.');
    world.call('ecs', 'StopTask', { cluster: 'prod', task: [...world.service.tasks.keys()][0] });
    await world.runTo(hour + 120);
    expect(steady()).toBe(2);
    expect(world.messages().filter((message) => message?.endsWith('has reached a steady state.'))).toHaveLength(2);
  });

  test('names the capacity providers of its strategy', async () => {
    const { details, runTo } = serviceWorld({
      settled: false,
      fargate: true,
      strategy: [{ capacityProvider: 'FARGATE_SPOT', weight: 1, base: 0 }],
    });
    await runTo(200);
    expect(details('ECS Service Action', 'CAPACITY_PROVIDER_STEADY_STATE')).toMatchObject([
      {
        eventType: 'INFO',
        capacityProviderArns: ['arn:aws:ecs:eu-west-1:123456789012:capacity-provider/FARGATE_SPOT'],
      },
    ]);
  });

  test('waits until its tasks are healthy, not only until they run', async () => {
    const { details, runTo, service, account } = serviceWorld({ settled: false, startMs: 5_000 });
    const beganAt = account.clock.now();
    await runTo(200);
    const [steady] = details('ECS Service Action', 'SERVICE_STEADY_STATE');
    const [task] = [...service.tasks.values()];
    expect(steady.at).toBeGreaterThan(beganAt + 40_000);
    expect(steady.at).toBeGreaterThan((task?.startedAt ?? 0) + 35_000);
  });
});

describe('Application Auto Scaling', () => {
  test('is told of when it changes a desired count; UpdateService is not', async () => {
    const { region, service, update, runTo, details } = serviceWorld();
    update({ desiredCount: 4 });
    await runTo(10);
    expect(details('ECS Service Action', 'SERVICE_DESIRED_COUNT_UPDATED')).toEqual([]);
    region.setDesiredCount(service, 6);
    expect(details('ECS Service Action', 'SERVICE_DESIRED_COUNT_UPDATED')).toMatchObject([{ desiredCount: 6 }]);
    await runTo(100);
    expect(service.tasks.size).toBe(6);
  });
});

describe('DescribeServices', () => {
  test('shows the latest hundred messages, the newest first', async () => {
    const { region, service, call, runTo, account } = serviceWorld({ desired: 1 });
    for (let n = 1; n <= 60; n += 1) {
      const now = (account.clock.now() - service.createdAt) / 1_000;
      region.setDesiredCount(service, 1 + (n % 2));
      await runTo(now + 100);
      call('ecs', 'UpdateService', { cluster: 'prod', service: 'web', forceNewDeployment: true });
      await runTo(now + 300);
    }
    const { events } = call('ecs', 'DescribeServices', { cluster: 'prod', services: ['web'] }).services[0];
    expect(events).toHaveLength(100);
    const times = events.map(({ createdAt }: { createdAt: Date }) => createdAt.getTime());
    expect(times).toEqual(times.toSorted((a: number, b: number) => b - a));
  });
});
