import { describe, expect, test } from 'vitest';
import { grouped, staying } from './grouped.ts';

const named = { AutoScalingGroupName: 'spot' };

describe('detaching an instance', () => {
  test('without a decrement leaves it running and launches another', () => {
    const { asg, group, id, region } = grouped();
    const { Activities } = asg('DetachInstances', {
      ...named,
      InstanceIds: [id],
      ShouldDecrementDesiredCapacity: false,
    });
    expect(Activities).toMatchObject([{ StatusCode: 'Successful', Description: `Detaching EC2 instance: ${id}` }]);
    expect(region.parts.fleet.find(id).state).toBe('running');
    expect(group.instances.has(id)).toBe(false);
    expect(group.spread.total).toBe(3);
  });

  test('with a decrement lowers the desired capacity, but not below the minimum', () => {
    const { asg, group, id } = grouped({ minSize: 2 });
    const detach = (InstanceId: string | undefined) =>
      asg('DetachInstances', { ...named, InstanceIds: [InstanceId], ShouldDecrementDesiredCapacity: true });
    detach(id);
    expect([group.desired, group.spread.total]).toEqual([2, 2]);
    expect(() => detach(staying(group)[0]?.ec2.id)).toThrow("violate group's min size constraint");
    expect(group.spread.total).toBe(2);
  });

  test('takes at most 20, and only of this group', () => {
    const { asg } = grouped();
    const many = Array.from({ length: 21 }, (_, index) => `i-${index}`);
    const detach = (InstanceIds: string[]) => () =>
      asg('DetachInstances', { ...named, InstanceIds, ShouldDecrementDesiredCapacity: false });
    expect(detach(many)).toThrow('limit of 20');
    expect(detach(['i-x'])).toThrow('The instance i-x is not part of Auto Scaling group spot.');
  });
});

test('the tag that names the group goes with a detached instance, and comes with an attached one', () => {
  const { asg, group, id, region } = grouped({ maxSize: 4 });
  const { tags } = region.parts.fleet.find(id);
  Object.assign(tags, { owner: 'payments' });
  group.tags.set('team', { value: 'checkout', atLaunch: true });
  asg('DetachInstances', { ...named, InstanceIds: [id], ShouldDecrementDesiredCapacity: true });
  expect(tags).toEqual({ owner: 'payments' });
  asg('AttachInstances', { ...named, InstanceIds: [id] });
  expect(tags).toEqual({ owner: 'payments', team: 'checkout', 'aws:autoscaling:groupName': 'spot' });
});

test('attaching an instance raises the desired capacity', () => {
  const { asg, group, region, cluster } = grouped({ maxSize: 4 });
  const ec2 = region.addInstance({ cluster, type: 'm6i.large', zone: 'eu-west-1a' });
  asg('AttachInstances', { ...named, InstanceIds: [ec2.id] });
  expect([group.desired, group.spread.total]).toEqual([4, 4]);
  expect(() => asg('AttachInstances', { ...named, InstanceIds: [ec2.id] })).toThrow('already part of');
});

describe('terminating an instance through its group', () => {
  test('replaces it, whatever its protection says', () => {
    const { asg, group, id } = grouped();
    asg('SetInstanceProtection', { ...named, InstanceIds: [id], ProtectedFromScaleIn: true });
    const answer = asg('TerminateInstanceInAutoScalingGroup', {
      InstanceId: id,
      ShouldDecrementDesiredCapacity: false,
    });
    expect(answer.Activity).toMatchObject({ Description: `Terminating EC2 instance: ${id}`, StatusCode: 'InProgress' });
    expect(group.instances.get(id)?.ec2.state).toBe('shutting-down');
    expect(group.spread.total).toBe(3);
  });

  test('takes several of a named group, and lowers the desired capacity when asked to', () => {
    const { asg, group } = grouped();
    const InstanceIds = staying(group)
      .slice(0, 2)
      .map(({ ec2 }) => ec2.id);
    const terminate = { ...named, InstanceIds, ShouldDecrementDesiredCapacity: true };
    expect(asg('TerminateInstanceInAutoScalingGroup', terminate).Activities).toHaveLength(2);
    expect([group.desired, group.spread.total]).toEqual([1, 1]);
  });

  test('lowers the desired capacity also when another was launched at its notice: one too many goes', async () => {
    const { asg, group, id, region, runTo, seconds } = grouped();
    region.interrupt(id);
    await runTo(seconds() + 60);
    expect([group.desired, group.instances.get(id)?.lifecycleState, group.instances.size]).toEqual([3, 'InService', 4]);
    asg('TerminateInstanceInAutoScalingGroup', { InstanceId: id, ShouldDecrementDesiredCapacity: true });
    await runTo(seconds() + 60);
    expect([group.desired, group.spread.total, group.instances.has(id)]).toEqual([2, 2, false]);
  });

  test('of an instance that no group has is refused', () => {
    const { asg } = grouped();
    const terminate = { InstanceId: 'i-x', ShouldDecrementDesiredCapacity: false };
    expect(() => asg('TerminateInstanceInAutoScalingGroup', terminate)).toThrow(
      'No managed instance found for instance ID i-x',
    );
  });
});

describe('standby', () => {
  test('takes an instance out of service and back', () => {
    const { asg, group, id } = grouped();
    asg('EnterStandby', { ...named, InstanceIds: [id], ShouldDecrementDesiredCapacity: true });
    expect(group.instances.get(id)?.lifecycleState).toBe('Standby');
    expect([group.desired, group.spread.total]).toEqual([2, 2]);
    asg('ExitStandby', { ...named, InstanceIds: [id] });
    expect(group.instances.get(id)?.lifecycleState).toBe('InService');
    expect([group.desired, group.spread.total]).toEqual([3, 3]);
    expect(() => asg('ExitStandby', { ...named, InstanceIds: [id] })).toThrow('is not in Standby');
  });
});

describe('an instance called unhealthy', () => {
  test('is replaced', async () => {
    const { asg, group, id, runTo } = grouped();
    asg('SetInstanceHealth', { InstanceId: id, HealthStatus: 'Unhealthy' });
    await runTo(60);
    expect(group.instances.get(id)?.stays ?? false).toBe(false);
    expect(group.spread.total).toBe(3);
  });

  test('stays while ReplaceUnhealthy is suspended', async () => {
    const { asg, group, id, runTo } = grouped();
    asg('SuspendProcesses', { ...named, ScalingProcesses: ['ReplaceUnhealthy'] });
    asg('SetInstanceHealth', { InstanceId: id, HealthStatus: 'Unhealthy' });
    await runTo(60);
    expect(group.instances.get(id)?.stays).toBe(true);
    const { AutoScalingGroups } = asg('DescribeAutoScalingGroups', {});
    expect(AutoScalingGroups[0].Instances[0].HealthStatus).toBe('Unhealthy');
  });
});
