import {
  type AutoScalingClient,
  LaunchInstancesCommand,
  type LaunchInstancesError,
  SetDesiredCapacityCommand,
  TerminateInstanceInAutoScalingGroupCommand,
} from '@aws-sdk/client-auto-scaling';
import { launchFailureOf } from '../core/launch-failures.ts';
import type { Pool } from '../model/fleet.ts';
import type { LaunchReplacement, LowerDesired, Terminate } from '../plan/rebalance-action.ts';
import { describeGroups } from './auto-scaling-groups.ts';
import { isAtMinimum, isRefusedForGood } from './errors.ts';
import type { Ending } from './write-outcome.ts';

/** Who is told what a launch came to. */
export type ToldOfLaunch = {
  /** Pools that had no capacity. */
  readonly dry: (pools: readonly Pool[]) => Promise<void>;
  /** The instances launched, none where AWS refused; not called when nobody knows. */
  readonly launched: (instanceIds: readonly string[]) => Promise<void>;
};

/**
 * Launches one instance in a zone of a group at once; the group's desired capacity rises by one. EC2's refusals come back
 * with the answer. Of two calls with one token, one launches.
 * https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_LaunchInstances.html
 */
export async function launchReplacement(
  autoscaling: AutoScalingClient,
  { group, zone, token }: LaunchReplacement,
  told: ToldOfLaunch,
): Promise<Ending> {
  const command = new LaunchInstancesCommand({
    AutoScalingGroupName: group,
    RequestedCapacity: 1,
    AvailabilityZones: [zone],
    ClientToken: token,
    // The group would go on trying, and its desired capacity would stay raised: a later pass decides anew.
    RetryStrategy: 'none',
  });
  const { Instances, Errors } = await autoscaling.send(command).catch(async (error: unknown) => {
    if (isRefusedForGood(error)) await told.launched([]);
    throw error;
  });
  const errors = Errors ?? [];
  const launched = (Instances ?? []).flatMap(({ InstanceIds }) => InstanceIds ?? []);
  await told.launched(launched);
  const dry = errors.flatMap(dryPool);
  if (dry.length > 0) await told.dry(dry);
  if (launched.length > 0) return 'done';
  const why = errors.length > 0 ? errors.map(said).join('; ') : 'EC2 does not say why';
  return { retry: false, error: `no instance came: ${why}`, expected: dry.length > 0 };
}

function dryPool({ InstanceType: type, AvailabilityZone: zone, ...error }: LaunchInstancesError): readonly Pool[] {
  if (!type || !zone) return [];
  const words = `${error.ErrorCode ?? ''} ${error.ErrorMessage ?? ''}`;
  return launchFailureOf(words) === 'capacity' ? [{ type, zone }] : [];
}

const said = (error: LaunchInstancesError): string =>
  `${error.InstanceType ?? 'any type'} in ${error.AvailabilityZone ?? 'any zone'}: ${error.ErrorCode ?? 'no code'} ${error.ErrorMessage ?? ''}`.trim();

/**
 * Ends an instance of a group through its hooks, and lowers the desired capacity with it, so that none is launched for
 * it. At the group's minimum Auto Scaling refuses that, and the instance stays.
 * https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_TerminateInstanceInAutoScalingGroup.html
 */
export async function terminateMember(
  autoscaling: AutoScalingClient,
  { instanceId, lowers }: Terminate,
): Promise<Ending> {
  try {
    await autoscaling.send(
      new TerminateInstanceInAutoScalingGroupCommand({
        InstanceId: instanceId,
        ShouldDecrementDesiredCapacity: lowers,
      }),
    );
    return 'done';
  } catch (error) {
    if (!isAtMinimum(error)) throw error;
    const words = `${instanceId} runs on: the desired capacity is at the group's minimum, another would be launched for it`;
    return { retry: false, error: words };
  }
}

/**
 * Lowers the desired capacity of a group by one, if it is still what the plan rests on and above the minimum.
 * https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_SetDesiredCapacity.html
 */
export async function lowerDesired(autoscaling: AutoScalingClient, { group, from }: LowerDesired): Promise<Ending> {
  const [found] = await describeGroups(autoscaling, [group]);
  if (!found) return 'gone';
  const { DesiredCapacity: now = 0, MinSize: least = 0 } = found;
  if (now === from - 1) return 'already';
  if (now !== from) {
    const error = `its desired capacity is ${now}, not ${from} as planned: somebody changed it, it is left alone`;
    return { retry: false, error };
  }
  if (now <= least) return { retry: false, error: `its desired capacity of ${now} is its minimum: it is not lowered` };
  await setDesiredCapacity(autoscaling, group, now - 1);
  return 'done';
}

export async function setDesiredCapacity(
  autoscaling: AutoScalingClient,
  AutoScalingGroupName: string,
  DesiredCapacity: number,
): Promise<void> {
  await autoscaling.send(
    new SetDesiredCapacityCommand({ AutoScalingGroupName, DesiredCapacity, HonorCooldown: false }),
  );
}
