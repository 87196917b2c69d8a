import { describe, expect, test } from 'vitest';
import type { EcsService, Task } from '../../sim/ecs/model.ts';
import type { ServiceOptions } from '../../sim/world/options.ts';
import { pools, regionName, smallAccount } from './small-account.ts';

type Without = Omit<ServiceOptions, 'cluster' | 'name'>;

/** A cluster of `hosts` instances with one service `web` that is complete; the tasks' first host is doomed. */
const clusterWith = (options: Without & { readonly hosts?: number }) => {
  const world = smallAccount();
  const cluster = world.region.createCluster({ name: 'prod' });
  const group = world.region.createGroup({ name: 'spot', cluster, pools, desired: options.hosts ?? 3 });
  const service = world.region.createService({ cluster, name: 'web', ...options });
  world.region.settle();
  const tasks = [...service.tasks.values()];
  const drain = (instances = [tasks[0]?.instance?.arn]) =>
    world.call('ecs', 'UpdateContainerInstancesState', {
      cluster: 'prod',
      containerInstances: instances,
      status: 'DRAINING',
    });
  return { ...world, cluster, group, service, tasks, drain };
};

const countOf = (service: EcsService, status: Task['lastStatus']): number =>
  [...service.tasks.values()].filter((task) => task.lastStatus === status).length;

const wanted = (service: EcsService): Task[] =>
  [...service.tasks.values()].filter((task) => task.desiredStatus === 'RUNNING');

describe('a DRAINING instance', () => {
  test('gives its tasks away one for one: each is stopped only when its replacement is healthy', async () => {
    const { service, tasks, drain, runTo } = clusterWith({ desired: 3, startMs: 10_000 });
    drain();
    await runTo(20);
    expect(wanted(service)).toHaveLength(4);
    expect(tasks[0]?.desiredStatus).toBe('RUNNING');
    await runTo(45);
    expect(tasks[0]?.desiredStatus).toBe('RUNNING');
    await runTo(60);
    expect(tasks[0]).toMatchObject({ lastStatus: 'STOPPED', stopCode: 'ServiceSchedulerInitiated', exitCode: 0 });
    expect(service.facts).toMatchObject({ running: 3, minimumRunning: 3, minimumHealthy: 3 });
  });

  test('is left by a service behind a load balancer as soon as the replacement is a healthy target', async () => {
    const world = smallAccount();
    const cluster = world.region.createCluster({ name: 'prod' });
    world.region.createGroup({ name: 'spot', cluster, pools, desired: 3 });
    const targetGroup = world.region.createTargetGroup({ name: 'web', deregistrationDelaySeconds: 5 });
    const service = world.region.createService({ cluster, name: 'web', desired: 3, targetGroup, startMs: 5_000 });
    world.region.settle();
    const [doomed] = [...service.tasks.values()];
    const containerInstances = [doomed?.instance?.arn];
    world.call('ecs', 'UpdateContainerInstancesState', { cluster: 'prod', containerInstances, status: 'DRAINING' });
    await world.runTo(40);
    expect(doomed?.lastStatus).toBe('STOPPED');
    const kinds = world.account.journal.entries
      .filter(({ subject }) => subject === doomed?.arn)
      .map(({ kind }) => kind);
    expect(kinds).toEqual(['task-deregistered', 'task-sigterm', 'task-stopped']);
  });

  test('loses tasks at once, but only down to minimumHealthyPercent', async () => {
    const { service, drain, runTo, tasks } = clusterWith({
      desired: 4,
      hosts: 1,
      minimumHealthyPercent: 50,
      maximumPercent: 100,
    });
    drain();
    await runTo(5);
    expect(tasks.filter((task) => task.lastStatus === 'STOPPED')).toHaveLength(2);
    expect(countOf(service, 'RUNNING')).toBe(2);
  });

  test.each([
    ['75 percent of 2, which is 2', { desired: 2, minimumHealthyPercent: 75, maximumPercent: 100 }],
    ['100 and 100 percent', { desired: 3, minimumHealthyPercent: 100, maximumPercent: 100 }],
    ['at most 125 percent of 3, which is 3', { desired: 3, minimumHealthyPercent: 100, maximumPercent: 125 }],
  ])('stays full for ever with %s', async (_, options) => {
    const { service, drain, runTo } = clusterWith(options);
    drain();
    await runTo(600);
    expect(countOf(service, 'RUNNING')).toBe(options.desired);
    expect(service.tasks.size).toBe(options.desired);
  });

  test('with maximumPercent 100 a replacement starts only after the old task has ended', async () => {
    const { service, drain, runTo, tasks } = clusterWith({
      desired: 1,
      minimumHealthyPercent: 0,
      maximumPercent: 100,
      stopMs: 10_000,
    });
    drain();
    await runTo(9);
    expect([...service.tasks.values()]).toEqual([tasks[0]]);
    expect(tasks[0]?.lastStatus).toBe('STOPPING');
    await runTo(20);
    expect(wanted(service)).toHaveLength(1);
    expect(wanted(service)[0]).not.toBe(tasks[0]);
  });

  test('stops PENDING service tasks at once and starts them elsewhere', async () => {
    const { region, cluster, service, runTo, drain } = clusterWith({ desired: 3, startMs: 60_000 });
    region.setDesiredCount(service, 6);
    await runTo(3);
    const pending = [...service.tasks.values()].find((task) => task.lastStatus === 'PENDING');
    drain([pending?.instance?.arn]);
    await runTo(6);
    expect(pending?.lastStatus).toBe('STOPPED');
    expect(pending?.exitCode).toBeUndefined();
    expect(wanted(service).filter((task) => task.lastStatus === 'PENDING').length).toBeGreaterThanOrEqual(3);
    expect(cluster.tasks.get(pending?.id ?? '')).toBe(pending);
  });

  test('gets no new task, and an ACTIVE one again does', async () => {
    const { region, cluster, drain, runTo, call, service } = clusterWith({ desired: 1, hosts: 1 });
    drain();
    const other = region.createService({ cluster, name: 'other', desired: 1 });
    await runTo(30);
    expect(other.tasks.size).toBe(0);
    const containerInstances = [[...cluster.instances.values()][0]?.arn];
    call('ecs', 'UpdateContainerInstancesState', { cluster: 'prod', containerInstances, status: 'ACTIVE' });
    await runTo(40);
    expect(other.tasks.size).toBe(1);
    expect(wanted(service)).toHaveLength(1);
  });

  test('keeps its standalone tasks', async () => {
    const { region, cluster, drain, runTo } = clusterWith({ desired: 0, hosts: 1 });
    const job = region.runTask({ cluster, family: 'job' });
    region.settle();
    drain([job.instance?.arn]);
    await runTo(300);
    expect(job.lastStatus).toBe('RUNNING');
  });

  test('keeps its daemon until its last replica task has ended', async () => {
    const world = clusterWith({ desired: 3, stopMs: 5_000 });
    const daemon = world.region.createService({ cluster: world.cluster, name: 'logs', scheduling: 'DAEMON', cpu: 64 });
    world.region.settle();
    expect(daemon.tasks.size).toBe(3);
    const [task] = world.tasks;
    const its = [...daemon.tasks.values()].find(({ instance }) => instance === task?.instance);
    world.drain();
    await world.runTo(600);
    expect(its?.stoppedAt).toBeGreaterThan(task?.stoppedAt ?? Number.POSITIVE_INFINITY);
    expect(daemon.tasks.size).toBe(2);
  });
});

describe('the service scheduler', () => {
  test('spreads tasks over the zones', () => {
    const { tasks } = clusterWith({ desired: 6 });
    const perZone = new Map<string, number>();
    for (const { zone = '' } of tasks) perZone.set(zone, (perZone.get(zone) ?? 0) + 1);
    expect([...perZone.values()]).toEqual([2, 2, 2]);
  });

  test('places no more than CPU, memory and fixed ports allow, and says so', async () => {
    const world = smallAccount();
    const cluster = world.region.createCluster({ name: 'prod' });
    world.region.createGroup({ name: 'spot', cluster, pools, desired: 3 });
    const big = world.region.createService({ cluster, name: 'big', desired: 9, cpu: 1_024 });
    const wide = world.region.createService({ cluster, name: 'wide', desired: 9, cpu: 0, memory: 4_000 });
    const fixed = world.region.createService({
      cluster,
      name: 'fixed',
      desired: 9,
      cpu: 0,
      memory: 1,
      networkMode: 'bridge',
      hostPort: 80,
    });
    await world.runTo(30);
    expect([big.tasks.size, wide.tasks.size, fixed.tasks.size]).toEqual([6, 3, 3]);
    expect(world.account.journal.entries.filter(({ kind }) => kind === 'task-unplaced')).toHaveLength(3);
  });

  test('gives the fixed port of a stopped task to the next one', async () => {
    const { service, tasks, runTo, call } = clusterWith({ desired: 1, hosts: 1, networkMode: 'host' });
    call('ecs', 'StopTask', { cluster: 'prod', task: tasks[0]?.arn });
    await runTo(15);
    const [next] = wanted(service);
    expect(next).not.toBe(tasks[0]);
    expect(next?.hostPorts.get(8_080)).toBe(8_080);
  });

  test('starts at most 500 tasks of a service a minute', async () => {
    const world = smallAccount();
    const cluster = world.region.createCluster({ name: 'prod' });
    world.region.createGroup({ name: 'spot', cluster, pools, desired: 100 });
    const service = world.region.createService({ cluster, name: 'web', desired: 700, cpu: 1, memory: 1 });
    await world.runTo(60);
    expect(service.tasks.size).toBeGreaterThan(400);
    expect(service.tasks.size).toBeLessThanOrEqual(542);
  });

  test('replaces tasks whose host is gone and tasks that a caller stopped', async () => {
    const { region, service, tasks, runTo, call } = clusterWith({ desired: 3 });
    region.interrupt(tasks[0]?.instance?.ec2InstanceId ?? '', { notice: false });
    call('ecs', 'StopTask', { cluster: 'prod', task: tasks[1]?.arn, reason: 'spotkeeper' });
    await runTo(15);
    expect(wanted(service)).toHaveLength(3);
    expect(service.facts.minimumRunning).toBe(1);
    expect(tasks[1]).toMatchObject({ stopCode: 'UserInitiated', stoppedReason: 'spotkeeper' });
  });

  test('sends task and container instance events with ISO times and rising versions', async () => {
    const { service, drain, runTo, eventsOf } = clusterWith({ desired: 3 });
    drain();
    await runTo(100);
    const states = eventsOf('ECS Container Instance State Change');
    expect(states[0]).toMatchObject({ source: 'aws.ecs', region: regionName, detail: { status: 'DRAINING' } });
    const replacement = wanted(service).at(-1);
    const seen = eventsOf('ECS Task State Change').filter(({ resources }) => resources[0] === replacement?.arn);
    const details = seen.map(({ detail }) => detail as { lastStatus: string; version: number; createdAt: string });
    expect(details.map(({ lastStatus }) => lastStatus)).toEqual(['PENDING', 'RUNNING']);
    expect(details.map(({ version }) => version)).toEqual([1, 2]);
    expect(details[0]?.createdAt).toMatch(/^2026-08-14T09:00:0.*Z$/);
    const stopped = eventsOf('ECS Task State Change').at(-1)?.detail;
    expect(stopped).toMatchObject({
      lastStatus: 'STOPPED',
      stopCode: 'ServiceSchedulerInitiated',
      group: 'service:web',
    });
  });
});
