import type { CreateCapacityProviderRequest } from '@aws-sdk/client-ecs';
import { describe, expect, test } from 'vitest';
import { pools } from '../small-account.ts';
import { anywhere, api, inVpc } from './api.ts';

/** A cluster `prod` and an Auto Scaling group `asg` without a capacity provider. */
const prod = () => {
  const world = api();
  const cluster = world.region.createCluster({ name: 'prod' });
  const group = world.region.createGroup({ name: 'asg', pools, desired: 2 });
  const create = (input: Partial<CreateCapacityProviderRequest> = {}) =>
    world.ask((ecs) =>
      ecs.createCapacityProvider({
        name: 'spot',
        autoScalingGroupProvider: { autoScalingGroupArn: group.arn },
        ...input,
      }),
    );
  const put = (capacityProviders: string[], strategy: string[] = []) =>
    world.ask((ecs) =>
      ecs.putClusterCapacityProviders({
        cluster: 'prod',
        capacityProviders,
        defaultCapacityProviderStrategy: strategy.map((capacityProvider) => ({ capacityProvider, weight: 1 })),
      }),
    );
  const attachments = async () => {
    const { clusters } = await world.ask((ecs) =>
      ecs.describeClusters({ clusters: ['prod'], include: ['ATTACHMENTS'] }),
    );
    return clusters?.[0]?.attachmentsStatus;
  };
  return { ...world, cluster, group, create, put, attachments };
};

const asg = (more: object) => ({ autoScalingGroupProvider: { autoScalingGroupArn: 'asg', ...more } });

const managedInstancesProvider = {
  infrastructureRoleArn: 'arn:aws:iam::123456789012:role/ecsInfrastructure',
  instanceLaunchTemplate: {
    ec2InstanceProfileArn: 'arn:aws:iam::123456789012:instance-profile/ecsInstance',
    networkConfiguration: { subnets: ['subnet-eu-west-1a'] },
  },
};

describe('CreateCapacityProvider', () => {
  test('drains by default, scales only when asked, and has tags', async () => {
    const { create, group } = prod();
    const { capacityProvider } = await create({ tags: [{ key: 'team', value: 'shop' }] });
    expect(capacityProvider).toMatchObject({
      name: 'spot',
      capacityProviderArn: 'arn:aws:ecs:eu-west-1:123456789012:capacity-provider/spot',
      status: 'ACTIVE',
      autoScalingGroupProvider: {
        autoScalingGroupArn: group.arn,
        managedScaling: { status: 'DISABLED' },
        managedTerminationProtection: 'DISABLED',
        managedDraining: 'ENABLED',
      },
      tags: [{ key: 'team', value: 'shop' }],
    });
  });

  test('fills in the defaults of managed scaling, and takes the name of a group as well as its ARN', async () => {
    const { create, group } = prod();
    const { capacityProvider } = await create(asg({ managedScaling: { status: 'ENABLED', targetCapacity: 90 } }));
    expect(capacityProvider?.autoScalingGroupProvider).toMatchObject({
      autoScalingGroupArn: group.arn,
      managedScaling: {
        status: 'ENABLED',
        targetCapacity: 90,
        minimumScalingStepSize: 1,
        maximumScalingStepSize: 10_000,
        instanceWarmupPeriod: 300,
      },
    });
  });

  test.each<[string, Partial<CreateCapacityProviderRequest>, string, string]>([
    ['a name of AWS', { name: 'fargate-2' }, 'ClientException', 'The specified capacity provider name is invalid.'],
    ['a group that is not there', asg({ autoScalingGroupArn: 'no' }), 'ClientException', 'Auto Scaling group ARN is'],
    ['no group', { autoScalingGroupProvider: undefined }, 'InvalidParameterException', 'is required'],
    [
      'an impossible target',
      asg({ managedScaling: { targetCapacity: 101 } }),
      'InvalidParameterException',
      '1 and 100',
    ],
    [
      'termination protection of a group that protects no new instances',
      asg({ managedScaling: { status: 'ENABLED' }, managedTerminationProtection: 'ENABLED' }),
      'ClientException',
      'the Auto Scaling group must have instance protection from scale in enabled.',
    ],
    [
      'termination protection without managed scaling',
      asg({ managedTerminationProtection: 'ENABLED' }),
      'ClientException',
      'managed scaling must be enabled',
    ],
    ['Managed Instances', { managedInstancesProvider }, 'NotImplemented', 'managedInstancesProvider'],
  ])('refuses %s', async (_, input, name, message) => {
    const { create } = prod();
    await expect(create(input)).rejects.toMatchObject({ name, message: expect.stringContaining(message) });
  });

  test('refuses a name twice, and a second provider over one group', async () => {
    const { create } = prod();
    await create();
    await expect(create()).rejects.toThrow('The specified capacity provider already exists.');
    await expect(create({ name: 'other' })).rejects.toThrow('already being used by another capacity provider');
  });
});

describe('DescribeCapacityProviders', () => {
  test("shows AWS's own first, ten on a page, tags when asked", async () => {
    const { region, ask } = prod();
    for (let n = 0; n < 10; n += 1) region.createGroup({ name: `g${n}`, pools, desired: 0, capacityProvider: `p${n}` });
    const first = await ask((ecs) => ecs.describeCapacityProviders({ include: ['TAGS'] }));
    expect(first.capacityProviders?.map(({ name }) => name).slice(0, 3)).toEqual(['FARGATE', 'FARGATE_SPOT', 'p0']);
    expect(first.capacityProviders).toHaveLength(10);
    const { nextToken } = first;
    const second = await ask((ecs) => ecs.describeCapacityProviders({ ...(nextToken ? { nextToken } : {}) }));
    expect(second.capacityProviders?.map(({ name }) => name)).toEqual(['p8', 'p9']);
    expect(second.nextToken).toBeUndefined();
    await expect(ask((ecs) => ecs.describeCapacityProviders({ maxResults: 11 }))).rejects.toThrow('between 1 and 10');
  });

  test('finds by name and ARN, names what is missing, and keeps to a cluster', async () => {
    const { ask, create, put } = prod();
    const { capacityProvider } = await create();
    const references = ['FARGATE', capacityProvider?.capacityProviderArn ?? '', 'none'];
    const found = await ask((ecs) => ecs.describeCapacityProviders({ capacityProviders: references }));
    expect(found.capacityProviders?.map(({ name }) => name)).toEqual(['FARGATE', 'spot']);
    expect(found.failures).toEqual([{ arn: 'none', reason: 'MISSING' }]);
    await put(['spot']);
    const ofCluster = await ask((ecs) => ecs.describeCapacityProviders({ cluster: 'prod' }));
    expect(ofCluster.capacityProviders?.map(({ name }) => name)).toEqual(['spot']);
  });
});

describe('PutClusterCapacityProviders', () => {
  test('replaces providers and default strategy, and is busy until the attachments are made', async () => {
    const { create, put, attachments, cluster, group, runTo } = prod();
    await create();
    await put(['spot', 'FARGATE'], ['FARGATE']);
    expect(await attachments()).toBe('UPDATE_IN_PROGRESS');
    await expect(put(['spot'])).rejects.toMatchObject({ name: 'UpdateInProgressException' });
    await runTo(30);
    expect(await attachments()).toBe('UPDATE_COMPLETE');
    expect([...group.hooks.keys()]).toEqual(['ecs-managed-draining-termination-hook']);
    await put(['FARGATE_SPOT']);
    expect(cluster).toMatchObject({ capacityProviders: ['FARGATE_SPOT'], defaultStrategy: [] });
    await runTo(60);
    expect([...group.hooks.keys()]).toEqual([]);
  });

  test('is never busy with Fargate alone', async () => {
    const { put, attachments } = prod();
    await put(['FARGATE'], ['FARGATE']);
    expect(await attachments()).toBe('UPDATE_COMPLETE');
  });

  test('keeps a provider that a service or a task uses', async () => {
    const { region, ask, put, cluster, runTo } = prod();
    region.createGroup({ name: 'used', cluster, pools, desired: 1, capacityProvider: 'used' });
    await ask((ecs) => ecs.registerTaskDefinition(anywhere));
    const capacityProviderStrategy = [{ capacityProvider: 'used', weight: 1 }];
    const input = { cluster: 'prod', taskDefinition: 'job', capacityProviderStrategy, ...inVpc };
    const { tasks } = await ask((ecs) => ecs.runTask(input));
    const inUse = { name: 'ResourceInUseException' };
    await expect(put([])).rejects.toMatchObject(inUse);
    await ask((ecs) => ecs.createService({ ...input, serviceName: 'web', desiredCount: 0 }));
    await ask((ecs) => ecs.stopTask({ cluster: 'prod', task: tasks?.[0]?.taskArn }));
    await runTo(60);
    await expect(put([])).rejects.toMatchObject(inUse);
    await ask((ecs) => ecs.deleteService({ cluster: 'prod', service: 'web' }));
    await runTo(120);
    await put([]);
    expect(cluster.capacityProviders).toEqual([]);
  });

  test('refuses unknown providers, too many, and strategies with others than those it names', async () => {
    const { put } = prod();
    await expect(put(['none'])).rejects.toThrow("The specified capacity provider 'none' was not found.");
    const many = Array.from({ length: 21 }, () => 'FARGATE');
    await expect(put(many)).rejects.toThrow('The maximum number of capacity providers per cluster has been exceeded.');
    await expect(put(['FARGATE'], ['FARGATE_SPOT'])).rejects.toThrow('not associated with the cluster');
  });

  test('leaves a provider with managed scaling to one cluster', async () => {
    const { region, put } = prod();
    const cluster = region.createCluster({ name: 'test' });
    region.createGroup({ name: 'g', cluster, pools, desired: 0, capacityProvider: 'scaled', managedScaling: {} });
    region.createGroup({ name: 'h', cluster, pools, desired: 0, capacityProvider: 'plain' });
    await expect(put(['scaled'])).rejects.toMatchObject({ name: 'InvalidParameterException' });
    await put(['plain']);
  });
});

describe('UpdateCapacityProvider', () => {
  test('changes only what it names; the group follows', async () => {
    const { create, put, ask, group, runTo } = prod();
    await create(asg({ managedScaling: { status: 'ENABLED', targetCapacity: 80 } }));
    await put(['spot']);
    await runTo(30);
    const autoScalingGroupProvider = { managedDraining: 'DISABLED' as const };
    const { capacityProvider } = await ask((ecs) =>
      ecs.updateCapacityProvider({ name: 'spot', autoScalingGroupProvider }),
    );
    expect(capacityProvider).toMatchObject({
      updateStatus: 'UPDATE_IN_PROGRESS',
      autoScalingGroupProvider: { managedDraining: 'DISABLED', managedScaling: { targetCapacity: 80 } },
    });
    await runTo(60);
    expect(group.hooks.size).toBe(0);
    const { capacityProviders } = await ask((ecs) => ecs.describeCapacityProviders({ capacityProviders: ['spot'] }));
    expect(capacityProviders?.[0]?.updateStatus).toBe('UPDATE_COMPLETE');
  });
});

describe('DeleteCapacityProvider', () => {
  test('fails, without an error, while a cluster has the provider', async () => {
    const { create, put, ask, runTo } = prod();
    await create();
    await put(['spot']);
    const remove = () => ask((ecs) => ecs.deleteCapacityProvider({ capacityProvider: 'spot' }));
    expect((await remove()).capacityProvider).toMatchObject({
      status: 'ACTIVE',
      updateStatus: 'DELETE_FAILED',
      updateStatusReason: expect.stringContaining('cannot be deleted because it is associated with cluster: prod.'),
    });
    await runTo(30);
    await put([]);
    expect((await remove()).capacityProvider).toMatchObject({ status: 'INACTIVE', updateStatus: 'DELETE_COMPLETE' });
    await expect(remove()).rejects.toMatchObject({ name: 'ClientException' });
    await create();
  });

  test("refuses AWS's own", async () => {
    const { ask } = prod();
    const attempt = ask((ecs) => ecs.deleteCapacityProvider({ capacityProvider: 'FARGATE' }));
    await expect(attempt).rejects.toThrow('reserved');
  });
});
