import type {
  CreateAutoScalingGroupType,
  MixedInstancesPolicy,
  UpdateAutoScalingGroupType,
} from '@aws-sdk/client-auto-scaling';
import { AwsError } from '../service.ts';
import type { Group, GroupInstance } from './group.ts';
import type { AutoScalingGroups } from './groups.ts';

const mostTypes = 40;
const mostRequirements = 4;

/** A refusal as Auto Scaling words all of them: no class of its own, HTTP 400. */
export const invalid = (message: string): AwsError => new AwsError('ValidationError', message);

/** @throws AwsError ValidationError for a group that is not there */
export const groupNamed = (scaling: AutoScalingGroups, name: string | undefined): Group => {
  const group = scaling.groups.get(name ?? '');
  if (group) return group;
  throw invalid(`AutoScalingGroup name not found - AutoScalingGroup '${name}' not found`);
};

/**
 * The instances of a group with these ids.
 * @throws AwsError ValidationError for one that is not in the group, or too many
 */
export const membersOf = (group: Group, ids: readonly string[] | undefined, most: number): GroupInstance[] => {
  if (!ids?.length) throw invalid('Instance Ids must not be empty.');
  if (ids.length > most) throw invalid(`The number of instances exceeds the limit of ${most}.`);
  return ids.map((id) => {
    const instance = group.instances.get(id);
    if (instance) return instance;
    throw invalid(`The instance ${id} is not part of Auto Scaling group ${group.name}.`);
  });
};

/** @throws AwsError ValidationError for sizes that contradict each other */
export const checkSizes = ({ minSize, maxSize, desired }: Pick<Group, 'minSize' | 'maxSize' | 'desired'>): void => {
  if (minSize < 0 || maxSize < 0) throw invalid('Group sizes must not be negative.');
  if (minSize > maxSize) throw invalid(`Max bound, ${maxSize}, must be greater than or equal to min bound, ${minSize}`);
  if (desired > maxSize) {
    throw invalid(
      `Desired capacity:${desired} must be between the specified min size:${minSize} and max size:${maxSize}`,
    );
  }
  if (desired < minSize) {
    throw invalid(
      `Desired capacity:${desired} must be between the specified min size:${minSize} and max size:${maxSize}`,
    );
  }
};

type Input = CreateAutoScalingGroupType | UpdateAutoScalingGroupType;

/**
 * What there must be at most one of: launch template, mixed-instances policy, launch configuration.
 * https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_UpdateAutoScalingGroup.html
 */
export const checkSources = (input: Input, atLeastOne: boolean): void => {
  if (input.LaunchConfigurationName !== undefined) notImitated('LaunchConfigurationName');
  const given = [input.LaunchTemplate, input.MixedInstancesPolicy].filter((each) => each !== undefined);
  if (given.length > 1 || (atLeastOne && given.length === 0)) {
    throw invalid(
      'Valid requests must contain either LaunchTemplate, LaunchConfigurationName, InstanceId or MixedInstancesPolicy parameter.',
    );
  }
  if (input.MixedInstancesPolicy) checkPolicy(input.MixedInstancesPolicy);
};

/** @throws AwsError NotImplemented that names the parameter */
export const notImitated = (name: string): never => {
  throw new AwsError('NotImplemented', `the parameter ${name} is not imitated`, 501);
};

/** https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_MixedInstancesPolicy.html */
const checkPolicy = ({ LaunchTemplate: plan, InstancesDistribution: given = {} }: MixedInstancesPolicy): void => {
  if (given.DistributionSegments !== undefined) notImitated('InstancesDistribution.DistributionSegments');
  if (!plan?.LaunchTemplateSpecification) {
    throw invalid('You must specify a launch template when using a mixed instances policy.');
  }
  checkOverrides(plan.Overrides ?? [], given.SpotAllocationStrategy);
  for (const template of [plan, ...(plan.Overrides ?? [])].map((one) => one.LaunchTemplateSpecification)) {
    if (template?.LaunchTemplateId !== undefined && template.LaunchTemplateName !== undefined) {
      throw invalid('Valid requests must contain either launchTemplateId or LaunchTemplateName');
    }
  }
  const { OnDemandPercentageAboveBaseCapacity: percentage = 100, OnDemandBaseCapacity: base = 0 } = given;
  if (percentage < 0 || percentage > 100) {
    throw invalid('OnDemandPercentageAboveBaseCapacity must be between 0 and 100.');
  }
  if (base < 0) throw invalid('OnDemandBaseCapacity must not be negative.');
  oneOf('SpotAllocationStrategy', given.SpotAllocationStrategy, [
    'lowest-price',
    'capacity-optimized',
    'capacity-optimized-prioritized',
    'price-capacity-optimized',
  ]);
  oneOf('OnDemandAllocationStrategy', given.OnDemandAllocationStrategy, ['prioritized', 'lowest-price']);
  const { SpotInstancePools: pools } = given;
  if (pools === undefined) return;
  if ((given.SpotAllocationStrategy ?? 'lowest-price') !== 'lowest-price') {
    throw invalid('SpotInstancePools option is only available with the lowest-price allocation strategy.');
  }
  if (pools < 1 || pools > 20) throw invalid('SpotInstancePools must be between 1 and 20.');
};

type Overrides = NonNullable<NonNullable<MixedInstancesPolicy['LaunchTemplate']>['Overrides']>;

const checkOverrides = (overrides: Overrides, strategy: string | undefined): void => {
  const types = overrides.flatMap(({ InstanceType }) => InstanceType ?? []);
  const requirements = overrides.filter(({ InstanceRequirements }) => InstanceRequirements !== undefined);
  if (types.length > mostTypes) throw invalid(`The number of instance types must not exceed ${mostTypes}.`);
  if (new Set(types).size < types.length) throw invalid('Each override must have a different instance type.');
  if (requirements.length > mostRequirements) {
    throw invalid(`The number of instance requirements must not exceed ${mostRequirements}.`);
  }
  if (requirements.length > 0 && types.length > 0) {
    throw invalid('You cannot specify both InstanceType and InstanceRequirements.');
  }
  if (requirements.length > 0 && strategy === 'capacity-optimized-prioritized') {
    throw invalid('capacity-optimized-prioritized cannot be used with InstanceRequirements.');
  }
  const weights = overrides.flatMap(({ WeightedCapacity }) => WeightedCapacity ?? []);
  if (weights.length > 0 && weights.length < overrides.length) {
    throw invalid('WeightedCapacity must be specified for all overrides or for none.');
  }
  for (const weight of weights) {
    if (!/^[1-9]\d{0,2}$/.test(weight)) throw invalid(`WeightedCapacity ${weight} must be between 1 and 999.`);
  }
};

const oneOf = (name: string, value: string | undefined, allowed: readonly string[]): void => {
  if (value !== undefined && !allowed.includes(value)) {
    throw invalid(`${name} ${value} is not valid. Valid values are: ${allowed.join(', ')}.`);
  }
};
