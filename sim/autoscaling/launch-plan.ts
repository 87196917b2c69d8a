import type {
  InstancesDistribution,
  LaunchTemplateOverrides,
  LaunchTemplateSpecification,
  MixedInstancesPolicy,
} from '@aws-sdk/client-auto-scaling';
import type { Fleet } from '../ec2/fleet.ts';
import { architectureOf, imageFor } from '../ec2/images.ts';
import { AwsError } from '../service.ts';
import type { Group, LaunchPool } from './group.ts';
import { typesMeeting } from './instance-requirements.ts';

/**
 * The distribution of a group with AWS's defaults filled in: without a percentage everything is On-Demand.
 * https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_InstancesDistribution.html
 */
export const distributionOf = ({ policy }: Pick<Group, 'policy'>) => {
  const given: InstancesDistribution = policy?.InstancesDistribution ?? {};
  const byAttributes = policy?.LaunchTemplate?.Overrides?.some(({ InstanceRequirements }) => InstanceRequirements);
  const spotStrategy = given.SpotAllocationStrategy ?? 'lowest-price';
  return {
    OnDemandAllocationStrategy: given.OnDemandAllocationStrategy ?? (byAttributes ? 'lowest-price' : 'prioritized'),
    OnDemandBaseCapacity: given.OnDemandBaseCapacity ?? 0,
    OnDemandPercentageAboveBaseCapacity: given.OnDemandPercentageAboveBaseCapacity ?? 100,
    SpotAllocationStrategy: spotStrategy,
    ...(spotStrategy === 'lowest-price' ? { SpotInstancePools: given.SpotInstancePools ?? 2 } : {}),
    ...(given.SpotMaxPrice ? { SpotMaxPrice: given.SpotMaxPrice } : {}),
  };
};

/**
 * How much of a capacity is On-Demand: the base first, then the percentage of the rest, rounded up.
 * @param units capacity units
 * @param isSpot a group of one template without a policy: is it Spot?
 */
export const onDemandShare = (group: Pick<Group, 'policy'>, units: number, isSpot: boolean): number => {
  if (!group.policy) return isSpot ? 0 : units;
  const { OnDemandBaseCapacity: base, OnDemandPercentageAboveBaseCapacity: percentage } = distributionOf(group);
  const above = Math.max(0, units - base);
  return Math.min(units, base) + Math.ceil((above * percentage) / 100);
};

type Source = Pick<Group, 'policy' | 'template' | 'zones'>;

/**
 * Where a group may launch: the types of its overrides (or of its launch template) in each of its zones.
 * @throws AwsError ValidationError for an unknown template, or one without an instance type
 */
export const launchPools = (source: Source, fleet: Fleet): LaunchPool[] => {
  const plan = source.policy?.LaunchTemplate;
  const main = plan?.LaunchTemplateSpecification ?? source.template;
  const overrides = plan?.Overrides?.length ? plan.Overrides : [{}];
  const found = overrides.flatMap((override) => typesOf(override, { main, source, fleet }));
  return found.flatMap((each, priority) => source.zones.map((zone) => ({ ...each, zone, priority })));
};

/**
 * The templates of a policy must leave the purchase option to it; kubernetes/kops#7066 has the answer of AWS.
 * https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-mixed-instances-groups.html
 * @throws AwsError InvalidQueryParameter for a template that asks for Spot Instances
 */
export const checkTemplates = (policy: MixedInstancesPolicy | undefined, fleet: Fleet): void => {
  const { LaunchTemplateSpecification: main, Overrides: overrides = [] } = policy?.LaunchTemplate ?? {};
  const templates = [main, ...overrides.map(({ LaunchTemplateSpecification: own }) => own)];
  if (!templates.some((template) => templateIsSpot(template, fleet))) return;
  const text =
    'Incompatible launch template: You cannot use a launch template that is set to request Spot Instances ' +
    '(InstanceMarketOptions) when you configure an Auto Scaling group with a mixed instances policy. ' +
    'Add a different launch template to the group and try again.';
  throw new AwsError('InvalidQueryParameter', text);
};

/** Does a group of one launch template ask for Spot Instances? */
export const templateIsSpot = (template: LaunchTemplateSpecification | undefined, fleet: Fleet): boolean =>
  template !== undefined && dataOf(template, fleet).InstanceMarketOptions?.MarketType === 'spot';

type Context = {
  readonly main: LaunchTemplateSpecification | undefined;
  readonly source: Source;
  readonly fleet: Fleet;
};
type TypeChoice = Omit<LaunchPool, 'zone' | 'priority'>;

const typesOf = (override: LaunchTemplateOverrides, { main, source, fleet }: Context): TypeChoice[] => {
  const template = override.LaunchTemplateSpecification ?? main;
  const data = template && dataOf(template, fleet);
  const imageId = override.ImageId ?? data?.ImageId;
  const rest = {
    weight: Number(override.WeightedCapacity ?? 1),
    ...(imageId === undefined ? {} : { imageId }),
    ...(template === undefined ? {} : { template }),
  };
  if (override.InstanceRequirements) {
    const spot = onDemandShare(source, 100, false) < 100;
    const architecture = architectureOf(imageId ?? imageFor('x86_64'));
    return typesMeeting(override.InstanceRequirements, { architecture, spot }).map((type) => ({ type, ...rest }));
  }
  const type = override.InstanceType ?? data?.InstanceType;
  if (type !== undefined) return [{ type, ...rest }];
  throw new AwsError(
    'ValidationError',
    'You must use a valid fully-formed launch template. The request must contain the parameter InstanceType',
  );
};

/** A launch template with the version that `$Latest` or `$Default` means now. @throws AwsError ValidationError */
export const resolvedTemplate = (
  template: LaunchTemplateSpecification,
  fleet: Fleet,
): Required<LaunchTemplateSpecification> => {
  const { templateId, templateName, version } = versionOf(template, fleet);
  return { LaunchTemplateId: templateId, LaunchTemplateName: templateName, Version: String(version) };
};

const dataOf = (template: LaunchTemplateSpecification, fleet: Fleet) => versionOf(template, fleet).data;

const versionOf = (template: LaunchTemplateSpecification, fleet: Fleet) => {
  // An id and a name that both are there, as descriptions give them, name the same template.
  const { LaunchTemplateId: id, LaunchTemplateName, Version: version } = template;
  const name = id === undefined ? LaunchTemplateName : undefined;
  try {
    return fleet.templates.find({ id, name, version });
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    throw new AwsError('ValidationError', `You must use a valid fully-formed launch template. ${error.message}`);
  }
};
