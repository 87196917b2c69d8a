import { describe, expect, test } from 'vitest';
import { pools, smallAccount } from './small-account.ts';

const prod = (hosts = 3) => {
  const world = smallAccount();
  const cluster = world.region.createCluster({ name: 'prod', tags: { 'spotkeeper:manage': 'true' } });
  world.region.createGroup({ name: 'spot', cluster, pools, desired: hosts, capacityProvider: 'prod-spot' });
  const arns = [...cluster.instances.values()].map(({ arn }) => arn);
  const ids = [...cluster.instances.values()].map(({ ec2InstanceId }) => ec2InstanceId);
  const update = (containerInstances: string[], status = 'DRAINING') =>
    world.call('ecs', 'UpdateContainerInstancesState', { cluster: 'prod', containerInstances, status });
  return { ...world, cluster, arns, ids, update };
};

describe('UpdateContainerInstancesState', () => {
  test('names unknown and deregistered instances as failures and changes the others', async () => {
    const { region, arns, ids, update, runTo, cluster } = prod();
    const [first = '', second = ''] = arns;
    region.interrupt(ids[1] ?? '', { notice: false });
    await runTo(60);
    const unknown = `${first.slice(0, -4)}ffff`;
    const answer = update([first, second, unknown]);
    expect(answer.containerInstances).toMatchObject([{ containerInstanceArn: first, status: 'DRAINING' }]);
    expect(answer.failures).toEqual([
      { arn: second, reason: 'INACTIVE' },
      { arn: unknown, reason: 'MISSING' },
    ]);
    expect(cluster.instances.get(first.split('/').at(-1) ?? '')?.status).toBe('DRAINING');
  });

  test('refuses the whole call, with nothing changed, for one instance that is still REGISTERING', async () => {
    const { region, cluster, arns, update, runTo } = prod();
    region.addInstance({ cluster, type: 'm6i.large', zone: 'eu-west-1a', booting: true, bootMs: 10_000 });
    await runTo(11);
    const young = [...cluster.instances.values()].find(({ status }) => status === 'REGISTERING');
    expect(() => update([...arns, young?.arn ?? ''])).toThrow('REGISTERING');
    expect([...cluster.instances.values()].filter(({ status }) => status === 'DRAINING')).toHaveLength(0);
    await runTo(15);
    expect(update([young?.arn ?? '']).failures).toEqual([]);
  });

  test('takes DRAINING for an instance that is DRAINING already', () => {
    const { arns, update, events } = prod();
    update([arns[0] ?? '']);
    const before = events.length;
    expect(update([arns[0] ?? '']).failures).toEqual([]);
    expect(events).toHaveLength(before);
  });

  test('refuses more than ten instances, none, and other states', () => {
    const { arns, update } = prod(11);
    expect(() => update(arns)).toThrow('at most 10');
    expect(() => update([])).toThrow('cannot be empty');
    expect(() => update(arns.slice(0, 1), 'INACTIVE')).toThrow('[ACTIVE, DRAINING]');
  });
});

describe('ListContainerInstances', () => {
  test('finds instances by EC2 id, attribute, and both', () => {
    const { call, arns, ids } = prod();
    const list = (filter: string): string[] =>
      call('ecs', 'ListContainerInstances', { cluster: 'prod', filter }).containerInstanceArns;
    expect(list(`ec2InstanceId in ['${ids[0]}', '${ids[2]}', 'i-unknown']`)).toEqual([arns[0], arns[2]]);
    expect(list(`ec2InstanceId == ${ids[1]}`)).toEqual([arns[1]]);
    expect(list('attribute:ecs.availability-zone == eu-west-1c')).toEqual([arns[2]]);
    const both = `attribute:ecs.instance-type == m6i.large and (ec2InstanceId == ${ids[0]} or ec2InstanceId == ${ids[1]})`;
    expect(list(both)).toEqual([arns[0], arns[1]]);
    expect(list('attribute:ecs.instance-type != m6i.large')).toEqual([]);
  });

  test.each([
    ['ec2InstanceId'],
    ['ec2InstanceId in []'],
    ["ec2InstanceId in ['i-1'"],
    ['runningTasksCount > some'],
    ['ec2InstanceId == i-1 i-2'],
    [''],
  ])('refuses the filter "%s" by name', (filter) => {
    const { call } = prod();
    expect(() => call('ecs', 'ListContainerInstances', { cluster: 'prod', filter })).toThrow('Invalid filter');
  });

  test('leaves out what is INACTIVE and can be asked for a status', async () => {
    const { call, region, ids, arns, runTo, update } = prod();
    region.interrupt(ids[0] ?? '', { notice: false });
    update([arns[1] ?? '']);
    await runTo(60);
    const list = (input: object): string[] =>
      call('ecs', 'ListContainerInstances', { cluster: 'prod', ...input }).containerInstanceArns;
    expect(list({})).toEqual(arns.slice(1));
    expect(list({ status: 'DRAINING' })).toEqual([arns[1]]);
    expect(() => list({ status: 'INACTIVE' })).toThrow('status');
  });
});

describe('pages', () => {
  test('of at most 100 cover every container instance once', () => {
    const { call, arns } = prod(250);
    const seen: string[] = [];
    let nextToken: string | undefined;
    const sizes: number[] = [];
    do {
      const answer = call('ecs', 'ListContainerInstances', { cluster: 'prod', nextToken });
      sizes.push(answer.containerInstanceArns.length);
      seen.push(...answer.containerInstanceArns);
      nextToken = answer.nextToken;
    } while (nextToken);
    expect(sizes).toEqual([100, 100, 50]);
    expect(seen).toEqual(arns);
  });

  test('of services hold ten unless more are asked for; clusters and tasks have pages too', () => {
    const { call, region, cluster } = prod(30);
    for (let n = 0; n < 12; n += 1) {
      region.createCluster({ name: `more-${n}` });
      region.createService({ cluster, name: `s${n}`, desired: 10, cpu: 1, memory: 1 });
    }
    region.settle();
    expect(call('ecs', 'ListServices', { cluster: 'prod' }).serviceArns).toHaveLength(10);
    expect(call('ecs', 'ListServices', { cluster: 'prod', maxResults: 100 }).serviceArns).toHaveLength(12);
    expect(call('ecs', 'ListTasks', { cluster: 'prod' }).taskArns).toHaveLength(100);
    const clusters = call('ecs', 'ListClusters', { maxResults: 5 });
    expect(clusters.clusterArns).toHaveLength(5);
    expect(call('ecs', 'ListClusters', { nextToken: clusters.nextToken }).clusterArns).toHaveLength(8);
    expect(() => call('ecs', 'ListClusters', { nextToken: 'mine' })).toThrow('Invalid token');
    expect(() => call('ecs', 'ListClusters', { maxResults: 101 })).toThrow('maxResults');
  });
});

describe('tasks', () => {
  test('are listed per instance, service and family, and under STOPPED from the moment they should stop', async () => {
    const { call, region, cluster, runTo } = prod();
    const targetGroup = region.createTargetGroup({ name: 'web', deregistrationDelaySeconds: 60 });
    const service = region.createService({
      cluster,
      name: 'web',
      desired: 3,
      targetGroup,
      requestsPerSecond: 1,
      requestMs: 90_000,
    });
    const job = region.runTask({ cluster, family: 'job' });
    region.settle();
    const [task] = [...service.tasks.values()];
    const list = (input: object): string[] => call('ecs', 'ListTasks', { cluster: 'prod', ...input }).taskArns;
    expect(list({ serviceName: 'web' })).toEqual([...service.tasks.values()].map(({ arn }) => arn));
    expect(list({ family: 'job' })).toEqual([job.arn]);
    expect(list({ containerInstance: job.instance?.arn })).toContain(job.arn);
    await runTo(20);
    const containerInstance = task?.instance?.arn;
    call('ecs', 'UpdateContainerInstancesState', {
      cluster: 'prod',
      containerInstances: [containerInstance],
      status: 'DRAINING',
    });
    await runTo(60);
    expect(task?.lastStatus).toBe('DEACTIVATING');
    expect(list({ containerInstance })).not.toContain(task?.arn);
    expect(list({ containerInstance, desiredStatus: 'STOPPED' })).toContain(task?.arn);
    expect(() => list({ startedBy: 'me', family: 'job' })).toThrow('startedBy');
    expect(() => list({ serviceName: 'nobody' })).toThrow('Service not found');
  });

  test('stay describable for an hour after they have stopped', async () => {
    const { call, region, cluster, runTo } = prod();
    const job = region.runTask({ cluster, family: 'job', stopMs: 1_000 });
    region.settle();
    call('ecs', 'StopTask', { cluster: 'prod', task: job.arn });
    await runTo(3_590);
    const describe = () => call('ecs', 'DescribeTasks', { cluster: 'prod', tasks: [job.arn] });
    expect(describe().tasks).toMatchObject([
      { lastStatus: 'STOPPED', stoppedReason: 'Task stopped by user', stopCode: 'UserInitiated' },
    ]);
    await runTo(3_700);
    expect(describe().failures).toEqual([{ arn: job.arn, reason: 'MISSING' }]);
    expect(() => call('ecs', 'StopTask', { cluster: 'prod', task: job.arn })).toThrow('not found');
  });

  test('show the address that a load balancer knows them by', () => {
    const { call, region, cluster } = prod();
    const bridge = region.runTask({ cluster, family: 'bridge', networkMode: 'bridge' });
    const awsvpc = region.runTask({ cluster, family: 'awsvpc' });
    const { tasks } = call('ecs', 'DescribeTasks', { cluster: 'prod', tasks: [bridge.arn, awsvpc.arn] });
    expect(tasks[0].containers[0].networkBindings).toMatchObject([
      { containerPort: 8_080, hostPort: bridge.hostPorts.get(8_080) },
    ]);
    expect(tasks[1].attachments[0].details).toContainEqual({ name: 'privateIPv4Address', value: awsvpc.privateIp });
    expect(tasks[1].containers[0].networkInterfaces[0].privateIpv4Address).toBe(awsvpc.privateIp);
  });
});

describe('clusters, services and task definitions', () => {
  test('are described with their tags and counts', () => {
    const { call, region, cluster } = prod();
    const tags = { 'spotkeeper:manage': 'false' };
    const service = region.createService({ cluster, name: 'web', desired: 2, stopTimeoutSeconds: 45, tags });
    region.settle();
    const clusters = call('ecs', 'DescribeClusters', { clusters: ['prod', 'gone'], include: ['TAGS'] });
    expect(clusters.clusters).toMatchObject([
      {
        clusterName: 'prod',
        registeredContainerInstancesCount: 3,
        runningTasksCount: 2,
        activeServicesCount: 1,
        capacityProviders: ['prod-spot'],
        tags: [{ key: 'spotkeeper:manage', value: 'true' }],
      },
    ]);
    expect(clusters.failures).toEqual([{ arn: 'gone', reason: 'MISSING' }]);
    const [described] = call('ecs', 'DescribeServices', {
      cluster: 'prod',
      services: ['web'],
      include: ['TAGS'],
    }).services;
    expect(described).toMatchObject({
      serviceArn: service.arn,
      desiredCount: 2,
      runningCount: 2,
      deploymentConfiguration: { minimumHealthyPercent: 100, maximumPercent: 200 },
      tags: [{ key: 'spotkeeper:manage', value: 'false' }],
    });
    const { taskDefinition } = call('ecs', 'DescribeTaskDefinition', { taskDefinition: described.taskDefinition });
    expect(taskDefinition.containerDefinitions).toMatchObject([{ name: 'app', stopTimeout: 45 }]);
    expect(() => call('ecs', 'DescribeTaskDefinition', { taskDefinition: 'none' })).toThrow('task definition');
  });

  test('refuse unknown clusters and lists that are too long', () => {
    const { call } = prod();
    expect(() => call('ecs', 'ListTasks', { cluster: 'other' })).toThrow('Cluster not found');
    const services = Array.from({ length: 11 }, (_, n) => `s${n}`);
    expect(() => call('ecs', 'DescribeServices', { cluster: 'prod', services })).toThrow('at most 10');
    const tasks = Array.from({ length: 101 }, (_, n) => `t${n}`);
    expect(() => call('ecs', 'DescribeTasks', { cluster: 'prod', tasks })).toThrow('at most 100');
  });
});
