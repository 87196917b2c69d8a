import {
  DescribeInstanceTypeOfferingsCommand,
  DescribeInstanceTypesCommand,
  type EC2Client,
  type InstanceTypeInfo as Wire,
} from '@aws-sdk/client-ec2';
import type { Catalogue, InstanceType } from '../model/offerings.ts';

const TYPES_PER_PAGE = 100; // https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstanceTypes.html
const OFFERINGS_PER_PAGE = 1_000; // https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstanceTypeOfferings.html

/** All instance types of the region, and the zones in which each is offered: some fifteen calls. */
export async function instanceCatalogue(ec2: EC2Client): Promise<Catalogue> {
  const [types, zones] = await Promise.all([allTypes(ec2), allOfferings(ec2)]);
  return { types, zones };
}

async function allTypes(ec2: EC2Client): Promise<ReadonlyMap<string, InstanceType>> {
  const types = new Map<string, InstanceType>();
  let NextToken: string | undefined;
  do {
    const page = await ec2.send(
      new DescribeInstanceTypesCommand({ MaxResults: TYPES_PER_PAGE, ...(NextToken && { NextToken }) }),
    );
    for (const wire of page.InstanceTypes ?? []) {
      const type = inModel(wire);
      if (type) types.set(type.type, type);
    }
    NextToken = page.NextToken;
  } while (NextToken);
  return types;
}

async function allOfferings(ec2: EC2Client): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const zones = new Map<string, Set<string>>();
  let NextToken: string | undefined;
  do {
    const page = await ec2.send(
      new DescribeInstanceTypeOfferingsCommand({
        LocationType: 'availability-zone',
        MaxResults: OFFERINGS_PER_PAGE,
        ...(NextToken && { NextToken }),
      }),
    );
    for (const { InstanceType: type, Location: zone } of page.InstanceTypeOfferings ?? []) {
      if (type === undefined || zone === undefined) continue;
      const known = zones.get(type);
      if (known) known.add(zone);
      else zones.set(type, new Set([zone]));
    }
    NextToken = page.NextToken;
  } while (NextToken);
  return zones;
}

/** undefined: a type without a size cannot be compared with what tasks need. */
function inModel(wire: Wire): InstanceType | undefined {
  const { InstanceType: type } = wire;
  const vcpus = wire.VCpuInfo?.DefaultVCpus;
  const memoryMiB = wire.MemoryInfo?.SizeInMiB;
  if (type === undefined || vcpus === undefined || memoryMiB === undefined) return undefined;
  return {
    type,
    vcpus,
    memoryMiB,
    architectures: wire.ProcessorInfo?.SupportedArchitectures ?? [],
    virtualization: wire.SupportedVirtualizationTypes ?? [],
    spot: wire.SupportedUsageClasses?.includes('spot') ?? false,
    gpus: (wire.GpuInfo?.Gpus ?? []).reduce((sum, { Count }) => sum + (Count ?? 0), 0),
    burstable: wire.BurstablePerformanceSupported ?? false,
    localStorage: wire.InstanceStorageSupported ?? false,
    bareMetal: wire.BareMetal ?? false,
    currentGeneration: wire.CurrentGeneration ?? false,
    interfaces: wire.NetworkInfo?.MaximumNetworkInterfaces ?? 0,
  };
}
