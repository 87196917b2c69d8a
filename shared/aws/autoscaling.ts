import {
  type AutoScalingClient,
  CompleteLifecycleActionCommand,
  RecordLifecycleActionHeartbeatCommand,
} from '@aws-sdk/client-auto-scaling';
import type { Heartbeat, Release } from '../plan/action.ts';

/** Restarts the hook's timeout, at most up to its global limit. */
export async function heartbeat(autoscaling: AutoScalingClient, action: Heartbeat): Promise<void> {
  await autoscaling.send(new RecordLifecycleActionHeartbeatCommand(addressOf(action)));
}

/** Answers the hook: Auto Scaling terminates the instance now. */
export async function release(autoscaling: AutoScalingClient, action: Release): Promise<void> {
  await autoscaling.send(
    new CompleteLifecycleActionCommand({ ...addressOf(action), LifecycleActionResult: 'CONTINUE' }),
  );
}

const addressOf = ({ hook, instanceId }: Heartbeat | Release) => ({
  AutoScalingGroupName: hook.group,
  LifecycleHookName: hook.name,
  LifecycleActionToken: hook.token,
  InstanceId: instanceId,
});
