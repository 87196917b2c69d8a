/** The prices of one region, dollars. */
export type RegionPrices = {
  readonly region: string;
  /** what usage types in bills begin with, `EU-` in eu-west-1; empty in us-east-1 */
  readonly usagePrefix: string;
  readonly instances: readonly InstancePrice[];
  /** by usage type without prefix: an hour of a vCPU or of a GB */
  readonly fargate: Readonly<Partial<Record<FargateUsage, number>>>;
};

export type InstancePrice = {
  readonly type: string;
  readonly vcpus: number;
  readonly memoryMiB: number;
  readonly usdPerHour: number;
};

export type FargateUsage =
  | `${'' | 'SpotUsage-'}Fargate-${'' | 'ARM-'}${'vCPU-Hours:perCPU' | 'GB-Hours'}`
  | 'Fargate-EphemeralStorage-GB-Hours';

/** One product of the price list: a price with what filters match. */
export type Product = {
  readonly sequence: number;
  readonly productFamily: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly unit: string;
  readonly usd: number;
};

/** Fargate in us-east-1, Linux. https://aws.amazon.com/fargate/pricing/ */
export const fargateInUsEast1: RegionPrices['fargate'] = {
  'Fargate-vCPU-Hours:perCPU': 0.04048,
  'Fargate-GB-Hours': 0.004445,
  'Fargate-ARM-vCPU-Hours:perCPU': 0.03238,
  'Fargate-ARM-GB-Hours': 0.00356,
  'Fargate-EphemeralStorage-GB-Hours': 0.000111,
};

/** Fargate Spot floats; AWS speaks of up to 70 % off, which stands here. https://aws.amazon.com/fargate/pricing/ */
const spotShare = 0.3;

/** Fargate and Fargate Spot at the prices of us-east-1. */
export const fargatePrices = (): RegionPrices['fargate'] => ({
  ...fargateInUsEast1,
  ...Object.fromEntries(
    Object.entries(fargateInUsEast1)
      .filter(([usage]) => !usage.includes('Ephemeral'))
      .map(([usage, usd]) => [`SpotUsage-${usage}`, usd * spotShare]),
  ),
});

/** The products of EC2 instances: Linux, On-Demand, without further software. */
export const instanceProducts = (regions: readonly RegionPrices[]): Product[] =>
  regions
    .flatMap(({ region, instances }) => instances.map((instance) => ({ region, ...instance })))
    .map(({ region, type, vcpus, memoryMiB, usdPerHour }, sequence) => {
      const metal = type.includes('.metal');
      return {
        sequence,
        productFamily: metal ? 'Compute Instance (bare metal)' : 'Compute Instance',
        unit: 'Hrs',
        usd: usdPerHour,
        attributes: {
          servicecode: 'AmazonEC2',
          servicename: 'Amazon Elastic Compute Cloud',
          locationType: 'AWS Region',
          regionCode: region,
          instanceType: type,
          vcpu: String(vcpus),
          memory: `${memoryMiB / 1_024} GiB`,
          operatingSystem: 'Linux',
          preInstalledSw: 'NA',
          licenseModel: 'No License required',
          tenancy: metal ? 'Dedicated' : 'Shared',
          capacitystatus: 'Used',
          marketoption: 'OnDemand',
          operation: 'RunInstances',
        },
      };
    });

/** The products of Fargate, by usage type. */
export const fargateProducts = (regions: readonly RegionPrices[]): Product[] =>
  regions
    .flatMap((prices) => Object.entries(prices.fargate).map(([usage, usd]) => ({ ...prices, usage, usd })))
    .map(({ region, usagePrefix, usage, usd }, sequence) => ({
      sequence,
      productFamily: 'Compute',
      unit: 'hours',
      usd,
      attributes: {
        servicecode: 'AmazonECS',
        servicename: 'Amazon EC2 Container Service',
        locationType: 'AWS Region',
        regionCode: region,
        usagetype: `${usagePrefix}${usage}`,
      },
    }));
