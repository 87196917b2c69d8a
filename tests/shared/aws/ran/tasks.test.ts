import { expect, test } from 'vitest';
import { tickShare } from '../../../../shared/core/buckets.ts';
import { instanceIn, POOLS, ranShop, tasksOf } from './shop.ts';

test('a task on EC2 holds its room from its placement until it has stopped', async () => {
  const { region, ran, pass, cluster, minute, at } = ranShop();
  region.settle();
  await pass(3);
  const [task] = cluster.tasks.values();
  if (task) region.parts.ecs.tasks.stops.byCaller(task, 'by hand');
  await pass(7);
  const { tasks, instances } = await ran();
  const stopped = tasks.find(({ arn }) => arn === task?.arn);
  expect(stopped).toMatchObject({
    consumer: { of: 'service', name: 'checkout' },
    lent: false,
    on: { is: 'ec2', containerInstance: task?.instance?.arn },
    cpu: 256,
    memory: 512,
    from: at(0),
    to: task?.stoppedAt,
  });
  expect(minute(stopped?.to)).toBeGreaterThan(3);
  expect(tasksOf(tasks, 'checkout')).toHaveLength(8 + 1);
  const hosts = new Set(instances.map(({ containerInstance }) => containerInstance));
  expect(tasks.every(({ on }) => on.is === 'ec2' && hosts.has(on.containerInstance))).toBe(true);
  // Of a later time it is no part.
  expect((await ran({ from: at(6) })).tasks).toHaveLength(8);
});

test('a task whose host is gone still names the container instance that its EC2 instance has', async () => {
  const { region, ran, pass, ids } = ranShop();
  region.settle();
  await pass(1);
  region.interrupt(ids[0] ?? '', { notice: false });
  await pass(5);
  const { tasks, instances } = await ran();
  const gone = instanceIn(instances, ids[0]);
  const killed = tasks.filter(({ on }) => on.is === 'ec2' && on.containerInstance === gone?.containerInstance);
  expect(killed).toHaveLength(2);
  expect(killed.every(({ to }) => to !== undefined)).toBe(true);
});

test('a task on Fargate is billed from the pull of its image on, with its architecture and its further storage', async () => {
  const { region, ran, pass, cluster } = ranShop();
  const options = { cluster, fargate: true, cpu: 1_024, memory: 2_048, zones: ['eu-west-1b'] };
  const lent = region.createService({ ...options, name: 'checkout-fargate-spot', capacityProvider: 'FARGATE_SPOT' });
  const definition = region.registerTaskDefinition({
    family: 'report',
    requiresCompatibilities: ['FARGATE'],
    networkMode: 'awsvpc',
    cpu: '512',
    memory: '1024',
    ephemeralStorage: { sizeInGiB: 50 },
    runtimePlatform: { cpuArchitecture: 'ARM64', operatingSystemFamily: 'LINUX' },
    containerDefinitions: [{ name: 'app', image: 'app' }],
  });
  region.createService({ cluster, name: 'report', definition, launchType: 'FARGATE', zones: ['eu-west-1a'] });
  await pass(5);
  const { tasks } = await ran({ lent: new Map([['checkout-fargate-spot', 'checkout']]) });
  const [borrowed] = [...lent.tasks.values()];
  expect(tasks.find(({ arn }) => arn === borrowed?.arn)).toEqual({
    arn: borrowed?.arn,
    consumer: { of: 'service', name: 'checkout' },
    lent: true,
    on: { is: 'fargate', spot: true, arm: false, windows: false, zone: 'eu-west-1b', extraStorageGb: 0 },
    cpu: 1_024,
    memory: 2_048,
    from: borrowed?.pullStartedAt,
    to: undefined,
  });
  expect(borrowed?.pullStartedAt).toBeGreaterThan(borrowed?.createdAt ?? 0);
  expect(tasksOf(tasks, 'report')).toMatchObject([
    { on: { is: 'fargate', spot: false, arm: true, zone: 'eu-west-1a', extraStorageGb: 30 }, lent: false, cpu: 512 },
  ]);
});

test('a task that nobody’s service started goes by its family; one that never had a place is left out', async () => {
  const { region, ran, pass, cluster } = ranShop();
  region.settle();
  const batch = region.registerTaskDefinition({
    family: 'nightly',
    containerDefinitions: [{ name: 'app', image: 'app', cpu: 128, memory: 64 }],
  });
  region.runTask({ cluster, family: 'nightly', definition: batch });
  region.createService({ cluster, name: 'huge', cpu: 64_000, memory: 512 });
  region.setFargateCapacity({ spot: false, vcpus: 0 });
  region.createService({ cluster, name: 'starved', fargate: true, launchType: 'FARGATE' });
  await pass(3);
  const { tasks } = await ran();
  expect(tasksOf(tasks, 'nightly')).toMatchObject([
    { consumer: { of: 'tasks', name: 'nightly' }, cpu: 128, memory: 64 },
  ]);
  expect([...tasksOf(tasks, 'huge'), ...tasksOf(tasks, 'starved')]).toEqual([]);
});

test('a task of Windows on Fargate is known as one', async () => {
  const { region, ran, pass, cluster } = ranShop();
  const definition = region.registerTaskDefinition({
    family: 'desk',
    requiresCompatibilities: ['FARGATE'],
    networkMode: 'awsvpc',
    cpu: '1024',
    memory: '2048',
    containerDefinitions: [{ name: 'app', image: 'app' }],
  });
  // The simulated ECS registers nothing of Windows.
  const runtimePlatform = { cpuArchitecture: 'X86_64', operatingSystemFamily: 'WINDOWS_SERVER_2022_CORE' };
  Object.assign(definition.registered, { runtimePlatform });
  region.createService({ cluster, name: 'desk', definition, launchType: 'FARGATE', zones: ['eu-west-1a'] });
  await pass(5);
  expect(tasksOf((await ran()).tasks, 'desk')).toMatchObject([{ on: { is: 'fargate', windows: true } }]);
});

test('a trial task is of the service that it proves; what only looks like one is not', async () => {
  const { region, ran, pass, cluster } = ranShop();
  region.settle();
  const family = 'shop-checkout-spotkeeper-fargate';
  const definition = region.registerTaskDefinition({
    family,
    containerDefinitions: [{ name: 'app', image: 'app', cpu: 128, memory: 64 }],
  });
  const trial = region.runTask({ cluster, family, definition, startedBy: 'spotkeeper-proof' });
  const byHand = region.runTask({ cluster, family, definition });
  const consumers = async (proves: ReadonlyMap<string, string>) => {
    const { tasks } = await ran({ proves });
    return [trial, byHand].map(({ arn }) => tasks.find((task) => task.arn === arn));
  };
  await pass(3);
  const ofItsFamily = { consumer: { of: 'tasks', name: family }, lent: false };
  expect(await consumers(new Map([[family, 'checkout']]))).toMatchObject([
    { consumer: { of: 'service', name: 'checkout' }, lent: false },
    ofItsFamily,
  ]);
  expect(await consumers(new Map())).toMatchObject([ofItsFamily, ofItsFamily]);
});

test('a task that waited for its instance takes room when the instance has registered', async () => {
  const { region, ran, pass, cluster } = ranShop();
  region.createGroup({
    name: 'fresh',
    cluster,
    desired: 0,
    maxSize: 3,
    pools: POOLS,
    capacityProvider: 'fresh',
    managedScaling: { targetCapacity: 100 },
  });
  region.createService({ cluster, name: 'patient', desired: 1, capacityProvider: 'fresh' });
  await pass(15);
  const [task] = [...cluster.tasks.values()].filter(({ group: of }) => of === 'service:patient');
  const { tasks } = await ran();
  const [found] = tasksOf(tasks, 'patient');
  expect(found?.from).toBe(task?.instance?.registeredAt);
  expect(found?.from).toBeGreaterThan(task?.createdAt ?? 0);
});

test('a cluster of 200 instances and 2,000 tasks takes about 50 calls, a quarter of ECS’s bucket, and some seconds', async () => {
  const { region, ran, pass, cluster, account, edge } = ranShop();
  region.createGroup({ name: 'large', cluster, desired: 196, pools: POOLS });
  region.createService({ cluster, name: 'large', desired: 1_992, cpu: 16, memory: 64, networkMode: 'bridge' });
  region.settle();
  await pass(1);
  const [before, at] = [account.endpoint.calls.entries.length, edge.now()];
  const { instances, tasks } = await ran({ groups: ['web', 'large'] });
  expect([instances.length, tasks.length]).toEqual([200, 2_000]);
  const calls = account.endpoint.calls.entries.slice(before);
  expect(calls.length).toBeLessThanOrEqual(50);
  expect(calls.every(({ outcome }) => outcome === 'ok')).toBe(true);
  expect(edge.now() - at).toBeLessThan(10_000);
  expect(tickShare('ecs-cluster-resource-read')).toEqual({ burst: 25, perSecond: 5 });
});
