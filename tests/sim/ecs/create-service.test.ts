import { describe, expect, test } from 'vitest';
import { inVpc, network, onFargate, prod } from './service-api.ts';

describe('CreateService', () => {
  test('starts the tasks that it asks for, and ends in a steady state', async () => {
    const { create, describeIt, runTo, eventsOf } = prod();
    expect(create({ ...inVpc, launchType: 'EC2' }).service).toMatchObject({
      status: 'ACTIVE',
      desiredCount: 2,
      runningCount: 0,
    });
    await runTo(120);
    expect(describeIt()).toMatchObject({
      runningCount: 2,
      pendingCount: 0,
      launchType: 'EC2',
      deployments: [{ status: 'PRIMARY', rolloutState: 'COMPLETED' }],
    });
    expect(describeIt().events[0].message).toBe('(service web) has reached a steady state.');
    const names = eventsOf('ECS Service Action').map(({ detail }) => (detail as { eventName: string }).eventName);
    expect(names).toContain('SERVICE_STEADY_STATE');
  });

  test.each([
    ['strategy LINEAR', { strategy: 'LINEAR' }],
    ['alarms', { alarms: { enable: true, rollback: true, alarmNames: ['errors'] } }],
    ['lifecycleHooks', { lifecycleHooks: [{ hookTargetArn: 'arn:aws:lambda:x' }] }],
    ['thresholdConfiguration', { deploymentCircuitBreaker: { enable: true, thresholdConfiguration: { value: 1 } } }],
  ])('says of what it does not imitate that it does not: %s', (name, deploymentConfiguration) => {
    const { create } = prod();
    expect(() => create({ ...inVpc, deploymentConfiguration })).toThrow(`${name} is not imitated`);
  });

  test('tags tasks with the tags of the service and with the names of cluster and service when asked to', async () => {
    const { create, cluster, runTo } = prod();
    create({
      ...inVpc,
      tags: [{ key: 'team', value: 'shop' }],
      propagateTags: 'SERVICE',
      enableECSManagedTags: true,
    });
    await runTo(20);
    const [task] = [...cluster.tasks.values()];
    expect(task?.tags).toEqual({ team: 'shop', 'aws:ecs:clusterName': 'prod', 'aws:ecs:serviceName': 'web' });
  });

  test('made twice with one client token makes one service; without one it is refused', () => {
    const { create, cluster } = prod();
    const first = create({ ...inVpc, clientToken: 'a' });
    expect(create({ ...inVpc, clientToken: 'a' }).service.serviceArn).toBe(first.service.serviceArn);
    expect(cluster.services.size).toBe(1);
    expect(() => create(inVpc)).toThrow('Creation of service was not idempotent.');
  });

  test('is refused while one of its name is being deleted, and taken when that is gone', async () => {
    const { create, call, runTo } = prod();
    create(inVpc);
    await runTo(20);
    call('ecs', 'DeleteService', { cluster: 'prod', service: 'web', force: true });
    expect(() => create(inVpc)).toThrow('Unable to Start a service that is still Draining.');
    await runTo(120);
    expect(create(inVpc).service.status).toBe('ACTIVE');
  });

  test('has names of Service Connect that no other service of the namespace has', () => {
    const { create } = prod();
    const offering = (discoveryName: string, namespace = 'shop') => ({
      ...inVpc,
      serviceConnectConfiguration: { enabled: true, namespace, services: [{ portName: 'http', discoveryName }] },
    });
    create(offering('web'));
    const other = (settings: object) => create({ ...settings, serviceName: 'other' });
    expect(() => other(offering('web'))).toThrow('discovery name shop/web is used');
    expect(other(offering('web', 'elsewhere')).service.status).toBe('ACTIVE');
  });

  test.each([
    ['a name with a space', { serviceName: 'my web', ...inVpc }, 'The service name my web'],
    ['no desired count', { desiredCount: undefined, ...inVpc }, 'desiredCount is required'],
    ['a negative desired count', { desiredCount: -1, ...inVpc }, 'The desired count -1'],
    ['awsvpc without a network', {}, "Network Configuration must be provided when networkMode 'awsvpc' is specified."],
    [
      'a network for bridge tasks',
      { taskDefinition: 'old', ...inVpc },
      'Network Configuration is not valid for the given networkMode',
    ],
    [
      '17 subnets',
      { networkConfiguration: network({ subnets: Array(17).fill('subnet-eu-west-1a') }) },
      'subnets can have at most 16 items.',
    ],
    [
      'six security groups',
      { networkConfiguration: network({ securityGroups: Array(6).fill('sg-1') }) },
      'securityGroups can have at most 5 items.',
    ],
    [
      'a public address on EC2',
      { networkConfiguration: network({ assignPublicIp: 'ENABLED' }) },
      'Assign public IP is not supported',
    ],
    [
      'launch type and strategy at once',
      { launchType: 'EC2', ...onFargate },
      'Specifying both a launch type and capacity provider strategy',
    ],
    [
      'a provider that the cluster lacks',
      { capacityProviderStrategy: [{ capacityProvider: 'other', weight: 1 }], ...inVpc },
      'The specified capacity provider other',
    ],
    [
      'EC2 and Fargate in one strategy',
      {
        capacityProviderStrategy: [
          { capacityProvider: 'prod-spot', weight: 1 },
          { capacityProvider: 'FARGATE', weight: 1 },
        ],
        ...inVpc,
      },
      'cannot contain a mix of capacity providers using Auto Scaling groups and Fargate',
    ],
    [
      'two bases',
      {
        capacityProviderStrategy: [
          { capacityProvider: 'FARGATE', weight: 1, base: 1 },
          { capacityProvider: 'FARGATE_SPOT', weight: 1, base: 1 },
        ],
        ...inVpc,
      },
      'Only one capacity provider',
    ],
    [
      'weights of nothing but 0',
      { capacityProviderStrategy: [{ capacityProvider: 'FARGATE' }], ...inVpc },
      'weight greater than 0',
    ],
    ['a daemon with a desired count', { schedulingStrategy: 'DAEMON', ...inVpc }, 'does not support a desired count'],
    [
      'a daemon on Fargate',
      { schedulingStrategy: 'DAEMON', desiredCount: undefined, launchType: 'FARGATE', ...inVpc },
      'daemon scheduling strategy is not supported',
    ],
    [
      'a task definition that Fargate does not take',
      { taskDefinition: 'old', launchType: 'FARGATE' },
      'Task definition does not support launch_type FARGATE.',
    ],
    [
      'placement constraints on Fargate',
      { placementConstraints: [{ type: 'distinctInstance' }], launchType: 'FARGATE', ...inVpc },
      'Placement constraints are not supported with FARGATE',
    ],
    [
      'a grace period without a load balancer',
      { healthCheckGracePeriodSeconds: 30, ...inVpc },
      'Health check grace period is only valid',
    ],
    [
      '100 and 100 percent',
      { deploymentConfiguration: { minimumHealthyPercent: 100, maximumPercent: 100 }, ...inVpc },
      'cannot be 100 as this will block deployments',
    ],
    [
      'a tag with a comma',
      { tags: [{ key: 'spotkeeper:failover', value: 'fargate-spot,fargate' }], ...inVpc },
      'contains invalid characters',
    ],
    ['a platform version on EC2', { platformVersion: '1.4.0', ...inVpc }, 'platform version must be null'],
    [
      'a platform version that does not exist',
      { platformVersion: '9', launchType: 'FARGATE', ...inVpc },
      'The specified platform does not exist.',
    ],
    [
      'an unreadable memberOf',
      { placementConstraints: [{ type: 'memberOf', expression: 'attribute:' }], ...inVpc },
      'nvalid',
    ],
  ])('refuses %s', (_, input, message) => {
    const { create, cluster } = prod();
    expect(() => create(input)).toThrow(message);
    expect(cluster.services.size).toBe(0);
  });

  test('refuses a load balancer that does not suit the tasks, and says in what', () => {
    const { region, create } = prod();
    const byInstance = region.createTargetGroup({ name: 'by-instance', targetType: 'instance' });
    const byIp = region.createTargetGroup({ name: 'by-ip' });
    const balancer = (targetGroupArn: string, more: object = {}) => ({
      ...inVpc,
      loadBalancers: [{ targetGroupArn, containerName: 'app', containerPort: 8_080, ...more }],
    });
    expect(() => create(balancer(byInstance.arn))).toThrow(
      'has target type instance, which is incompatible with the awsvpc network mode',
    );
    expect(() => create(balancer(byIp.arn, { containerName: 'db' }))).toThrow('The container db does not exist');
    expect(() => create(balancer(byIp.arn, { containerPort: 81 }))).toThrow('did not have a container port 81 defined');
    expect(create(balancer(byIp.arn)).service.loadBalancers).toHaveLength(1);
    expect(create({ ...balancer(byIp.arn), serviceName: 'standby' }).service.status).toBe('ACTIVE');
  });
});
