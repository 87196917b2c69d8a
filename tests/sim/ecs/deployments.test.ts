import { describe, expect, test } from 'vitest';
import type { Task } from '../../../sim/ecs/model.ts';
import { countsBy, serviceWorld } from './service-world.ts';

const revision = ({ definition }: Task): string => String(definition.revision);

describe('a rolling deployment', () => {
  test('starts the new tasks beside the old ones, which stop as the new ones become healthy', async () => {
    const { service, tasks, deploy, runTo } = serviceWorld();
    deploy();
    await runTo(30);
    expect(countsBy(service, revision)).toEqual({ 1: 3, 2: 3 });
    expect(tasks.every(({ desiredStatus }) => desiredStatus === 'RUNNING')).toBe(true);
    await runTo(90);
    expect(countsBy(service, revision)).toEqual({ 2: 3 });
    expect(service.facts.minimumHealthy).toBe(3);
    expect(tasks[0]).toMatchObject({
      stopCode: 'ServiceSchedulerInitiated',
      stoppedReason: `Scaling activity initiated by (deployment ${tasks[0]?.startedBy})`,
    });
  });

  test('with maximumPercent 100 stops old tasks first, as far as minimumHealthyPercent lets it', async () => {
    const { service, deploy, runTo } = serviceWorld({
      desired: 4,
      minimumHealthyPercent: 50,
      maximumPercent: 100,
      hosts: 1,
      stopMs: 3_000,
    });
    deploy();
    await runTo(3);
    expect(countsBy(service, revision)).toEqual({ 1: 2 });
    await runTo(400);
    expect(countsBy(service, revision)).toEqual({ 2: 4 });
    expect(service.facts.minimumHealthy).toBe(2);
  });

  test('is told from its beginning to its end, with the reasons that AWS gives', async () => {
    const { call, deploy, runTo, details } = serviceWorld();
    deploy();
    const describeIt = () => call('ecs', 'DescribeServices', { cluster: 'prod', services: ['web'] }).services[0];
    const [begun] = describeIt().deployments;
    expect(describeIt().deployments).toMatchObject([
      { status: 'PRIMARY', rolloutState: 'IN_PROGRESS' },
      { status: 'ACTIVE', rolloutState: 'COMPLETED' },
    ]);
    await runTo(120);
    expect(describeIt().deployments).toMatchObject([{ id: begun.id, status: 'PRIMARY', rolloutState: 'COMPLETED' }]);
    const own = details('ECS Deployment State Change').filter(({ deploymentId }) => deploymentId === begun.id);
    expect(own.map(({ eventName, reason }) => [eventName, reason])).toEqual([
      ['SERVICE_DEPLOYMENT_IN_PROGRESS', `ECS deployment ${begun.id} in progress.`],
      ['SERVICE_DEPLOYMENT_COMPLETED', `ECS deployment ${begun.id} completed.`],
    ]);
  });

  test('is complete, and its service in a steady state, only when the last old task has ended', async () => {
    const { service, tasks, deploy, runTo, details } = serviceWorld({ stopMs: 120_000, stopTimeoutSeconds: 200 });
    deploy({ stopMs: 1_000 });
    await runTo(100);
    expect(tasks.map(({ lastStatus }) => lastStatus)).toContain('STOPPING');
    expect(service.deployments[0]?.rolloutState).toBe('IN_PROGRESS');
    await runTo(300);
    const [completed] = details('ECS Deployment State Change', 'SERVICE_DEPLOYMENT_COMPLETED');
    const [steady] = details('ECS Service Action', 'SERVICE_STEADY_STATE');
    const lastEnd = Math.max(...tasks.map(({ stoppedAt = Number.POSITIVE_INFINITY }) => stoppedAt));
    expect(completed.at).toBeGreaterThan(lastEnd);
    expect(steady.at).toBeGreaterThan(lastEnd);
  });

  test('is superseded by the next one, which alone completes', async () => {
    const { service, deploy, runTo, details } = serviceWorld();
    deploy();
    const second = service.deployments[0]?.id;
    await runTo(20);
    deploy();
    const third = service.deployments[0]?.id;
    expect(service.deployments.map(({ status }) => status)).toEqual(['PRIMARY', 'ACTIVE', 'ACTIVE']);
    await runTo(200);
    expect(countsBy(service, revision)).toEqual({ 3: 3 });
    const completed = details('ECS Deployment State Change', 'SERVICE_DEPLOYMENT_COMPLETED');
    expect(completed.map(({ deploymentId }) => deploymentId)).toEqual([third]);
    expect(service.deployments.map(({ id }) => id)).not.toContain(second);
    expect(service.facts.minimumHealthy).toBe(3);
  });

  test('does not stop protected tasks until their protection ends', async () => {
    const { service, tasks, call, deploy, runTo } = serviceWorld();
    call('ecs', 'UpdateTaskProtection', {
      cluster: 'prod',
      tasks: [tasks[0]?.arn],
      protectionEnabled: true,
      expiresInMinutes: 5,
    });
    deploy();
    await runTo(290);
    expect(countsBy(service, revision)).toEqual({ 1: 1, 2: 3 });
    expect(service.deployments[0]?.rolloutState).toBe('IN_PROGRESS');
    await runTo(330);
    expect(countsBy(service, revision)).toEqual({ 2: 3 });
    expect(service.deployments[0]?.rolloutState).toBe('COMPLETED');
  });

  test('keeps the old tasks while the image of the new ones is missing', async () => {
    const { service, tasks, deploy, runTo } = serviceWorld();
    deploy({ imageMissing: true });
    await runTo(600);
    expect(tasks.every(({ lastStatus }) => lastStatus === 'RUNNING')).toBe(true);
    expect(service.deployments[0]).toMatchObject({ rolloutState: 'IN_PROGRESS', status: 'PRIMARY' });
    expect(service.deployments[0]?.failedTasks).toBeGreaterThanOrEqual(3);
  });

  test.each([
    ['forceNewDeployment', { forceNewDeployment: true }, 1],
    ['other service registries', { serviceRegistries: [{ registryArn: 'arn:aws:servicediscovery:x' }] }, 1],
    ['other percents', { deploymentConfiguration: { maximumPercent: 150 } }, 0],
    ['other placement', { placementStrategy: [{ type: 'random' }] }, 0],
    ['the same task definition', { taskDefinition: 'web:1' }, 0],
  ])('begins (or not) with %s', (_, input, begun) => {
    const { service, update } = serviceWorld();
    update(input);
    expect(service.deployments).toHaveLength(1 + begun);
  });
});

describe('scale-in', () => {
  test('takes tasks from the fullest zone, there from the instance that has most', async () => {
    const { service, update, runTo, drain, tasks } = serviceWorld({ desired: 6 });
    const [first] = tasks;
    drain([first]);
    await runTo(120);
    drain([first], 'ACTIVE');
    expect(countsBy(service, ({ zone }) => zone)[first?.zone ?? '']).toBeUndefined();
    update({ desiredCount: 4 });
    await runTo(200);
    expect(Object.values(countsBy(service, ({ zone }) => zone))).toEqual([2, 2]);
    update({ desiredCount: 5 });
    await runTo(300);
    expect(countsBy(service, ({ zone }) => zone)[first?.zone ?? '']).toBe(1);
  });

  test('takes the crowded instance of a zone before the others', async () => {
    const { region, cluster, service, update, runTo } = serviceWorld({ hosts: 0, desired: 0 });
    const zone = 'eu-west-1a';
    const [one] = [1, 2].map(() => region.addInstance({ cluster, type: 'm6i.large', zone }));
    update({ desiredCount: 3, placementStrategy: [{ type: 'binpack', field: 'memory' }] });
    await runTo(90);
    const hostOf = ({ instance }: Task) => instance?.ec2InstanceId;
    expect(countsBy(service, hostOf)).toEqual({ [one?.id ?? '']: 3 });
    update({ desiredCount: 4, placementStrategy: [{ type: 'spread', field: 'instanceId' }] });
    await runTo(180);
    update({ desiredCount: 2 });
    await runTo(270);
    expect(Object.values(countsBy(service, hostOf))).toEqual([1, 1]);
  });

  test('takes tasks that are not healthy yet before healthy ones', async () => {
    const { service, tasks, update, runTo } = serviceWorld();
    update({ desiredCount: 6 });
    await runTo(15);
    expect(service.tasks.size).toBe(6);
    update({ desiredCount: 3 });
    await runTo(60);
    expect(tasks.every(({ lastStatus }) => lastStatus === 'RUNNING')).toBe(true);
    expect(service.tasks.size).toBe(3);
  });
});
