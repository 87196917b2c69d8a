import { type Service, UpdateServiceCommand } from '@aws-sdk/client-ecs';
import { describe, expect, test } from 'vitest';
import { serviceDetails } from '../../../shared/aws/service-details.ts';
import { serviceDetailOf } from '../../../shared/aws/service-shape.ts';
import { lendingShop } from './lending-shop.ts';

const read = ({ run, failover, cluster }: ReturnType<typeof lendingShop>) =>
  run(serviceDetails(failover.ecs, cluster.arn));

test('a service is read with all that lending depends on', async () => {
  const shop = lendingShop();
  const [detail, ...others] = await read(shop);
  expect(others).toEqual([]);
  expect(detail).toMatchObject({
    arn: shop.main.arn,
    name: 'checkout',
    cluster: shop.cluster.arn,
    tags: { team: 'checkout' },
    status: 'ACTIVE',
    daemon: false,
    controller: 'ECS',
    strategy: 'ROLLING',
    desired: 3,
    running: 3,
    pending: 0,
    minimumHealthyPercent: 100,
    maximumPercent: 200,
    launch: { on: 'ec2', providers: [] },
    definition: shop.definition,
    deployments: [{ status: 'PRIMARY', rollout: 'COMPLETED', definition: shop.definition }],
    network: { subnets: expect.arrayContaining(['subnet-eu-west-1a']), securityGroups: [], assignPublicIp: false },
    balancers: [{ targetGroup: shop.targetGroup.arn, alternate: undefined, container: 'app', port: 8_080 }],
    graceSeconds: 20,
    exec: false,
    constraints: [],
    registries: [],
    serviceConnect: 'none',
    lattice: false,
    volumes: false,
  });
});

test('a cluster of 250 services is read in 3 + 25 calls', async () => {
  const shop = lendingShop();
  for (let n = 1; n < 250; n += 1) {
    shop.region.createService({ cluster: shop.cluster, name: `service-${n}`, desired: 0 });
  }
  expect(new Set((await read(shop)).map(({ name }) => name)).size).toBe(250);
  expect([shop.calls('ListServices').length, shop.calls('DescribeServices').length]).toEqual([3, 25]);
});

test('a cluster that is gone has no services', async () => {
  const { run, failover } = lendingShop();
  expect(await run(serviceDetails(failover.ecs, 'gone'))).toEqual([]);
});

describe('how the tasks are launched', () => {
  test.each([
    ['by launch type', { launchType: 'EC2' as const }, { on: 'ec2', providers: [] }],
    ['on Fargate', { launchType: 'FARGATE' as const, fargate: true }, { on: 'fargate', spot: false }],
    ['on Fargate Spot', { capacityProvider: 'FARGATE_SPOT', fargate: true }, { on: 'fargate', spot: true }],
  ])('is told: %s', async (_, options, launch) => {
    const shop = lendingShop();
    shop.region.createService({ cluster: shop.cluster, name: 'other', ...options });
    expect((await read(shop)).find(({ name }) => name === 'other')).toMatchObject({ launch });
  });

  test('counts only providers that get tasks', () => {
    const strategy = [
      { capacityProvider: 'FARGATE', base: 2, weight: 0 },
      { capacityProvider: 'FARGATE_SPOT', weight: 0 },
    ];
    expect(serviceDetailOf('shop', { capacityProviderStrategy: strategy }).launch).toEqual({
      on: 'fargate',
      spot: false,
    });
    const groups = [{ capacityProvider: 'spot-group', weight: 1 }];
    expect(serviceDetailOf('shop', { capacityProviderStrategy: groups }).launch).toEqual({
      on: 'ec2',
      providers: ['spot-group'],
    });
  });
});

describe('Service Connect', () => {
  const connected = async (serviceConnectConfiguration: object) => {
    const shop = lendingShop();
    const configuration = serviceConnectConfiguration as { enabled: boolean };
    const input = { cluster: 'shop', service: 'checkout', serviceConnectConfiguration: configuration };
    await shop.run(shop.failover.ecs.send(new UpdateServiceCommand(input)));
    return (await read(shop))[0];
  };

  test('of a client is carried along as ECS has it', async () => {
    const client = { enabled: true, namespace: 'prod' };
    expect(await connected(client)).toMatchObject({ serviceConnect: 'client', connectConfiguration: client });
  });

  test('of a server is known by the services it offers', async () => {
    const server = { enabled: true, namespace: 'prod', services: [{ portName: 'http' }] };
    expect(await connected(server)).toMatchObject({ serviceConnect: 'server', connectConfiguration: undefined });
  });

  test('that is switched off is none', async () => {
    expect(await connected({ enabled: false, namespace: 'prod' })).toMatchObject({ serviceConnect: 'none' });
  });
});

test('volumes, Lattice and registries are seen where ECS shows them', () => {
  const wire: Service = {
    serviceRegistries: [{ registryArn: 'arn:registry', containerName: 'app', containerPort: 80 }],
    deployments: [
      {
        status: 'PRIMARY',
        vpcLatticeConfigurations: [{ roleArn: 'r', targetGroupArn: 't', portName: 'p' }],
        volumeConfigurations: [{ name: 'data' }],
      },
    ],
  };
  expect(serviceDetailOf('shop', wire)).toMatchObject({
    lattice: true,
    volumes: true,
    registries: [{ registryArn: 'arn:registry', containerName: 'app', containerPort: 80 }],
  });
});

describe('a service that is deployed blue/green', () => {
  test('by ECS names its second target group and the rule with the weights', async () => {
    const shop = lendingShop();
    const green = shop.region.createTargetGroup({ name: 'green' });
    const rule = 'arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener-rule/app/checkout/1/1/1';
    const advancedConfiguration = { alternateTargetGroupArn: green.arn, productionListenerRule: rule };
    const balancer = { targetGroupArn: shop.targetGroup.arn, containerName: 'app', containerPort: 8_080 };
    const input = {
      cluster: 'shop',
      service: 'checkout',
      loadBalancers: [{ ...balancer, advancedConfiguration }],
      deploymentConfiguration: { strategy: 'BLUE_GREEN' as const },
    };
    await shop.run(shop.failover.ecs.send(new UpdateServiceCommand(input)));
    const [detail] = await read(shop);
    expect(detail?.strategy).toBe('BLUE_GREEN');
    expect(detail?.balancers).toMatchObject([{ productionRule: rule }]);
    const [{ targetGroup, alternate } = { targetGroup: '', alternate: '' }] = detail?.balancers ?? [];
    expect(new Set([targetGroup, alternate])).toEqual(new Set([green.arn, shop.targetGroup.arn]));
  });

  test('by CodeDeploy has the target group of the task set that carries production', async () => {
    const shop = lendingShop();
    const [blue, green] = [
      shop.region.createTargetGroup({ name: 'blue' }),
      shop.region.createTargetGroup({ name: 'green' }),
    ];
    const service = shop.region.createService({
      cluster: shop.cluster,
      name: 'web',
      desired: 1,
      controller: 'CODE_DEPLOY',
      targetGroup: blue,
    });
    shop.region.settle();
    const web = async () => (await read(shop)).find(({ name }) => name === 'web');
    const groups = async () => (await web())?.balancers.map(({ targetGroup }) => targetGroup);
    expect(await groups()).toEqual([blue.arn]);
    shop.region.codeDeploy(service, { targetGroup: green, bakeMinutes: 5 });
    // The new task set is up beside the old one, which still has the traffic.
    expect(await groups()).toEqual([blue.arn]);
    expect((await web())?.deployments).toMatchObject([{ status: 'ACTIVE' }, { status: 'PRIMARY', rollout: undefined }]);
    await shop.account.clock.run(shop.account.clock.now() + 120_000);
    expect(await groups()).toEqual([green.arn]);
  });
});
