import { describe, expect, test } from 'vitest';
import type { Task } from '../../../sim/ecs/model.ts';
import { live } from '../served.ts';
import { pools, smallAccount } from '../small-account.ts';
import type { Without } from './service-world.ts';

/** A service of two tasks behind a load balancer; `fails` is how its targets turn out from then on. */
const prod = (options: Without = {}, hosts = 3) => {
  const world = smallAccount();
  const cluster = world.region.createCluster({ name: 'prod' });
  world.region.createGroup({ name: 'spot', cluster, pools, desired: hosts });
  const targetGroup = world.region.createTargetGroup({ name: 'web', deregistrationDelaySeconds: 5 });
  const service = world.region.createService({ cluster, name: 'web', desired: 2, targetGroup, ...options });
  world.region.settle();
  const [task] = live(service) as [Task];
  const setFailing = (failsTargetChecks: boolean) => {
    const definition = service.deployments[0]?.definition;
    Object.assign(definition ?? {}, { behaviour: { ...definition?.behaviour, failsTargetChecks } });
  };
  /** The load balancer finds that a task no longer answers. */
  const fail = (one: Task) => world.region.parts.ecs.tasks.fail(one);
  return { ...world, cluster, service, targetGroup, task, fail, setFailing };
};

describe('a task that fails the checks of its load balancer', () => {
  test('stays until its replacement is healthy, and then says which target group failed it', async () => {
    const { service, task, fail, targetGroup, runTo } = prod({ startMs: 10_000 });
    fail(task);
    await runTo(9);
    expect(service.tasks.size).toBe(3);
    expect(task.desiredStatus).toBe('RUNNING');
    await runTo(60);
    expect(task).toMatchObject({
      lastStatus: 'STOPPED',
      stopCode: 'ServiceSchedulerInitiated',
      stoppedReason: `Task failed ELB health checks in (target-group ${targetGroup.arn})`,
    });
    expect(live(service)).toHaveLength(2);
  });

  test('is stopped first where maximumPercent leaves no room for a replacement', async () => {
    const { service, task, fail, runTo } = prod({ minimumHealthyPercent: 50, maximumPercent: 100 });
    fail(task);
    await runTo(3);
    expect(task.desiredStatus).toBe('STOPPED');
    expect(service.tasks.size).toBe(2);
    await runTo(60);
    expect(live(service).every(({ healthy }) => healthy)).toBe(true);
    expect(service.facts.minimumRunning).toBe(1);
  });

  test('is stopped first where its replacement has no other place', async () => {
    const { service, task, fail, runTo } = prod({ desired: 1, memory: 5_000 }, 1);
    fail(task);
    await runTo(60);
    expect(task.lastStatus).toBe('STOPPED');
    expect(live(service)).toMatchObject([{ healthy: true }]);
  });

  test('goes one by one with the others where there is no room', async () => {
    const { service, fail, runTo } = prod({ minimumHealthyPercent: 0, maximumPercent: 100, stopMs: 20_000 });
    for (const task of live(service)) fail(task);
    await runTo(15);
    expect(live(service)).toHaveLength(1);
  });

  test('makes room for the next try when its replacement fails as well', async () => {
    const { service, task, fail, setFailing, runTo } = prod({ desired: 1 });
    setFailing(true);
    fail(task);
    await runTo(300);
    expect(service.tasks.size).toBeLessThanOrEqual(2);
    setFailing(false);
    await runTo(600);
    expect(live(service)).toMatchObject([{ healthy: true }]);
  });

  test('is left alone until the grace period of its service is over', async () => {
    const { service, targetGroup, setFailing, runTo, region } = prod({ desired: 0, healthCheckGraceSeconds: 120 });
    setFailing(true);
    region.setDesiredCount(service, 1);
    await runTo(100);
    const [slow] = live(service) as [Task];
    expect([...targetGroup.targets.values()].map(({ state }) => state)).toEqual(['unhealthy']);
    expect(slow).toMatchObject({ failedHealthChecks: false, lastStatus: 'RUNNING' });
    await runTo(125 + ((slow.startedAt ?? 0) - slow.createdAt) / 1_000);
    expect(slow.failedHealthChecks).toBe(true);
  });

  test('does not slow its service down', async () => {
    const { service, setFailing, region, runTo, eventsOf } = prod({ desired: 0 });
    setFailing(true);
    region.setDesiredCount(service, 1);
    await runTo(1_200);
    expect(service.cluster.tasks.size).toBeGreaterThan(10);
    const names = eventsOf('ECS Service Action').map(({ detail }) => (detail as { eventName: string }).eventName);
    expect(names).not.toContain('SERVICE_TASK_START_IMPAIRED');
  });

  test('is also replaced on an instance that drains', async () => {
    const { service, task, fail, call, runTo } = prod();
    fail(task);
    const containerInstances = [task.instance?.arn];
    call('ecs', 'UpdateContainerInstancesState', { cluster: 'prod', containerInstances, status: 'DRAINING' });
    await runTo(120);
    expect(task.lastStatus).toBe('STOPPED');
    expect(live(service)).toHaveLength(2);
  });
});
