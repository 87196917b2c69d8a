import type { RunTaskRequest } from '@aws-sdk/client-ecs';
import { describe, expect, test } from 'vitest';
import type { AccountOptions } from '../../../sim/account.ts';
import type { Task } from '../../../sim/ecs/model.ts';
import { anywhere, api, inVpc } from './api.ts';

const onSpot = { capacityProviderStrategy: [{ capacityProvider: 'FARGATE_SPOT', weight: 1 }] };
const onDemand = { launchType: 'FARGATE' as const };

/** A cluster with both Fargate providers and the task definition `job` of a quarter vCPU. */
const prod = async (options: Partial<AccountOptions> = {}) => {
  const world = api(options);
  const { region, ask } = world;
  const cluster = region.createCluster({ name: 'prod', capacityProviders: ['FARGATE', 'FARGATE_SPOT'] });
  await ask((ecs) => ecs.registerTaskDefinition(anywhere));
  const run = (input: Partial<RunTaskRequest>) =>
    ask((ecs) => ecs.runTask({ cluster: 'prod', taskDefinition: 'job', ...inVpc, ...input }));
  const only = () => [...cluster.tasks.values()][0] as Task;
  const story = (task: Task) =>
    world
      .eventsOf('ECS Task State Change')
      .filter(({ resources }) => resources[0] === task.arn)
      .map(({ detail, at }) => ({ at, ...(detail as { lastStatus: string; desiredStatus: string }) }));
  return { ...world, cluster, run, only, story };
};

/** The same with a service of one task on Fargate Spot behind a load balancer, running. */
const served = async (options: Partial<AccountOptions> = {}) => {
  const world = await prod(options);
  const targetGroup = world.region.createTargetGroup({ name: 'web' });
  const service = world.region.createService({
    cluster: world.cluster,
    name: 'web',
    desired: 1,
    targetGroup,
    fargate: true,
    strategy: [{ capacityProvider: 'FARGATE_SPOT', weight: 1, base: 0 }],
    stopTimeoutSeconds: 100,
  });
  world.region.settle();
  return { ...world, targetGroup, service, task: [...service.tasks.values()][0] as Task };
};

describe('a Fargate task', () => {
  test('goes from PROVISIONING to RUNNING in about half a minute and through DEPROVISIONING when it stops', async () => {
    const { run, ask, only, story, runTo } = await prod();
    const { tasks } = await run(onDemand);
    expect(tasks?.[0]).toMatchObject({ lastStatus: 'PROVISIONING', launchType: 'FARGATE', cpu: '256' });
    await runTo(120);
    const { pullStartedAt = 0, startedAt = 0, createdAt } = only();
    expect(pullStartedAt).toBeGreaterThan(createdAt);
    expect(startedAt - createdAt).toBeGreaterThan(25_000);
    expect(startedAt - createdAt).toBeLessThan(60_000);
    await ask((ecs) => ecs.stopTask({ cluster: 'prod', task: only().arn }));
    await runTo(200);
    expect(story(only()).map(({ lastStatus }) => lastStatus)).toEqual([
      'PROVISIONING',
      'PENDING',
      'RUNNING',
      'STOPPING',
      'DEPROVISIONING',
      'STOPPED',
    ]);
  });

  test('is ACTIVATING before it runs behind a load balancer', async () => {
    const { region, task, service, story, runTo } = await served();
    region.interruptFargateSpot(task);
    await runTo(90);
    const next = [...service.tasks.values()].find((one) => one !== task) as Task;
    expect(story(next).map(({ lastStatus }) => lastStatus)).toEqual([
      'PROVISIONING',
      'PENDING',
      'ACTIVATING',
      'RUNNING',
    ]);
  });

  test('lands in the zones of its subnets, in turn', async () => {
    const { run } = await prod();
    const { tasks } = await run({ ...onDemand, count: 4 });
    const zones = tasks?.map(({ availabilityZone }) => availabilityZone).sort();
    expect(zones).toEqual(['eu-west-1a', 'eu-west-1a', 'eu-west-1b', 'eu-west-1b']);
  });
});

describe('capacity', () => {
  test('that has run out refuses tasks of its kind and architecture until there is more', async () => {
    const { region, run } = await prod();
    region.setFargateCapacity({ spot: true, vcpus: 0.5 });
    const spot = await run({ ...onSpot, count: 3 });
    expect(spot.tasks).toHaveLength(2);
    expect(spot.failures?.[0]?.reason).toBe(
      'Capacity is unavailable at this time. Please try again later or in a different availability zone',
    );
    expect((await run({ ...onDemand, count: 3 })).failures).toEqual([]);
    region.setFargateCapacity({ spot: true, vcpus: 1 });
    expect((await run({ ...onSpot, count: 2 })).failures).toEqual([]);
    expect(() => region.setFargateCapacity({ spot: true, vcpus: -1 })).toThrow('0 or more');
  });

  test('beyond the vCPU quota is refused in the words of the quota', async () => {
    const { region, run } = await prod();
    region.parts.ecs.fargate.quotaVcpus.FARGATE = 0.5;
    const { tasks, failures } = await run({ ...onDemand, count: 3 });
    expect(tasks).toHaveLength(2);
    expect(failures?.[0]?.reason).toContain('limit on the number of vCPUs you can run concurrently');
  });

  test('is launched at most 100 tasks at once and 20 a second after that', async () => {
    const { call, runTo } = await prod();
    const run = () =>
      call('ecs', 'RunTask', { cluster: 'prod', taskDefinition: 'job', ...inVpc, ...onDemand, count: 10 });
    for (let n = 0; n < 10; n += 1) run();
    expect(run).toThrow('Rate exceeded');
    await runTo(1.2);
    expect(run().tasks).toHaveLength(10);
  });
});

describe('a Fargate Spot interruption', () => {
  test('is announced two minutes ahead with SIGTERM, and kills after the stop timeout', async () => {
    const { region, task, story, runTo, seconds } = await served();
    await runTo(10);
    const at = seconds();
    const slow = { ...task.definition.behaviour, stopMs: 600_000 };
    Object.assign(task.definition, { behaviour: slow });
    region.interruptFargateSpot(task);
    const [notice] = story(task);
    expect(notice).toMatchObject({
      desiredStatus: 'STOPPED',
      lastStatus: 'RUNNING',
      stopCode: 'SpotInterruption',
      stoppedReason: 'Your Spot Task was interrupted.',
      capacityProviderName: 'FARGATE_SPOT',
    });
    await runTo(at + 99);
    expect(task.lastStatus).toBe('STOPPING');
    await runTo(at + 101);
    expect(task).toMatchObject({ process: 'gone', exitCode: 137 });
    await runTo(at + 130);
    expect(task.lastStatus).toBe('STOPPED');
  });

  test('is replaced at its notice when there is capacity, and never on FARGATE', async () => {
    const { region, task, service, runTo } = await served();
    region.interruptFargateSpot(1);
    await runTo(20);
    const others = [...service.tasks.values()].filter((one) => one !== task);
    expect(others.map(({ capacityProviderName }) => capacityProviderName)).toEqual(['FARGATE_SPOT']);
  });

  test('leaves the service short while there is none, and tells so', async () => {
    const { region, service, task, runTo, eventsOf } = await served();
    region.setFargateCapacity({ spot: true, vcpus: 0 });
    region.interruptFargateSpot(task);
    await runTo(120);
    expect(service.tasks.size).toBe(0);
    const reasons = eventsOf('ECS Service Action').map(({ detail }) => (detail as { reason?: string }).reason);
    expect(reasons).toContain('RESOURCE:FARGATE');
    region.setFargateCapacity({ spot: true, vcpus: 10 });
    await runTo(200);
    expect(service.tasks.size).toBe(1);
  });

  test.each([
    ['when-stopped', 'healthy'],
    ['at-notice', 'draining'],
  ] as const)('leaves its target group %s, as the switch says', async (fargateSpotDeregisters, state) => {
    const { region, task, targetGroup } = await served({ switches: { fargateSpotDeregisters } });
    region.interruptFargateSpot(task);
    expect(task.targets.get(targetGroup)?.state).toBe(state);
  });

  test('has the older stop code when the switch says so', async () => {
    const { region, task } = await served({ switches: { fargateSpotStopCode: 'TerminationNotice' } });
    region.interruptFargateSpot(task);
    expect(task.stopCode).toBe('TerminationNotice');
  });

  test('is not for other tasks', async () => {
    const { region, run, only } = await prod();
    await run(onDemand);
    expect(() => region.interruptFargateSpot(only())).toThrow('not a Fargate Spot task');
    expect(region.interruptFargateSpot(5)).toEqual([]);
  });
});
