import {
  type AutoScalingClient,
  type LaunchTemplateSpecification,
  type MixedInstancesPolicy,
  UpdateAutoScalingGroupCommand,
} from '@aws-sdk/client-auto-scaling';
import type { SetBase } from '../plan/lending-action.ts';
import { describeGroups } from './auto-scaling-groups.ts';
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
  await autoscaling.send(
    new UpdateAutoScalingGroupCommand({ AutoScalingGroupName: group, MixedInstancesPolicy: withBase(policy, base) }),
  );
  return 'done';
}

function withBase(
  { LaunchTemplate: plan, InstancesDistribution }: MixedInstancesPolicy,
  base: number,
): MixedInstancesPolicy {
  return {
    LaunchTemplate: {
      ...plan,
      LaunchTemplateSpecification: byId(plan?.LaunchTemplateSpecification),
      Overrides: plan?.Overrides?.map(({ LaunchTemplateSpecification: own, ...override }) => ({
        ...override,
        ...(own && { LaunchTemplateSpecification: byId(own) }),
      })),
    },
    InstancesDistribution: { ...InstancesDistribution, OnDemandBaseCapacity: base },
  };
}

/**
 * A description names a template by id and by name, a request may do only one of them.
 * https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_LaunchTemplateSpecification.html
 */
function byId(template: LaunchTemplateSpecification | undefined): LaunchTemplateSpecification | undefined {
  if (template?.LaunchTemplateId === undefined) return template;
  const { LaunchTemplateName: _, ...rest } = template;
  return rest;
}
