import { describe, expect, test } from 'vitest';
import { drainHook, grouped } from './grouped.ts';

const named = { AutoScalingGroupName: 'spot', LifecycleHookName: 'warm' };
const launchHook = { ...named, LifecycleTransition: 'autoscaling:EC2_INSTANCE_LAUNCHING', HeartbeatTimeout: 60 };

/** A launch that waits for its hook. */
const waiting = async (hook: object = {}) => {
  const world = grouped();
  world.asg('PutLifecycleHook', { ...launchHook, ...hook });
  world.region.parts.autoScaling.setDesired(world.group, 4);
  await world.runTo(21);
  const fresh = [...world.group.instances.values()].at(-1);
  if (!fresh) throw new Error('nothing was launched');
  return { ...world, fresh, freshId: fresh.ec2.id };
};

describe('a launch hook', () => {
  test('holds an instance in Pending:Wait until it is completed', async () => {
    const { asg, eventsOf, fresh, freshId } = await waiting({ NotificationMetadata: 'note' });
    expect(fresh.lifecycleState).toBe('Pending:Wait');
    expect(eventsOf('EC2 Instance-launch Lifecycle Action')).toMatchObject([
      {
        detail: {
          EC2InstanceId: freshId,
          LifecycleTransition: 'autoscaling:EC2_INSTANCE_LAUNCHING',
          NotificationMetadata: 'note',
          Origin: 'EC2',
          Destination: 'AutoScalingGroup',
        },
      },
    ]);
    expect(eventsOf('EC2 Instance Launch Successful')).toEqual([]);
    asg('CompleteLifecycleAction', { ...named, InstanceId: freshId, LifecycleActionResult: 'CONTINUE' });
    expect(fresh.lifecycleState).toBe('InService');
    expect(eventsOf('EC2 Instance Launch Successful')).toHaveLength(1);
  });

  test('ends the instance with ABANDON, which is also what happens when nobody answers', async () => {
    const { asg, group, fresh, freshId, runTo } = await waiting();
    await runTo(90);
    expect(fresh.ec2.state).not.toBe('running');
    const { Activities } = asg('DescribeScalingActivities', { AutoScalingGroupName: 'spot' });
    const launch = Activities.find(
      ({ Description }: { Description: string }) =>
        Description.includes(freshId) && Description.startsWith('Launching'),
    );
    expect(launch.StatusCode).toBe('Cancelled');
    expect(launch.StatusMessage).toMatch(
      /^Instance failed to complete user's Lifecycle Action: Lifecycle Action with token [0-9a-f-]{36} was abandoned: Heartbeat Timeout$/,
    );
    await runTo(130);
    expect(group.spread.total).toBe(4);
    expect(group.instances.has(freshId)).toBe(false);
  });

  test('lets the instance go on by itself when its default is CONTINUE', async () => {
    const { fresh, runTo } = await waiting({ DefaultResult: 'CONTINUE' });
    await runTo(90);
    expect(fresh.lifecycleState).toBe('InService');
  });
});

describe('lifecycle hooks of a group', () => {
  test('are described with AWS defaults', () => {
    const { asg } = grouped({ hooks: [drainHook] });
    const transition = 'autoscaling:EC2_INSTANCE_TERMINATING';
    asg('PutLifecycleHook', { ...named, LifecycleTransition: transition });
    expect(asg('DescribeLifecycleHooks', named).LifecycleHooks).toMatchObject([
      { LifecycleHookName: drainHook.name, HeartbeatTimeout: 300, GlobalTimeout: 30_000 },
      { LifecycleHookName: 'warm', HeartbeatTimeout: 3_600, GlobalTimeout: 172_800, DefaultResult: 'ABANDON' },
    ]);
  });

  test('let go of what waits for them when they are deleted', () => {
    const { asg, group, region } = grouped({ hooks: [drainHook] });
    region.scaleIn(group);
    const victim = [...group.instances.values()].find(({ stays }) => !stays);
    expect(victim?.lifecycleState).toBe('Terminating:Wait');
    asg('DeleteLifecycleHook', { AutoScalingGroupName: 'spot', LifecycleHookName: drainHook.name });
    expect(victim?.lifecycleState).toBe('Terminating:Proceed');
  });

  test('with a timeout out of range or a notification target are refused', () => {
    const { asg } = grouped();
    expect(() => asg('PutLifecycleHook', { ...launchHook, HeartbeatTimeout: 10 })).toThrow('between 30 and 7200');
    expect(() => asg('PutLifecycleHook', { ...launchHook, NotificationTargetARN: 'arn' })).toThrow(
      'NotificationTargetARN',
    );
  });
});
