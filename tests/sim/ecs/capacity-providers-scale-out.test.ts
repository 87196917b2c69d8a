import { describe, expect, test } from 'vitest';
import { pools } from '../small-account.ts';
import { scaled } from './scaled.ts';

const minute = 60;

describe('tasks of a capacity provider with managed scaling', () => {
  test('wait in PROVISIONING until the group has launched what they need', async () => {
    const { service, group, count, runTo, eventsOf } = scaled();
    service({ desired: 5 });
    await runTo(30);
    expect(count('PROVISIONING')).toBe(5);
    expect(group.desired).toBe(0);
    await runTo(minute + 1);
    expect(group.desired).toBe(3);
    await runTo(4 * minute);
    expect(count('RUNNING')).toBe(5);
    expect(group.desired).toBe(3);
    const failures = eventsOf('ECS Service Action').filter(({ detail }) =>
      JSON.stringify(detail).includes('PLACEMENT_FAILURE'),
    );
    expect(failures).toEqual([]);
  });

  test('run on instances that name the provider', async () => {
    const { service, cluster, runTo, call } = scaled();
    service({ desired: 1 });
    await runTo(4 * minute);
    const [instance] = cluster.instances.values();
    expect(instance?.capacityProviderName).toBe('scaled');
    const [task] = call('ecs', 'DescribeTasks', { cluster: 'prod', tasks: [...cluster.tasks.keys()] }).tasks;
    expect(task).toMatchObject({ capacityProviderName: 'scaled', containerInstanceArn: instance?.arn });
  });

  test('of a service with distinctInstance get an instance each', async () => {
    const { service, group, count, runTo } = scaled();
    service({ desired: 4, constraints: [{ type: 'distinctInstance' }] });
    await runTo(4 * minute);
    expect(group.desired).toBe(4);
    expect(count('RUNNING')).toBe(4);
  });

  test('take room that is there before the group is asked for more', async () => {
    const { service, group, count, runTo, region } = scaled({ desired: 1 });
    const old = service({ desired: 2 });
    region.settle();
    service({ name: 'new', desired: 2 });
    await runTo(20);
    expect(count('PROVISIONING')).toBe(2);
    region.setDesiredCount(old, 0);
    await runTo(2 * minute);
    expect(count('PROVISIONING')).toBe(0);
    expect(group.desired).toBe(1);
  });

  test('of RunTask wait as well', async () => {
    const { service, call, count, group, runTo } = scaled();
    const { deployments } = service({ desired: 0, networkMode: 'bridge' });
    const { tasks } = call('ecs', 'RunTask', {
      cluster: 'prod',
      taskDefinition: deployments[0]?.definition.arn,
      count: 3,
      capacityProviderStrategy: [{ capacityProvider: 'scaled', weight: 1 }],
    });
    expect(tasks.map(({ lastStatus }: { lastStatus: string }) => lastStatus)).toEqual(Array(3).fill('PROVISIONING'));
    await runTo(4 * minute);
    expect(group.desired).toBe(2);
    expect(count('RUNNING')).toBe(3);
  });
});

describe('scale-out', () => {
  test('keeps spare capacity for a target below 100 percent', async () => {
    const { service, group, runTo } = scaled({ managedScaling: { targetCapacity: 50 } });
    service({ desired: 4 });
    await runTo(minute + 1);
    expect(group.desired).toBe(4);
  });

  test('takes at least the minimum step', async () => {
    const { service, group, runTo } = scaled({ managedScaling: { minimumScalingStepSize: 3 } });
    service({ desired: 1 });
    await runTo(minute + 1);
    expect(group.desired).toBe(3);
  });

  test('takes at most the maximum step each minute', async () => {
    const { service, group, runTo } = scaled({ managedScaling: { maximumScalingStepSize: 2 } });
    service({ desired: 10 });
    await runTo(minute + 1);
    expect(group.desired).toBe(2);
    await runTo(2 * minute + 1);
    expect(group.desired).toBe(4);
  });

  test('ends at the maximum size of the group', async () => {
    const { service, group, count, runTo } = scaled({ maxSize: 2 });
    service({ desired: 10 });
    await runTo(5 * minute);
    expect(group.desired).toBe(2);
    expect(count('RUNNING')).toBe(4);
    expect(count('PROVISIONING')).toBe(6);
  });

  test('counts with the smallest type that the group may launch', async () => {
    const mixed = [...pools, { type: 'm6i.xlarge', zone: 'eu-west-1a' }];
    const { service, group, runTo } = scaled({ pools: mixed });
    service({ desired: 4 });
    await runTo(minute + 1);
    expect(group.desired).toBe(2);
  });
});

describe('a group that was made through the API', () => {
  test('joins the cluster of its capacity provider', async () => {
    const { region, call, cluster, runTo, service } = scaled();
    const templateId = region.parts.fleet.templates.create({ name: 't', data: { InstanceType: 'm6i.large' } }).id;
    call('autoscaling', 'CreateAutoScalingGroup', {
      AutoScalingGroupName: 'api',
      MinSize: 0,
      MaxSize: 5,
      AvailabilityZones: ['eu-west-1a'],
      LaunchTemplate: { LaunchTemplateId: templateId, Version: '1' },
    });
    const managedScaling = { status: 'ENABLED' };
    call('ecs', 'CreateCapacityProvider', {
      name: 'api',
      autoScalingGroupProvider: { autoScalingGroupArn: 'api', managedScaling },
    });
    const put = { cluster: 'prod', capacityProviders: ['scaled', 'api'], defaultCapacityProviderStrategy: [] };
    call('ecs', 'PutClusterCapacityProviders', put);
    await runTo(30);
    service({ desired: 1, capacityProvider: 'api' });
    await runTo(8 * minute);
    expect([...cluster.instances.values()].map(({ capacityProviderName }) => capacityProviderName)).toEqual(['api']);
    expect([...cluster.tasks.values()].map(({ lastStatus }) => lastStatus)).toEqual(['RUNNING']);
  });
});
