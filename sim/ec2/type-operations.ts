import type {
  DescribeInstanceTypeOfferingsRequest,
  DescribeInstanceTypeOfferingsResult,
  DescribeInstanceTypesRequest,
  DescribeInstanceTypesResult,
  InstanceTypeInfo as Shape,
} from '@aws-sdk/client-ec2';
import { AwsError, type Operation } from '../service.ts';
import type { Fleet } from './fleet.ts';
import { allTypes, type InstanceTypeInfo, isType, typeInfo } from './instance-type.ts';
import { type FilterValues, filtered, pageOf, reading } from './request.ts';

/** Instance types and where they exist. */
export const typeOperations = (fleet: Fleet): Record<string, Operation> => ({
  /** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstanceTypes.html */
  DescribeInstanceTypes: reading<DescribeInstanceTypesRequest>(
    ['InstanceTypes', 'Filters', 'MaxResults', 'NextToken'],
    (input): DescribeInstanceTypesResult => {
      const types = filtered(namedTypes(input.InstanceTypes), input.Filters, typeValues);
      const zones = fleet.network.zones();
      const here = types.filter(({ type }) => zones.some(({ name }) => fleet.market.offers({ type, zone: name })));
      const { items, nextToken } = pageOf(here, input, [5, 100]);
      return { InstanceTypes: items.map(typeShape), NextToken: nextToken };
    },
  ),

  /** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstanceTypeOfferings.html */
  DescribeInstanceTypeOfferings: reading<DescribeInstanceTypeOfferingsRequest>(
    ['LocationType', 'Filters', 'MaxResults', 'NextToken'],
    (input, call): DescribeInstanceTypeOfferingsResult => {
      const { LocationType = 'region' } = input;
      const offered = filtered(offerings(fleet, LocationType, call.region), input.Filters, {
        'instance-type': ({ type }) => type,
        location: ({ location }) => location,
      });
      const { items, nextToken } = pageOf(offered, input, [5, 1_000]);
      return {
        InstanceTypeOfferings: items.map(({ type, location }) => ({
          InstanceType: type as NonNullable<Shape['InstanceType']>,
          LocationType,
          Location: location,
        })),
        NextToken: nextToken,
      };
    },
  ),
});

type Offering = { readonly type: string; readonly location: string };

const offerings = ({ market, network }: Fleet, locationType: string, region: string): Offering[] => {
  const zones = network.zones();
  const zonesOf = (type: string) => zones.filter(({ name }) => market.offers({ type, zone: name }));
  switch (locationType) {
    case 'region':
      return allTypes().flatMap((type) => (zonesOf(type).length > 0 ? [{ type, location: region }] : []));
    case 'availability-zone':
      return allTypes().flatMap((type) => zonesOf(type).map(({ name }) => ({ type, location: name })));
    case 'availability-zone-id':
      return allTypes().flatMap((type) => zonesOf(type).map(({ id }) => ({ type, location: id })));
    default:
      throw new AwsError(
        'InvalidParameterValue',
        `Value (${locationType}) for parameter locationType is invalid. Invalid location type`,
      );
  }
};

/** @throws AwsError InvalidInstanceType that names the unknown types */
const namedTypes = (types: readonly string[] | undefined): InstanceTypeInfo[] => {
  const unknown = (types ?? []).filter((type) => !isType(type));
  if (unknown.length > 0) {
    const text = `The following supplied instance types do not exist: [${unknown.join(', ')}]`;
    throw new AwsError('InvalidInstanceType', text);
  }
  return (types?.length ? [...new Set<string>(types)] : allTypes()).map(typeInfo);
};

const typeValues: FilterValues<InstanceTypeInfo> = {
  'bare-metal': ({ bareMetal }) => String(bareMetal),
  'burstable-performance-supported': ({ burstable }) => String(burstable),
  'current-generation': ({ currentGeneration }) => String(currentGeneration),
  hypervisor: (info) => hypervisor(info),
  'instance-storage-supported': ({ localStorage }) => String(localStorage),
  'instance-type': ({ type }) => type,
  'memory-info.size-in-mib': ({ memoryMiB }) => String(memoryMiB),
  'network-info.ipv4-addresses-per-interface': ({ ipv4PerEni }) => String(ipv4PerEni),
  'network-info.maximum-network-interfaces': ({ maxEnis }) => String(maxEnis),
  'processor-info.supported-architecture': ({ architectures }) => architectures,
  'supported-root-device-type': () => 'ebs',
  'supported-usage-class': ({ usageClasses }) => usageClasses,
  'supported-virtualization-type': () => 'hvm',
  'vcpu-info.default-vcpus': ({ vcpus }) => String(vcpus),
};

const typeShape = (info: InstanceTypeInfo): Shape => ({
  InstanceType: info.type as NonNullable<Shape['InstanceType']>,
  CurrentGeneration: info.currentGeneration,
  SupportedUsageClasses: [...info.usageClasses] as NonNullable<Shape['SupportedUsageClasses']>,
  SupportedRootDeviceTypes: ['ebs'],
  SupportedVirtualizationTypes: ['hvm'],
  BareMetal: info.bareMetal,
  Hypervisor: hypervisor(info),
  ProcessorInfo: {
    SupportedArchitectures: [...info.architectures] as NonNullable<
      NonNullable<Shape['ProcessorInfo']>['SupportedArchitectures']
    >,
  },
  VCpuInfo: { DefaultVCpus: info.vcpus },
  MemoryInfo: { SizeInMiB: info.memoryMiB },
  InstanceStorageSupported: info.localStorage,
  NetworkInfo: {
    MaximumNetworkInterfaces: info.maxEnis,
    Ipv4AddressesPerInterface: info.ipv4PerEni,
  },
  GpuInfo: info.gpus > 0 ? { Gpus: [{ Count: info.gpus, Manufacturer: 'NVIDIA' }] } : undefined,
  BurstablePerformanceSupported: info.burstable,
});

// https://docs.aws.amazon.com/ec2/latest/instancetypes/ec2-nitro-instances.html; bare metal has none.
const hypervisor = ({ family, bareMetal }: InstanceTypeInfo): 'nitro' | 'xen' | undefined => {
  if (bareMetal) return undefined;
  return ['c4', 'i3', 'm4', 'p3', 'r4', 't2'].includes(family) ? 'xen' : 'nitro';
};
