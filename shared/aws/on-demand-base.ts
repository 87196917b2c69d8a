import { type AutoScalingClient, UpdateAutoScalingGroupCommand } from '@aws-sdk/client-auto-scaling';
import type { SetBase } from '../plan/lending-action.ts';
import { describeGroups } from './auto-scaling-groups.ts';
import { wholePolicy } from './whole-policy.ts';
import type { Ending } from './write-outcome.ts';

/**
 * Sets the On-Demand base of a group. The policy is read and sent back whole, since an update replaces it as a whole.
 * A group whose base is neither the one that the plan rests on nor the one it wants is left as it is: somebody else
 * changed it meanwhile.
 * https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_UpdateAutoScalingGroup.html
 */
export async function setOnDemandBase(autoscaling: AutoScalingClient, { group, from, base }: SetBase): Promise<Ending> {
  const [found] = await describeGroups(autoscaling, [group]);
  if (!found) return 'gone';
  const policy = found.MixedInstancesPolicy;
  if (!policy) return { retry: false, error: 'it has no mixed-instances policy, so it has no On-Demand base' };
  const now = policy.InstancesDistribution?.OnDemandBaseCapacity ?? 0;
  if (now === base) return 'already';
  if (now !== from) {
    return {
      retry: false,
      error: `its On-Demand base is ${now}, not ${from} as planned: somebody changed it, it is left alone`,
    };
  }
  const { InstancesDistribution, ...rest } = wholePolicy(policy);
  const changed = { ...rest, InstancesDistribution: { ...InstancesDistribution, OnDemandBaseCapacity: base } };
  await autoscaling.send(
    new UpdateAutoScalingGroupCommand({ AutoScalingGroupName: group, MixedInstancesPolicy: changed }),
  );
  return 'done';
}
