import { describe, expect, test } from 'vitest';
import { anywhere, api, inVpc } from './api.ts';

describe('CreateCluster', () => {
  test('makes a cluster with providers, a default strategy, settings and tags', async () => {
    const { ask } = api();
    const { cluster } = await ask((ecs) =>
      ecs.createCluster({
        clusterName: 'prod',
        capacityProviders: ['FARGATE', 'FARGATE_SPOT'],
        defaultCapacityProviderStrategy: [{ capacityProvider: 'FARGATE_SPOT', weight: 1 }],
        settings: [{ name: 'containerInsights', value: 'enhanced' }],
        tags: [{ key: 'team', value: 'shop' }],
      }),
    );
    expect(cluster).toMatchObject({
      status: 'ACTIVE',
      capacityProviders: ['FARGATE', 'FARGATE_SPOT'],
      defaultCapacityProviderStrategy: [{ capacityProvider: 'FARGATE_SPOT', weight: 1, base: 0 }],
      settings: [{ name: 'containerInsights', value: 'enhanced' }],
      tags: [{ key: 'team', value: 'shop' }],
    });
    await ask((ecs) => ecs.registerTaskDefinition(anywhere));
    const { tasks } = await ask((ecs) => ecs.runTask({ cluster: 'prod', taskDefinition: 'job', ...inVpc }));
    expect(tasks?.[0]?.capacityProviderName).toBe('FARGATE_SPOT');
  });

  test('gives back a cluster that is there already', async () => {
    const { ask, region } = api();
    const { arn } = region.createCluster({ name: 'default', tags: { team: 'shop' } });
    const { cluster } = await ask((ecs) => ecs.createCluster({ tags: [{ key: 'team', value: 'other' }] }));
    expect(cluster).toMatchObject({ clusterArn: arn, tags: [{ key: 'team', value: 'shop' }] });
  });

  test('refuses bad names and unknown providers', async () => {
    const { ask } = api();
    await expect(ask((ecs) => ecs.createCluster({ clusterName: 'a b' }))).rejects.toThrow('Invalid cluster name');
    await expect(ask((ecs) => ecs.createCluster({ capacityProviders: ['none'] }))).rejects.toThrow(
      "The specified capacity provider 'none' was not found.",
    );
  });
});

describe('DeleteCluster', () => {
  test('refuses a cluster while anything is in it', async () => {
    const { ask, region } = api();
    const deletion = (cluster: string) => ask((ecs) => ecs.deleteCluster({ cluster }));
    const withInstance = region.createCluster({ name: 'a' });
    region.addInstance({ cluster: withInstance, type: 'm6i.large', zone: 'eu-west-1a' });
    await expect(deletion('a')).rejects.toMatchObject({
      name: 'ClusterContainsContainerInstancesException',
      message: 'The Cluster cannot be deleted while Container Instances are active or draining.',
    });
    region.createService({ cluster: region.createCluster({ name: 'b' }), name: 'web' });
    await expect(deletion('b')).rejects.toMatchObject({ name: 'ClusterContainsServicesException' });
    region.createCluster({ name: 'c', capacityProviders: ['FARGATE'] });
    await ask((ecs) => ecs.registerTaskDefinition(anywhere));
    await ask((ecs) => ecs.runTask({ cluster: 'c', taskDefinition: 'job', launchType: 'FARGATE', ...inVpc }));
    await expect(deletion('c')).rejects.toMatchObject({ name: 'ClusterContainsTasksException' });
  });

  test('takes an empty one away', async () => {
    const { ask, region } = api();
    region.createCluster({ name: 'old' });
    const { cluster } = await ask((ecs) => ecs.deleteCluster({ cluster: 'old' }));
    expect(cluster?.status).toBe('INACTIVE');
    const { failures } = await ask((ecs) => ecs.describeClusters({ clusters: ['old'] }));
    expect(failures).toEqual([{ arn: 'old', reason: 'MISSING' }]);
  });
});

describe('DescribeClusters', () => {
  test('shows statistics and settings only when they are asked for', async () => {
    const { ask, region } = api();
    const cluster = region.createCluster({ name: 'prod', capacityProviders: ['FARGATE'] });
    for (const zone of ['eu-west-1a', 'eu-west-1b']) region.addInstance({ cluster, type: 'm6i.large', zone });
    region.createService({ cluster, name: 'web', desired: 2 });
    region.createService({ cluster, name: 'api', desired: 1, fargate: true, launchType: 'FARGATE' });
    region.settle();
    const describeIt = async (include: ('STATISTICS' | 'SETTINGS')[]) =>
      (await ask((ecs) => ecs.describeClusters({ clusters: ['prod'], include }))).clusters?.[0];
    expect(await describeIt([])).toMatchObject({ runningTasksCount: 3, statistics: [], settings: [] });
    const full = await describeIt(['STATISTICS', 'SETTINGS']);
    expect(full?.settings).toEqual([{ name: 'containerInsights', value: 'disabled' }]);
    expect(Object.fromEntries((full?.statistics ?? []).map(({ name, value }) => [name, value]))).toMatchObject({
      runningEC2TasksCount: '2',
      runningFargateTasksCount: '1',
      activeEC2ServiceCount: '1',
      activeFargateServiceCount: '1',
    });
  });
});

describe('UpdateClusterSettings', () => {
  test('changes container insights and refuses other settings', async () => {
    const { ask, region } = api();
    region.createCluster({ name: 'prod' });
    const update = (name: 'containerInsights', value: string) =>
      ask((ecs) => ecs.updateClusterSettings({ cluster: 'prod', settings: [{ name, value }] }));
    expect((await update('containerInsights', 'enabled')).cluster?.settings).toEqual([
      { name: 'containerInsights', value: 'enabled' },
    ]);
    await expect(update('other' as 'containerInsights', 'enabled')).rejects.toThrow('Invalid setting name other.');
    await expect(update('containerInsights', 'much')).rejects.toThrow('Invalid value much');
  });
});
