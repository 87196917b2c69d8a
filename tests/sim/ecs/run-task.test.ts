import type { RunTaskRequest } from '@aws-sdk/client-ecs';
import { describe, expect, test } from 'vitest';
import { pools } from '../small-account.ts';
import { anywhere, api, inVpc } from './api.ts';

const bridge = {
  family: 'batch',
  containerDefinitions: [{ name: 'app', image: 'busybox', cpu: 1_024, memory: 1_024 }],
};

/** A cluster of three instances of 2 vCPUs, the task definitions `job` (awsvpc) and `batch` (bridge, 1 vCPU). */
const prod = async () => {
  const world = api();
  const { region, ask } = world;
  const cluster = region.createCluster({ name: 'prod', capacityProviders: ['FARGATE', 'FARGATE_SPOT'] });
  region.createGroup({ name: 'spot', cluster, pools, desired: 3, capacityProvider: 'prod-spot' });
  await ask((ecs) => ecs.registerTaskDefinition(anywhere));
  await ask((ecs) => ecs.registerTaskDefinition(bridge));
  const run = (input: Partial<RunTaskRequest> = {}) =>
    ask((ecs) => ecs.runTask({ cluster: 'prod', taskDefinition: 'batch', ...input }));
  return { ...world, cluster, run };
};

describe('RunTask', () => {
  test('starts several tasks over the instances, with group, startedBy, tags and overrides', async () => {
    const { run, ask, runTo } = await prod();
    const overrides = { containerOverrides: [{ name: 'app', command: ['sleep', '9'] }] };
    const input = { count: 3, startedBy: 'cron', group: 'night', tags: [{ key: 'team', value: 'shop' }], overrides };
    const { tasks = [], failures } = await run({ ...input, enableECSManagedTags: true });
    expect(failures).toEqual([]);
    expect(new Set(tasks.map(({ containerInstanceArn }) => containerInstanceArn)).size).toBe(3);
    expect(tasks[0]).toMatchObject({ group: 'night', startedBy: 'cron', lastStatus: 'PENDING', overrides });
    await runTo(60);
    const arns = tasks.map(({ taskArn = '' }) => taskArn);
    const found = await ask((ecs) => ecs.describeTasks({ cluster: 'prod', tasks: arns, include: ['TAGS'] }));
    expect(found.tasks?.map(({ lastStatus }) => lastStatus)).toEqual(['RUNNING', 'RUNNING', 'RUNNING']);
    expect(found.tasks?.[0]?.tags).toEqual([
      { key: 'aws:ecs:clusterName', value: 'prod' },
      { key: 'team', value: 'shop' },
    ]);
  });

  test('tells for every instance why what is left over fits nowhere', async () => {
    const { run } = await prod();
    const { tasks, failures } = await run({ count: 10 });
    expect(tasks).toHaveLength(6);
    expect(failures?.map(({ reason }) => reason)).toEqual(['RESOURCE:CPU', 'RESOURCE:CPU', 'RESOURCE:CPU']);
  });

  test('keeps to distinctInstance and memberOf', async () => {
    const { run } = await prod();
    const distinct = await run({ count: 4, placementConstraints: [{ type: 'distinctInstance' }] });
    expect(distinct.tasks).toHaveLength(3);
    const expression = 'attribute:ecs.availability-zone == eu-west-1b';
    const inB = await run({ placementConstraints: [{ type: 'memberOf', expression }] });
    expect(inB.tasks?.[0]?.availabilityZone).toBe('eu-west-1b');
  });

  test('answers a repeated client token with the same tasks, and refuses it for another request', async () => {
    const { run, cluster } = await prod();
    const first = await run({ clientToken: 'once' });
    const second = await run({ clientToken: 'once' });
    expect(second.tasks?.[0]?.taskArn).toBe(first.tasks?.[0]?.taskArn);
    expect(cluster.tasks.size).toBe(1);
    await expect(run({ clientToken: 'once', count: 2 })).rejects.toMatchObject({
      name: 'ConflictException',
      resourceIds: [first.tasks?.[0]?.taskArn],
    });
  });

  test('shares tasks among the providers of a strategy: bases first, then weights', async () => {
    const { run } = await prod();
    const capacityProviderStrategy = [
      { capacityProvider: 'FARGATE', base: 2, weight: 1 },
      { capacityProvider: 'FARGATE_SPOT', weight: 3 },
    ];
    const { tasks } = await run({ taskDefinition: 'job', count: 10, capacityProviderStrategy, ...inVpc });
    const names = tasks?.map(({ capacityProviderName }) => capacityProviderName);
    expect(names?.filter((name) => name === 'FARGATE')).toHaveLength(4);
    expect(names?.filter((name) => name === 'FARGATE_SPOT')).toHaveLength(6);
    expect(tasks?.[0]).toMatchObject({ launchType: 'FARGATE', platformVersion: '1.4.0' });
  });

  test.each<[string, Partial<RunTaskRequest>, string, string]>([
    ['an unknown cluster', { cluster: 'test' }, 'ClusterNotFoundException', 'Cluster not found.'],
    ['an unknown task definition', { taskDefinition: 'none' }, 'ClientException', 'TaskDefinition not found.'],
    ['more than ten tasks', { count: 11 }, 'InvalidParameterException', 'between 1 and 10'],
    [
      'awsvpc without a network',
      { taskDefinition: 'job' },
      'InvalidParameterException',
      "Network Configuration must be provided when networkMode 'awsvpc' is specified.",
    ],
    [
      'a network for bridge mode',
      inVpc,
      'InvalidParameterException',
      'Network Configuration is not valid for the given networkMode of this task definition.',
    ],
    [
      'a public address on EC2',
      {
        taskDefinition: 'job',
        networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-1'], assignPublicIp: 'ENABLED' } },
      },
      'InvalidParameterException',
      'Assign public IP is not supported for this launch type.',
    ],
    [
      'bridge mode on Fargate',
      { launchType: 'FARGATE' },
      'InvalidParameterException',
      'Task definition does not support launch_type FARGATE.',
    ],
    [
      'launch type and strategy together',
      { launchType: 'EC2', capacityProviderStrategy: [{ capacityProvider: 'prod-spot', weight: 1 }] },
      'InvalidParameterException',
      'Specifying both a launch type and capacity provider strategy is not supported.',
    ],
    [
      'a strategy of both kinds',
      {
        capacityProviderStrategy: [
          { capacityProvider: 'prod-spot', weight: 1 },
          { capacityProvider: 'FARGATE', weight: 1 },
        ],
      },
      'InvalidParameterException',
      'mix of capacity providers',
    ],
    [
      'a platform version on EC2',
      { platformVersion: 'LATEST' },
      'InvalidParameterException',
      'The platform version must be null when specifying an EC2 launch type.',
    ],
    ['tags of a service', { propagateTags: 'SERVICE' }, 'InvalidParameterException', 'propagateTags'],
    ['another size', { overrides: { cpu: '512' } }, 'NotImplemented', 'overrides.cpu'],
    [
      'overrides of an unknown container',
      { overrides: { containerOverrides: [{ name: 'other' }] } },
      'InvalidParameterException',
      'other',
    ],
  ])('refuses %s', async (_, input, name, message) => {
    const { run } = await prod();
    await expect(run(input)).rejects.toMatchObject({ name, message: expect.stringContaining(message) });
  });

  test('refuses a cluster without instances', async () => {
    const { run, region } = await prod();
    region.createCluster({ name: 'empty' });
    await expect(run({ cluster: 'empty' })).rejects.toThrow('No Container Instances were found in your cluster.');
  });
});

describe('StartTask', () => {
  test('starts a task on each instance that it names, and says what stands against the others', async () => {
    const { ask, cluster, region, run } = await prod();
    const [first, second, third] = [...cluster.instances.values()];
    region.parts.ecs.instances.setStatus(second as NonNullable<typeof second>, 'DRAINING', 'a test');
    await run({
      count: 2,
      placementConstraints: [{ type: 'memberOf', expression: `ec2InstanceId == ${third?.ec2InstanceId}` }],
    });
    const containerInstances = [first, second, third].map((instance) => instance?.arn ?? '').concat('unknown');
    const answer = await ask((ecs) => ecs.startTask({ cluster: 'prod', taskDefinition: 'batch', containerInstances }));
    expect(answer.tasks?.map((task) => task.containerInstanceArn)).toEqual([first?.arn]);
    expect(answer.failures).toEqual([
      { arn: second?.arn, reason: 'INACTIVE' },
      { arn: third?.arn, reason: 'RESOURCE:CPU' },
      { arn: 'unknown', reason: 'MISSING' },
    ]);
  });
});

describe('ListTasks', () => {
  test('filters by launch type and by who started them, the latter alone', async () => {
    const { ask, run } = await prod();
    await run({ startedBy: 'cron' });
    await run({ taskDefinition: 'job', launchType: 'FARGATE', ...inVpc });
    const list = (input: object) => ask((ecs) => ecs.listTasks({ cluster: 'prod', ...input }));
    expect((await list({ launchType: 'FARGATE' })).taskArns).toHaveLength(1);
    expect((await list({ startedBy: 'cron' })).taskArns).toHaveLength(1);
    await expect(list({ startedBy: 'cron', family: 'batch' })).rejects.toMatchObject({
      name: 'InvalidParameterException',
    });
  });
});
