import { describe, expect, test } from 'vitest';
import { failureThreshold } from '../../../sim/ecs/services/rollouts.ts';
import { countsBy, serviceWorld } from './service-world.ts';

const withRollback = { circuitBreaker: { enable: true, rollback: true } };
const withoutRollback = { circuitBreaker: { enable: true, rollback: false } };

describe('the deployment circuit breaker', () => {
  test.each([
    [1, 3],
    [6, 3],
    [7, 4],
    [25, 13],
    [400, 200],
    [5_000, 200],
  ])('of a service of %i tasks trips after %i failures', (desired, failures) => {
    expect(failureThreshold(desired)).toBe(failures);
  });

  test('ends a deployment whose tasks do not start: no more are launched, the old ones run on', async () => {
    const { service, tasks, deploy, runTo, details } = serviceWorld(withoutRollback);
    deploy({ imageMissing: true });
    await runTo(120);
    expect(service.deployments[0]).toMatchObject({
      rolloutState: 'FAILED',
      rolloutStateReason: 'ECS deployment circuit breaker: tasks failed to start.',
    });
    const [failed] = details('ECS Deployment State Change', 'SERVICE_DEPLOYMENT_FAILED');
    expect(failed).toMatchObject({
      eventType: 'ERROR',
      reason: 'ECS deployment circuit breaker: task failed to start.',
    });
    const started = service.cluster.tasks.size;
    await runTo(1_200);
    expect(service.cluster.tasks.size).toBe(started);
    expect(tasks.every(({ lastStatus }) => lastStatus === 'RUNNING')).toBe(true);
    expect(service.facts.minimumHealthy).toBe(3);
  });

  test('keeps the old tasks of a failed deployment also where minimumHealthyPercent is 50', async () => {
    const { service, deploy, runTo } = serviceWorld({ ...withoutRollback, desired: 4, minimumHealthyPercent: 50 });
    deploy({ imageMissing: true });
    await runTo(120);
    expect(service.deployments[0]?.rolloutState).toBe('FAILED');
    const kept = countsBy(service, ({ definition }) => String(definition.revision))[1];
    await runTo(600);
    expect(countsBy(service, ({ definition }) => String(definition.revision))).toEqual({ 1: kept });
  });

  test('rolls back to the deployment that completed last, whose tasks are not replaced', async () => {
    const { service, tasks, deploy, runTo, details, messages } = serviceWorld(withRollback);
    const before = service.deployments[0]?.id;
    deploy({ exitsAfterMs: 1_000 });
    await runTo(200);
    expect(service.deployments).toMatchObject([{ id: before, status: 'PRIMARY', rolloutState: 'COMPLETED' }]);
    expect([...service.tasks.values()]).toEqual(tasks);
    expect(service.facts.minimumHealthy).toBe(3);
    const reasons = details('ECS Deployment State Change').map(({ reason }) => reason);
    expect(reasons).toContain(`ECS deployment circuit breaker: rolling back to deploymentId ${before}.`);
    expect(messages().join()).toContain('deployment failed: tasks failed to start.');
  });

  test('starts what a rollback lacks: tasks that minimumHealthyPercent had let go', async () => {
    const { service, tasks, deploy, runTo } = serviceWorld({
      ...withRollback,
      desired: 4,
      minimumHealthyPercent: 50,
      maximumPercent: 100,
    });
    deploy({ imageMissing: true });
    await runTo(400);
    expect(service.deployments).toMatchObject([{ rolloutState: 'COMPLETED' }]);
    expect(countsBy(service, ({ definition }) => String(definition.revision))).toEqual({ 1: 4 });
    expect(tasks.filter(({ lastStatus }) => lastStatus === 'RUNNING')).toHaveLength(2);
  });

  test('has nowhere to roll back to from a first deployment', async () => {
    const { service, runTo, details } = serviceWorld({ ...withRollback, imageMissing: true, settled: false });
    await runTo(300);
    expect(service.deployments).toMatchObject([{ status: 'PRIMARY', rolloutState: 'FAILED' }]);
    expect(details('ECS Deployment State Change', 'SERVICE_DEPLOYMENT_FAILED')).toHaveLength(1);
    expect(service.tasks.size).toBe(0);
  });

  test('does not roll back a rollback', async () => {
    const { service, deploy, runTo, details } = serviceWorld({
      ...withRollback,
      minimumHealthyPercent: 0,
      maximumPercent: 100,
    });
    const good = service.deployments[0]?.definition;
    Object.assign(good ?? {}, { behaviour: { ...good?.behaviour, imageMissing: true } });
    deploy({ imageMissing: true });
    await runTo(2_000);
    expect(service.deployments[0]).toMatchObject({ rolloutState: 'FAILED', definition: good });
    expect(details('ECS Deployment State Change', 'SERVICE_DEPLOYMENT_FAILED')).toHaveLength(2);
  });

  test('counts tasks that never pass the checks of their load balancer', async () => {
    const world = serviceWorld({ hosts: 3, settled: false, desired: 0 });
    const targetGroup = world.region.createTargetGroup({ name: 'web', deregistrationDelaySeconds: 5 });
    const { cluster } = world;
    const api = world.region.createService({ cluster, name: 'api', desired: 2, targetGroup, ...withoutRollback });
    Object.assign(api.deployments[0]?.definition ?? {}, {
      behaviour: { ...api.deployments[0]?.definition.behaviour, failsTargetChecks: true },
    });
    await world.runTo(400);
    expect(api.deployments[0]).toMatchObject({ rolloutState: 'FAILED' });
    expect(api.deployments[0]?.failedTasks).toBeGreaterThanOrEqual(3);
  });

  test('starts counting again when a task becomes healthy', async () => {
    const { service, call, deploy, runTo } = serviceWorld({ ...withoutRollback, desired: 3 });
    deploy({ exitsAfterMs: 90_000 });
    await runTo(80);
    expect(service.deployments[0]?.failedTasks).toBe(0);
    expect(countsBy(service, ({ definition }) => String(definition.revision))[2]).toBe(3);
    call('ecs', 'StopTask', { cluster: 'prod', task: [...service.tasks.keys()].at(-1) });
    await runTo(300);
    expect(service.deployments[0]?.rolloutState).not.toBe('FAILED');
  });

  test('off, a deployment that cannot start is tried for ever', async () => {
    const { service, deploy, runTo } = serviceWorld();
    deploy({ imageMissing: true });
    await runTo(3_600);
    expect(service.deployments[0]?.rolloutState).toBe('IN_PROGRESS');
    expect(service.deployments[0]?.failedTasks).toBeGreaterThan(5);
  });
});

describe('a service whose tasks cannot start', () => {
  /** When the tasks of the new revision began, in seconds. */
  const startsOf = ({ details }: ReturnType<typeof serviceWorld>): number[] => {
    const tasks = details('ECS Task State Change').filter(({ version }) => version === 1);
    return tasks.map(({ at }) => at / 1_000);
  };

  test('is slowed down to a try every 27 minutes, and says that it is impaired', async () => {
    const world = serviceWorld({ desired: 1 });
    world.deploy({ imageMissing: true });
    await world.runTo(4 * 3_600);
    const starts = startsOf(world);
    const gaps = starts.slice(1).map((at, index) => at - (starts[index] ?? 0));
    expect(Math.max(...gaps)).toBeLessThan(28 * 60);
    expect(gaps.at(-1)).toBeGreaterThan(26 * 60);
    expect(gaps[0]).toBeLessThan(20);
    expect(world.messages()).toContain('(service web) is unable to consistently start tasks successfully.');
    expect(world.details('ECS Service Action', 'SERVICE_TASK_START_IMPAIRED')).toHaveLength(1);
  });

  test('starts at full speed again as soon as it is updated, and may be impaired again', async () => {
    const world = serviceWorld({ desired: 1 });
    world.deploy({ imageMissing: true });
    await world.runTo(3_600);
    const before = startsOf(world).length;
    world.deploy({ imageMissing: true });
    await world.runTo(3_660);
    expect(startsOf(world).length - before).toBeGreaterThanOrEqual(3);
    expect(world.details('ECS Service Action', 'SERVICE_TASK_START_IMPAIRED')).toHaveLength(2);
  });

  test('is not slowed down when its tasks end after they ran: a crash loop goes on', async () => {
    const world = serviceWorld({ desired: 1 });
    world.deploy({ startMs: 5_000, exitsAfterMs: 5_000 });
    await world.runTo(1_200);
    expect(startsOf(world).length).toBeGreaterThan(60);
    expect(world.details('ECS Service Action', 'SERVICE_TASK_START_IMPAIRED')).toEqual([]);
    const stopped = world
      .details('ECS Task State Change')
      .filter(({ stopCode }) => stopCode === 'EssentialContainerExited');
    expect(stopped[0]).toMatchObject({ stoppedReason: 'Essential container in task exited', lastStatus: 'STOPPED' });
  });

  test('tells the image that cannot be pulled', async () => {
    const { deploy, runTo, details } = serviceWorld({ desired: 1 });
    deploy({ imageMissing: true });
    await runTo(30);
    const [failed] = details('ECS Task State Change').filter(({ stopCode }) => stopCode === 'TaskFailedToStart');
    expect(failed.stoppedReason).toMatch(/^CannotPullContainerError: .*web:1: not found$/);
    expect(failed.startedAt).toBeUndefined();
  });
});
