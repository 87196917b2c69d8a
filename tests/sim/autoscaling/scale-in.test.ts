import { describe, expect, test } from 'vitest';
import { drainHook, grouped } from './grouped.ts';

describe('a scale-in', () => {
  test('without a hook ends an instance at once; the sizes of the group are kept', () => {
    const { region, group } = grouped({ minSize: 2 });
    region.scaleIn(group);
    expect([...group.instances.values()].filter(({ ec2 }) => ec2.state === 'shutting-down')).toHaveLength(1);
    expect(() => region.scaleIn(group)).toThrow('value 1 is below min value 2');
  });

  test('waits for its hook, heartbeats included, and goes on when the hook is completed', async () => {
    const { region, group, runTo, eventsOf, call, action } = grouped({ hooks: [drainHook] });
    region.scaleIn(group);
    const [event] = eventsOf('EC2 Instance-terminate Lifecycle Action');
    const detail = event?.detail as { EC2InstanceId: string; LifecycleActionToken: string };
    expect(detail).toMatchObject({
      LifecycleHookName: drainHook.name,
      AutoScalingGroupName: 'spot',
      LifecycleTransition: 'autoscaling:EC2_INSTANCE_TERMINATING',
    });
    const victim = group.instances.get(detail.EC2InstanceId);
    expect(victim?.lifecycleState).toBe('Terminating:Wait');
    await runTo(290);
    call('autoscaling', 'RecordLifecycleActionHeartbeat', {
      ...action,
      LifecycleActionToken: detail.LifecycleActionToken,
    });
    await runTo(500);
    expect(victim?.ec2.state).toBe('running');
    call('autoscaling', 'CompleteLifecycleAction', {
      ...action,
      InstanceId: detail.EC2InstanceId,
      LifecycleActionResult: 'CONTINUE',
    });
    expect(victim?.ec2.state).toBe('shutting-down');
    await runTo(560);
    expect(eventsOf('EC2 Instance Terminate Successful')).toHaveLength(1);
  });

  test('goes on by itself when nobody answers its hook in time', async () => {
    const { region, group, runTo, account } = grouped({ hooks: [drainHook] });
    region.scaleIn(group);
    await runTo(299);
    expect(group.instances.size).toBe(3);
    await runTo(360);
    expect(group.instances.size).toBe(2);
    expect(account.journal.entries.filter(({ kind }) => kind === 'hook-completed')).toHaveLength(1);
  });

  test('refuses to complete an action that is not open', () => {
    const { call, id, action } = grouped({ hooks: [drainHook] });
    const complete = (input: object) => () => call('autoscaling', 'CompleteLifecycleAction', { ...action, ...input });
    const named = { InstanceId: id, LifecycleActionResult: 'CONTINUE' };
    expect(complete(named)).toThrow(`No active Lifecycle Action found with instance ID ${id}`);
    expect(complete({ ...named, LifecycleActionResult: 'LATER' })).toThrow('CONTINUE or ABANDON');
  });

  test('waits for all hooks, but an ABANDON skips the others', () => {
    const { region, group, call, action } = grouped({ hooks: [drainHook, { ...drainHook, name: 'logs' }] });
    region.scaleIn(group, 2);
    const [first, second] = [...group.instances.values()].filter(({ stays }) => !stays);
    const complete = (InstanceId: string | undefined, LifecycleActionResult: string) =>
      call('autoscaling', 'CompleteLifecycleAction', { ...action, InstanceId, LifecycleActionResult });
    complete(first?.ec2.id, 'CONTINUE');
    complete(second?.ec2.id, 'ABANDON');
    expect([first?.ec2.state, second?.ec2.state]).toEqual(['running', 'shutting-down']);
  });
});
