import type { LaunchTemplateSpecification, MixedInstancesPolicy } from '@aws-sdk/client-auto-scaling';

/**
 * A mixed-instances policy as a request may send it back: an update replaces the policy as a whole, so whoever changes
 * one thing in it sends all the rest as it was read.
 * https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_UpdateAutoScalingGroup.html
 */
export function wholePolicy({
  LaunchTemplate: plan,
  InstancesDistribution,
}: MixedInstancesPolicy): MixedInstancesPolicy {
  return {
    LaunchTemplate: {
      ...plan,
      LaunchTemplateSpecification: byId(plan?.LaunchTemplateSpecification),
      Overrides: plan?.Overrides?.map(({ LaunchTemplateSpecification: own, ...override }) => ({
        ...override,
        ...(own && { LaunchTemplateSpecification: byId(own) }),
      })),
    },
    InstancesDistribution,
  };
}

/**
 * A description names a template by id and by name, a request may do only one of them.
 * https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_LaunchTemplateSpecification.html
 */
export function byId(template: LaunchTemplateSpecification | undefined): LaunchTemplateSpecification | undefined {
  if (template?.LaunchTemplateId === undefined) return template;
  const { LaunchTemplateName: _, ...rest } = template;
  return rest;
}
