import {
  CreateAutoScalingGroupCommand,
  CreateOrUpdateTagsCommand,
  DeleteAutoScalingGroupCommand,
  DescribeAutoScalingGroupsCommand,
  DescribeAutoScalingInstancesCommand,
  DescribeInstanceRefreshesCommand,
  DescribeLifecycleHooksCommand,
  DescribePoliciesCommand,
  DescribeScalingActivitiesCommand,
  DescribeTagsCommand,
  DetachInstancesCommand,
  LaunchInstancesCommand,
  PutLifecycleHookCommand,
  SetDesiredCapacityCommand,
  StartInstanceRefreshCommand,
  TerminateInstanceInAutoScalingGroupCommand,
  UpdateAutoScalingGroupCommand,
} from '@aws-sdk/client-auto-scaling';
import { describe, expect, test } from 'vitest';
import { countBy, createInput, grouped, policyOf, withTemplate } from './grouped.ts';

const web = { AutoScalingGroupName: 'web' };
const types = ['m6i.large', 'm5.large'];

describe('the Auto Scaling API over the wire', () => {
  test('creates, describes, changes and deletes a group', async () => {
    const { answer, client } = withTemplate();
    const policy = policyOf(types, { OnDemandPercentageAboveBaseCapacity: 0 });
    const Tags = [{ Key: 'team', Value: 'web', PropagateAtLaunch: true }];
    await answer(client.send(new CreateAutoScalingGroupCommand({ ...createInput(policy), Tags })));
    const describe = async () =>
      (await answer(client.send(new DescribeAutoScalingGroupsCommand({})))).AutoScalingGroups?.[0];
    expect(await describe()).toMatchObject({
      ...web,
      DesiredCapacity: 6,
      TerminationPolicies: ['Default'],
      MixedInstancesPolicy: {
        LaunchTemplate: { Overrides: types.map((InstanceType) => ({ InstanceType })) },
        InstancesDistribution: {
          SpotAllocationStrategy: 'lowest-price',
          SpotInstancePools: 2,
          OnDemandBaseCapacity: 0,
        },
      },
    });
    await answer(client.send(new UpdateAutoScalingGroupCommand({ ...web, MaxSize: 4, CapacityRebalance: true })));
    expect(await describe()).toMatchObject({ MaxSize: 4, DesiredCapacity: 4, CapacityRebalance: true });
    const doomed = client.send(new DeleteAutoScalingGroupCommand(web));
    await expect(answer(doomed)).rejects.toMatchObject({ name: 'ResourceInUseFault' });
    await answer(client.send(new DeleteAutoScalingGroupCommand({ ...web, ForceDelete: true })));
    expect(await describe()).toMatchObject({ Status: 'Delete in progress' });
  });

  test('answers every other operation in the shape of the SDK', async () => {
    const { answer, client, id } = grouped();
    const spot = { AutoScalingGroupName: 'spot' };
    const decrement = { ShouldDecrementDesiredCapacity: false };
    const hook = { ...spot, LifecycleHookName: 'x', LifecycleTransition: 'autoscaling:EC2_INSTANCE_TERMINATING' };
    const zone = { AvailabilityZones: ['eu-west-1a'], ClientToken: 'a' };
    const tags = [
      { ResourceId: 'spot', ResourceType: 'auto-scaling-group', Key: 'a', Value: 'b', PropagateAtLaunch: true },
    ];
    await answer(client.send(new CreateOrUpdateTagsCommand({ Tags: tags })));
    expect((await answer(client.send(new DescribeTagsCommand({})))).Tags).toMatchObject(tags);
    expect((await answer(client.send(new DescribePoliciesCommand(spot)))).ScalingPolicies).toEqual([]);
    await answer(client.send(new PutLifecycleHookCommand(hook)));
    expect((await answer(client.send(new DescribeLifecycleHooksCommand(spot)))).LifecycleHooks).toHaveLength(1);
    const launched = await answer(client.send(new LaunchInstancesCommand({ ...spot, ...zone, RequestedCapacity: 1 })));
    expect(launched.Instances).toMatchObject([{ AvailabilityZone: 'eu-west-1a' }]);
    const ended = await answer(
      client.send(new TerminateInstanceInAutoScalingGroupCommand({ InstanceId: id, ...decrement })),
    );
    expect(ended.Activity?.StatusCode).toBe('InProgress');
    const members = await answer(client.send(new DescribeAutoScalingInstancesCommand({})));
    const other = members.AutoScalingInstances?.find(({ LifecycleState }) => LifecycleState === 'InService');
    expect(other?.HealthStatus).toBe('HEALTHY');
    const InstanceIds = [other?.InstanceId ?? ''];
    const detached = await answer(client.send(new DetachInstancesCommand({ ...spot, InstanceIds, ...decrement })));
    expect(detached.Activities).toHaveLength(1);
    await answer(client.send(new StartInstanceRefreshCommand(spot)));
    const { InstanceRefreshes } = await answer(client.send(new DescribeInstanceRefreshesCommand(spot)));
    expect(InstanceRefreshes).toMatchObject([{ Status: 'InProgress' }]);
  });

  test('pages activities, newest first', async () => {
    const { answer, client } = withTemplate();
    await answer(client.send(new CreateAutoScalingGroupCommand(createInput(policyOf(types)))));
    const first = await answer(client.send(new DescribeScalingActivitiesCommand({ ...web, MaxRecords: 4 })));
    const NextToken = first.NextToken;
    const second = await answer(
      client.send(new DescribeScalingActivitiesCommand({ ...web, MaxRecords: 4, NextToken })),
    );
    const ids = [...(first.Activities ?? []), ...(second.Activities ?? [])].map(({ ActivityId }) => ActivityId);
    expect(new Set(ids).size).toBe(6);
    expect(ids).toEqual([...ids].sort().reverse());
    expect(second.NextToken).toBeUndefined();
  });

  test('refuses with ValidationError', async () => {
    const { answer, client } = grouped();
    const refused = client.send(new SetDesiredCapacityCommand({ AutoScalingGroupName: 'spot', DesiredCapacity: 7 }));
    await expect(answer(refused)).rejects.toMatchObject({
      name: 'ValidationError',
      message: 'New SetDesiredCapacity value 7 is above max value 6 for the AutoScalingGroup.',
    });
  });
});

describe('a group is refused', () => {
  const many = Array.from({ length: 41 }, (_, index) => `m${index}.large`);
  const requirements = [
    { InstanceRequirements: { VCpuCount: { Min: 1 }, MemoryMiB: { Min: 1 } } },
    { InstanceType: 'm5.large' },
  ];
  const withOverrides = (Overrides: object[]) => ({
    ...policyOf([]),
    LaunchTemplate: { ...policyOf([]).LaunchTemplate, Overrides },
  });

  test.each([
    ['without template or policy', { MixedInstancesPolicy: undefined }, 'Valid requests must contain either'],
    ['with both', { LaunchTemplate: { LaunchTemplateName: 'web' } }, 'Valid requests must contain either'],
    ['with a minimum above the maximum', { MinSize: 30 }, 'must be greater than or equal to min bound'],
    ['with a desired capacity outside its sizes', { DesiredCapacity: 30 }, 'Desired capacity:30 must be between'],
    ['with more than 40 types', { MixedInstancesPolicy: policyOf(many) }, 'must not exceed 40'],
    ['with a type twice', { MixedInstancesPolicy: policyOf(['m5.large', 'm5.large']) }, 'different instance type'],
    ['with types and requirements', { MixedInstancesPolicy: withOverrides(requirements) }, 'both InstanceType and'],
    [
      'with a weight here and none there',
      {
        MixedInstancesPolicy: withOverrides([
          { InstanceType: 'm5.large', WeightedCapacity: '2' },
          { InstanceType: 'c5.large' },
        ]),
      },
      'for all overrides or for none',
    ],
    [
      'with an unknown template',
      { MixedInstancesPolicy: undefined, LaunchTemplate: { LaunchTemplateName: 'x' } },
      'valid fully-formed launch template',
    ],
    ['with an unknown subnet', { VPCZoneIdentifier: 'subnet-x' }, "The subnet ID 'subnet-x' does not exist"],
    ['with a parameter that is not imitated', { MaxInstanceLifetime: 86_400 }, 'MaxInstanceLifetime'],
  ])('%s', (_, change, message) => {
    const { asg, region } = withTemplate();
    const create = () => asg('CreateAutoScalingGroup', { ...createInput(policyOf(types)), ...change });
    expect(create).toThrow(message);
    expect(region.parts.autoScaling.groups.size).toBe(0);
  });

  test('when its name is taken', () => {
    const { asg } = grouped();
    const create = () =>
      asg('CreateAutoScalingGroup', { ...createInput(policyOf(types)), AutoScalingGroupName: 'spot' });
    expect(create).toThrow('already exists');
  });
});

test('an update replaces the policy as a whole, keeps what the request does not name, and lets instances run on', () => {
  const { asg, created } = withTemplate();
  const group = created(policyOf(types, { OnDemandBaseCapacity: 3 }));
  asg('UpdateAutoScalingGroup', { ...web, MixedInstancesPolicy: policyOf(['c5.large'], { SpotMaxPrice: '1' }) });
  const [shape] = asg('DescribeAutoScalingGroups', {}).AutoScalingGroups;
  expect(shape.MixedInstancesPolicy.InstancesDistribution).toMatchObject({
    OnDemandBaseCapacity: 0,
    SpotMaxPrice: '1',
  });
  expect(shape).toMatchObject({ MaxSize: 20, DesiredCapacity: 6 });
  expect(countBy(group, ({ ec2 }) => ec2.type)).toEqual({ 'm6i.large': 6 });
});

test('SetDesiredCapacity respects the cooldown when asked to', async () => {
  const { asg, runTo } = grouped();
  const set = (DesiredCapacity: number) =>
    asg('SetDesiredCapacity', { AutoScalingGroupName: 'spot', DesiredCapacity, HonorCooldown: true });
  set(4);
  expect(() => set(5)).toThrow('cooldown');
  await runTo(301);
  expect(() => set(5)).not.toThrow();
});

test('groups are found by their tags', () => {
  const { asg, region } = grouped({ tags: { team: 'web' } });
  region.createGroup({ name: 'other', pools: [{ type: 'm5.large', zone: 'eu-west-1a' }], desired: 1 });
  const found = (Name: string, Values: string[]) =>
    asg('DescribeAutoScalingGroups', { Filters: [{ Name, Values }] }).AutoScalingGroups.map(
      ({ AutoScalingGroupName }: { AutoScalingGroupName: string }) => AutoScalingGroupName,
    );
  expect(found('tag:team', ['web'])).toEqual(['spot']);
  expect(found('tag-key', ['nothing'])).toEqual([]);
});
