import { describe, expect, test } from 'vitest';
import { countsBy, serviceWorld } from './service-world.ts';

const daemon = { scheduling: 'DAEMON' } as const;

describe('a daemon service', () => {
  test('runs one task on every instance, and on each that joins', async () => {
    const { region, cluster, service, runTo, details } = serviceWorld({ ...daemon, settled: false });
    await runTo(100);
    expect(service).toMatchObject({ desired: 3, tasks: { size: 3 } });
    expect(details('ECS Service Action', 'SERVICE_STEADY_STATE')).toHaveLength(1);
    region.addInstance({ cluster, type: 'm6i.large', zone: 'eu-west-1a' });
    await runTo(110);
    expect(Object.values(countsBy(service, ({ instance }) => instance?.id))).toEqual([1, 1, 1, 1]);
    expect(service.desired).toBe(4);
  });

  test('is only on the instances that its constraints take in', async () => {
    const memberOf = { type: 'memberOf', expression: 'attribute:ecs.availability-zone == eu-west-1b' } as const;
    const { service } = serviceWorld({ ...daemon, constraints: [memberOf] });
    expect(countsBy(service, ({ zone }) => zone)).toEqual({ 'eu-west-1b': 1 });
    expect(service.desired).toBe(1);
  });

  test('gets its place on a full instance as soon as there is room', async () => {
    const { region, cluster, service, runTo, call } = serviceWorld({
      ...daemon,
      hosts: 1,
      desired: 0,
      settled: false,
      cpu: 512,
    });
    const hog = region.runTask({ cluster, family: 'hog', cpu: 2_048 });
    await runTo(60);
    expect(service).toMatchObject({ desired: 1, tasks: { size: 0 } });
    call('ecs', 'StopTask', { cluster: 'prod', task: hog.arn });
    await runTo(70);
    expect(service.tasks.size).toBe(1);
  });

  test('deploys by stopping the old daemon of an instance before it starts the new one', async () => {
    const { service, deploy, runTo } = serviceWorld({ ...daemon, minimumHealthyPercent: 60 });
    deploy();
    await runTo(4);
    const perHost = countsBy(service, ({ instance }) => instance?.id);
    expect(Math.max(...Object.values(perHost))).toBe(1);
    expect(service.deployments[0]?.rolloutState).toBe('IN_PROGRESS');
    await runTo(300);
    expect(countsBy(service, ({ definition }) => String(definition.revision))).toEqual({ 2: 3 });
    expect(service.deployments).toMatchObject([{ rolloutState: 'COMPLETED' }]);
    expect(service.facts.minimumHealthy).toBe(2);
  });

  test('ends with its tasks when it is deleted', async () => {
    const { service, call, runTo } = serviceWorld(daemon);
    call('ecs', 'DeleteService', { cluster: 'prod', service: 'web', force: true });
    await runTo(60);
    expect(service).toMatchObject({ status: 'INACTIVE', tasks: { size: 0 } });
  });

  test('that cannot start is slowed down as others are', async () => {
    const { runTo, details, messages } = serviceWorld({ ...daemon, hosts: 1, imageMissing: true, settled: false });
    await runTo(3_600);
    const tries = details('ECS Task State Change').filter(({ version }) => version === 1);
    expect(tries.length).toBeGreaterThan(5);
    expect(tries.length).toBeLessThan(15);
    expect(messages()).toContain('(service web) is unable to consistently start tasks successfully.');
  });

  test('stays on an instance whose agent is disconnected', async () => {
    const { region, service, tasks, runTo } = serviceWorld(daemon);
    region.setAgent(tasks[0]?.instance?.ec2InstanceId ?? '', false);
    region.parts.ecs.scheduler.poke(service);
    await runTo(60);
    expect(tasks[0]?.lastStatus).toBe('RUNNING');
  });
});
