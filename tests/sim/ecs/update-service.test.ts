import { describe, expect, test } from 'vitest';
import { inVpc, onFargate, prod } from './service-api.ts';

describe('UpdateService', () => {
  test('changes the desired count without a deployment', async () => {
    const { create, update, describeIt, runTo, eventsOf } = prod();
    create(inVpc);
    await runTo(120);
    const begun = eventsOf('ECS Deployment State Change').length;
    update({ desiredCount: 4 });
    await runTo(240);
    expect(describeIt()).toMatchObject({ desiredCount: 4, runningCount: 4 });
    update({ desiredCount: 1 });
    await runTo(400);
    expect(describeIt()).toMatchObject({ desiredCount: 1, runningCount: 1 });
    expect(eventsOf('ECS Deployment State Change')).toHaveLength(begun);
  });

  test('with nothing new is answered and changes nothing', async () => {
    const { create, update, describeIt, runTo } = prod();
    create(inVpc);
    await runTo(120);
    const before = describeIt();
    update({ desiredCount: 2, taskDefinition: 'web:1', ...inVpc });
    await runTo(240);
    expect(describeIt()).toEqual(before);
  });

  test('moves a service between providers only with forceNewDeployment', async () => {
    const { create, update, describeIt, runTo } = prod();
    create({ ...inVpc, launchType: 'EC2' });
    await runTo(120);
    expect(() => update(onFargate)).toThrow('you must force a new deployment.');
    update({ ...onFargate, forceNewDeployment: true });
    await runTo(400);
    expect(describeIt()).toMatchObject({
      runningCount: 2,
      capacityProviderStrategy: [{ capacityProvider: 'FARGATE_SPOT' }],
      platformVersion: 'LATEST',
    });
    update({ capacityProviderStrategy: [], forceNewDeployment: true });
    await runTo(800);
    expect(describeIt()).toMatchObject({ runningCount: 2, launchType: 'EC2' });
  });

  test('cannot fall back to a launch type that the service never had', async () => {
    const { create, update, runTo } = prod();
    create(onFargate);
    await runTo(120);
    expect(() => update({ capacityProviderStrategy: [], forceNewDeployment: true })).toThrow(
      'No launch type to fall back to',
    );
  });

  test('leaves deployments of CODE_DEPLOY services to CodeDeploy', async () => {
    const { create, update, runTo, describeIt } = prod();
    create({ ...inVpc, deploymentController: { type: 'CODE_DEPLOY' } });
    await runTo(120);
    expect(() => update({ forceNewDeployment: true })).toThrow(
      'Cannot force a new deployment on services with a CODE_DEPLOY',
    );
    expect(() => update({ taskDefinition: 'web:1' })).toThrow(
      'Unable to update task definition on services with a CODE_DEPLOY',
    );
    expect(() => update(inVpc)).toThrow('Unable to update network parameters on services with a CODE_DEPLOY');
    update({ desiredCount: 3 });
    await runTo(240);
    expect(describeIt().runningCount).toBe(3);
  });

  test('does not move a daemon service to Fargate', () => {
    const { create, update } = prod();
    create({ ...inVpc, schedulingStrategy: 'DAEMON', desiredCount: undefined });
    expect(() => update({ ...onFargate, forceNewDeployment: true })).toThrow(
      'The daemon scheduling strategy is not supported for FARGATE launch type.',
    );
  });

  test('of an unknown service, or of one that was deleted, is refused', async () => {
    const { create, update, call, runTo } = prod();
    expect(() => update({ desiredCount: 1 })).toThrow('Service not found.');
    create({ ...inVpc, desiredCount: 0 });
    await runTo(5);
    call('ecs', 'DeleteService', { cluster: 'prod', service: 'web' });
    expect(() => update({ desiredCount: 1 })).toThrow('Service was not ACTIVE.');
  });
});

describe('DeleteService', () => {
  test('wants the service scaled to 0, or force', async () => {
    const { create, call, describeIt, runTo } = prod();
    create(inVpc);
    await runTo(120);
    const remove = (force?: boolean) => call('ecs', 'DeleteService', { cluster: 'prod', service: 'web', force });
    expect(() => remove()).toThrow('The service cannot be stopped while it is scaled above 0.');
    expect(remove(true).service.status).toBe('DRAINING');
    await runTo(200);
    expect(describeIt()).toMatchObject({ status: 'INACTIVE', runningCount: 0 });
    expect(() => remove(true)).toThrow('Service not found.');
  });

  test('lets another service take the name', async () => {
    const { create, call, describeIt, runTo } = prod();
    create({ ...inVpc, desiredCount: 0 });
    call('ecs', 'DeleteService', { cluster: 'prod', service: 'web' });
    await runTo(30);
    create(inVpc);
    await runTo(150);
    expect(describeIt()).toMatchObject({ status: 'ACTIVE', runningCount: 2 });
  });
});
