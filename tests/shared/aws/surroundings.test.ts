import { describe, expect, test } from 'vitest';
import { associateProviders, groupsOfProviders } from '../../../shared/aws/capacity-providers.ts';
import { describeFailoverClusters } from '../../../shared/aws/ecs-clusters.ts';
import { describeTasks, listTasks } from '../../../shared/aws/ecs-tasks.ts';
import { describeHosts, matchingHosts } from '../../../shared/aws/hosts.ts';
import { fargateVcpus } from '../../../shared/aws/quotas.ts';
import { describeSubnets } from '../../../shared/aws/subnets.ts';
import { ruleWeights, targetGroupType } from '../../../shared/aws/target-routing.ts';
import { writeOutcome } from '../../../shared/aws/write-outcome.ts';
import { ruleArn } from '../../../sim/elbv2/load-balancers.ts';
import { AwsError } from '../../../sim/service.ts';
import { because, lendingShop, POOL } from './lending-shop.ts';

describe('hosts', () => {
  test('say what is free on them', async () => {
    const shop = lendingShop();
    shop.region.createService({ cluster: shop.cluster, name: 'web', networkMode: 'bridge', hostPort: 8_443 });
    shop.region.settle();
    const hosts = await shop.run(describeHosts(shop.failover.ecs, shop.cluster.arn));
    expect(hosts).toHaveLength(3);
    const [host] = hosts.filter(({ tcp }) => tcp.has(8_443));
    const instance = [...shop.cluster.instances.values()].find(({ arn }) => arn === host?.arn);
    expect(host).toMatchObject({
      instanceId: instance?.ec2InstanceId,
      status: 'ACTIVE',
      connected: true,
      pool: POOL,
      provider: undefined,
      cpu: instance?.cpuLeft,
      memory: instance?.memoryLeft,
      gpus: 0,
      tasks: 2,
    });
    expect(host?.tcp.has(22)).toBe(true);
    expect(host?.udp.size).toBe(0);
    expect(host?.attributes.get('ecs.availability-zone')).toBe('eu-west-1a');
  });

  test('that an expression of the cluster query language matches are found by ECS', async () => {
    const { run, failover, cluster } = lendingShop();
    const matching = (expression: string) => run(matchingHosts(failover.ecs, cluster.arn, expression));
    expect(await matching('attribute:ecs.instance-type =~ m6i.*')).toHaveLength(3);
    expect(await matching('attribute:ecs.instance-type =~ c6g.*')).toEqual([]);
  });

  test('of a cluster that is gone are none', async () => {
    const { run, failover } = lendingShop();
    expect(await run(describeHosts(failover.ecs, 'gone'))).toEqual([]);
  });
});

test('the tasks of one service are listed with what started them, and when', async () => {
  const { run, failover, cluster, region, account } = lendingShop();
  region.createService({ cluster, name: 'lent', capacityProvider: 'FARGATE_SPOT', fargate: true });
  await account.clock.run(account.clock.now() + 120_000);
  const list = { cluster: cluster.arn, service: 'lent' };
  const tasks = await run(describeTasks(failover.ecs, cluster.arn, await run(listTasks(failover.ecs, list))));
  expect(tasks).toMatchObject([
    { service: 'lent', provider: 'FARGATE_SPOT', lastStatus: 'RUNNING', startedBy: expect.stringMatching(/^ecs-svc/) },
  ]);
  expect((tasks[0]?.startedAt ?? 0) - (tasks[0]?.createdAt ?? 0)).toBeGreaterThan(10_000);
});

test('a cluster is read with its providers and the tasks it has on Fargate', async () => {
  const { run, failover, cluster, region } = lendingShop();
  region.createService({ cluster, name: 'lent', desired: 2, launchType: 'FARGATE', fargate: true });
  region.settle();
  expect(await run(describeFailoverClusters(failover.ecs, [cluster.arn, 'nowhere']))).toEqual([
    {
      arn: cluster.arn,
      name: 'shop',
      tags: {},
      containerInstances: 3,
      tasks: 5,
      providers: ['FARGATE', 'FARGATE_SPOT'],
      fargateTasks: 2,
    },
  ]);
});

describe('capacity providers', () => {
  const withProvider = (options: Parameters<typeof lendingShop>[0] = {}) => {
    const shop = lendingShop(options);
    const { region, cluster } = shop;
    region.createGroup({
      name: 'more',
      cluster,
      desired: 0,
      pools: [POOL],
      capacityProvider: 'cp',
      managedScaling: {},
      managedDraining: true,
    });
    const associate = (providers: readonly string[], to = cluster.arn) => {
      const action = { ...because, do: 'associate', cluster: to, providers } as const;
      return shop.run(writeOutcome(action, 'shop', () => associateProviders(shop.failover.ecs, action)));
    };
    return { ...shop, associate };
  };

  test('name the groups behind them', async () => {
    const { run, failover } = withProvider();
    const found = await run(groupsOfProviders(failover.ecs, ['cp', 'FARGATE', 'unknown']));
    expect(found).toEqual(new Map([['cp', { group: 'more', managedScaling: true, managedDraining: true }]]));
  });

  test('are added to those that a cluster has; its default strategy stays', async () => {
    const { associate, cluster, account } = withProvider();
    await account.clock.run(account.clock.now() + 60_000);
    cluster.capacityProviders = ['cp'];
    cluster.defaultStrategy = [{ capacityProvider: 'cp', weight: 1, base: 0 }];
    expect(await associate(['FARGATE', 'FARGATE_SPOT'])).toMatchObject({ result: 'done' });
    expect(cluster.capacityProviders).toEqual(['cp', 'FARGATE', 'FARGATE_SPOT']);
    expect(cluster.defaultStrategy).toEqual([{ capacityProvider: 'cp', weight: 1, base: 0 }]);
    expect(await associate(['FARGATE'])).toMatchObject({ result: 'already' });
    expect(await associate(['FARGATE'], 'gone')).toMatchObject({ result: 'gone' });
  });

  test('are added later while ECS works on the cluster', async () => {
    const { associate, cluster } = withProvider();
    cluster.capacityProviders = ['cp'];
    cluster.attachmentsStatus = 'UPDATE_IN_PROGRESS';
    expect(await associate(['FARGATE'])).toMatchObject({
      result: 'failed',
      retry: true,
      error: expect.stringMatching(/^shop: UpdateInProgressException/),
    });
  });
});

describe('a target group', () => {
  test('says what it takes; one that is gone says nothing', async () => {
    const { run, failover, region, targetGroup } = lendingShop();
    const bridge = region.createTargetGroup({ name: 'bridge', targetType: 'instance' });
    const typeOf = (arn: string) => run(targetGroupType(failover.elb, arn));
    expect([await typeOf(targetGroup.arn), await typeOf(bridge.arn), await typeOf(`${bridge.arn}0`)]).toEqual([
      'ip',
      'instance',
      undefined,
    ]);
  });

  test('has the weight that the listener rule gives it', async () => {
    const { run, failover, targetGroup } = lendingShop();
    const rule = ruleArn(targetGroup);
    expect(await run(ruleWeights(failover.elb, rule))).toEqual(new Map([[targetGroup.arn, 1]]));
    expect(await run(ruleWeights(failover.elb, `${rule}0`))).toEqual(new Map());
  });
});

describe('subnets', () => {
  test('say how many addresses are free and where their traffic goes', async () => {
    const { run, failover, region } = lendingShop();
    const { network } = region.parts.fleet;
    network.subnet('eu-west-1a').freeAddresses = 11;
    network.subnet('eu-west-1b').wayOut = 'internet-gateway';
    network.subnet('eu-west-1c').ownRoutes = false;
    const ids = ['a', 'b', 'c'].map((letter) => `subnet-eu-west-1${letter}`);
    const common = { vpc: 'vpc-eu-west-1', endpoints: false };
    const found = await run(describeSubnets(failover.ec2, [...ids, 'subnet-0']));
    expect(found).toMatchObject([
      { ...common, id: ids[0], zone: 'eu-west-1a', freeAddresses: 11, wayOut: 'nat' },
      { ...common, id: ids[1], wayOut: 'internet-gateway' },
      // It has the main route table, which leads nowhere.
      { ...common, id: ids[2], wayOut: 'none' },
    ]);
    expect(await run(describeSubnets(failover.ec2, []))).toEqual([]);
  });

  test('have endpoints when the VPC has all that a pull and the logs need', async () => {
    const { run, failover, region } = lendingShop();
    const { endpoints } = region.parts.fleet.network;
    const read = async () => (await run(describeSubnets(failover.ec2, ['subnet-eu-west-1a'])))[0]?.endpoints;
    for (const service of ['ecr.api', 'ecr.dkr', 'logs']) endpoints.add(service);
    expect(await read()).toBe(false);
    endpoints.add('s3');
    expect(await read()).toBe(true);
  });
});

describe('the quota of Fargate', () => {
  test('is the one applied to the account, for Spot and On-Demand apart', async () => {
    const { run, failover, region } = lendingShop();
    Object.assign(region.parts.ecs.fargate.quotaVcpus, { FARGATE: 12, FARGATE_SPOT: 40 });
    expect(await run(fargateVcpus(failover.quotas, false))).toBe(12);
    expect(await run(fargateVcpus(failover.quotas, true))).toBe(40);
  });

  test("is AWS's default where none is applied", async () => {
    const { run, failover } = lendingShop({
      faults: ({ operation }) =>
        operation === 'GetServiceQuota'
          ? { error: new AwsError('NoSuchResourceException', 'The specified resource does not exist.'), when: 'before' }
          : undefined,
    });
    expect(await run(fargateVcpus(failover.quotas, true))).toBe(6);
  });
});
