import type { InstanceRequirements } from '@aws-sdk/client-auto-scaling';
import { allTypes, type InstanceTypeInfo, typeInfo } from '../ec2/instance-type.ts';
import { onDemandPrice } from '../ec2/prices.ts';
import { AwsError } from '../service.ts';

/** Price protection when nothing is said, percent, as AWS documents it for InstanceRequirements. */
const defaultSpotPercentage = 100;
const defaultOnDemandPercentage = 20;

/** Requirements that the account can judge; any other is refused. */
const known = new Set([
  'VCpuCount',
  'MemoryMiB',
  'MemoryGiBPerVCpu',
  'InstanceGenerations',
  'BurstablePerformance',
  'BareMetal',
  'ExcludedInstanceTypes',
  'AllowedInstanceTypes',
  'AcceleratorCount',
  'LocalStorage',
  'SpotMaxPricePercentageOverLowestPrice',
  'OnDemandMaxPricePercentageOverLowestPrice',
]);

/**
 * The instance types that meet attribute-based requirements, by On-Demand price. Price protection compares with the
 * cheapest current-generation type that meets them (of C, M or R, if there is one).
 * https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_InstanceRequirements.html
 * @param architecture of the launch template's image
 * @throws AwsError NotImplemented for a requirement that is not imitated, ValidationError when no type is left
 */
export const typesMeeting = (
  requirements: InstanceRequirements,
  { architecture, spot }: { readonly architecture: string; readonly spot: boolean },
): string[] => {
  for (const [name, value] of Object.entries(requirements)) {
    if (value !== undefined && !known.has(name)) {
      throw new AwsError('NotImplemented', `InstanceRequirements.${name} is not imitated`, 501);
    }
  }
  const meeting = allTypes()
    .map(typeInfo)
    .filter((info) => info.architectures.includes(architecture) && meets(info, requirements))
    .map(({ type, currentGeneration }) => ({ type, currentGeneration, price: onDemandPrice(type) }))
    .sort((a, b) => a.price - b.price);
  const current = meeting.filter(({ currentGeneration }) => currentGeneration);
  const [cheapest] = [...current.filter(({ type }) => /^[cmr]\d/.test(type)), ...current, ...meeting];
  if (!cheapest) {
    throw new AwsError('ValidationError', 'No instance types satisfy the instance requirements you specified.');
  }
  const percentage = spot
    ? (requirements.SpotMaxPricePercentageOverLowestPrice ?? defaultSpotPercentage)
    : (requirements.OnDemandMaxPricePercentageOverLowestPrice ?? defaultOnDemandPercentage);
  const most = cheapest.price * (1 + percentage / 100);
  return meeting.filter(({ price }) => percentage >= 999_999 || price <= most).map(({ type }) => type);
};

const meets = (info: InstanceTypeInfo, wanted: InstanceRequirements): boolean =>
  within(info.vcpus, wanted.VCpuCount) &&
  within(info.memoryMiB, wanted.MemoryMiB) &&
  within(info.memoryMiB / 1_024 / info.vcpus, wanted.MemoryGiBPerVCpu) &&
  // Without a count, types with accelerators are not left out by AWS; a maximum of 0 does that.
  within(info.gpus, wanted.AcceleratorCount) &&
  ofGeneration(info, wanted.InstanceGenerations) &&
  allowed(info.burstable, wanted.BurstablePerformance ?? 'excluded') &&
  allowed(info.bareMetal, wanted.BareMetal ?? 'excluded') &&
  allowed(info.localStorage, wanted.LocalStorage ?? 'included') &&
  !wanted.ExcludedInstanceTypes?.some((pattern) => matches(info.type, pattern)) &&
  (!wanted.AllowedInstanceTypes?.length || wanted.AllowedInstanceTypes.some((each) => matches(info.type, each)));

const within = (value: number, range: { Min?: number | undefined; Max?: number | undefined } | undefined): boolean =>
  value >= (range?.Min ?? 0) && value <= (range?.Max ?? Number.POSITIVE_INFINITY);

const ofGeneration = ({ currentGeneration }: InstanceTypeInfo, generations: readonly string[] | undefined): boolean =>
  !generations?.length || generations.includes(currentGeneration ? 'current' : 'previous');

const allowed = (has: boolean, wanted: string): boolean => wanted === 'included' || has === (wanted === 'required');

// `m5.8xlarge`, `c5*.*`, `m5a.*`, `*3*`
const matches = (type: string, pattern: string): boolean =>
  new RegExp(`^${pattern.replaceAll('.', '\\.').replaceAll('*', '.*')}$`).test(type);
