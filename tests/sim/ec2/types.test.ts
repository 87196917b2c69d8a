import {
  DescribeInstanceTypeOfferingsCommand,
  DescribeInstanceTypesCommand,
  type DescribeInstanceTypesCommandInput,
} from '@aws-sdk/client-ec2';
import { describe, expect, test } from 'vitest';
import { allTypes, typeInfo } from '../../../sim/ec2/instance-type.ts';
import { clientsOf, settle } from '../clients.ts';
import { smallAccount } from '../small-account.ts';

const world = () => {
  const { account, region } = smallAccount();
  const { ec2 } = clientsOf(account.endpoint);
  return {
    region,
    types: (input: DescribeInstanceTypesCommandInput) =>
      settle(account.clock, ec2.send(new DescribeInstanceTypesCommand(input))),
    offerings: (input: object) => settle(account.clock, ec2.send(new DescribeInstanceTypeOfferingsCommand(input))),
  };
};

describe('DescribeInstanceTypes', () => {
  test('tells size, architecture, network interfaces and generation', async () => {
    const { InstanceTypes } = await world().types({ InstanceTypes: ['m6g.large'] });
    expect(InstanceTypes).toMatchObject([
      {
        InstanceType: 'm6g.large',
        CurrentGeneration: true,
        BareMetal: false,
        Hypervisor: 'nitro',
        SupportedUsageClasses: ['on-demand', 'spot'],
        ProcessorInfo: { SupportedArchitectures: ['arm64'] },
        VCpuInfo: { DefaultVCpus: 2 },
        MemoryInfo: { SizeInMiB: 8_192 },
        NetworkInfo: { MaximumNetworkInterfaces: 3, Ipv4AddressesPerInterface: 10 },
        BurstablePerformanceSupported: false,
        InstanceStorageSupported: false,
      },
    ]);
  });

  test('has at most 100 types on a page and gives each of them once', async () => {
    const { types } = world();
    const names: (string | undefined)[] = [];
    let NextToken: string | undefined;
    do {
      const answer = await types({ NextToken, MaxResults: 100 });
      expect(answer.InstanceTypes?.length).toBeLessThanOrEqual(100);
      names.push(...(answer.InstanceTypes ?? []).map(({ InstanceType }) => InstanceType));
      NextToken = answer.NextToken;
    } while (NextToken);
    expect(names).toEqual([...allTypes()]);
    await expect(types({ MaxResults: 101 })).rejects.toMatchObject({ name: 'InvalidParameterValue' });
  });

  test('filters, with wildcards', async () => {
    const { types } = world();
    const Filters = [
      { Name: 'instance-type', Values: ['m6*'] },
      { Name: 'processor-info.supported-architecture', Values: ['arm64'] },
      { Name: 'vcpu-info.default-vcpus', Values: ['4', '8'] },
      { Name: 'instance-storage-supported', Values: ['true'] },
    ];
    const { InstanceTypes } = await types({ Filters });
    expect(InstanceTypes?.map(({ InstanceType }) => InstanceType)).toEqual(['m6gd.xlarge', 'm6gd.2xlarge']);
    await expect(types({ Filters: [{ Name: 'colour', Values: ['blue'] }] })).rejects.toThrow("'colour' is invalid");
  });

  test('refuses unknown types, and a parameter that it lacks', async () => {
    const { types } = world();
    await expect(types({ InstanceTypes: ['m9.large' as 'm5.large'] })).rejects.toMatchObject({
      name: 'InvalidInstanceType',
      message: 'The following supplied instance types do not exist: [m9.large]',
    });
    await expect(types({ IncludeUnsupportedInRegion: true })).rejects.toMatchObject({
      name: 'NotImplemented',
      message: expect.stringContaining('IncludeUnsupportedInRegion'),
    });
    await expect(types({ DryRun: true })).rejects.toMatchObject({ name: 'DryRunOperation' });
  });
});

describe('DescribeInstanceTypeOfferings', () => {
  test('tells zones by name or by id, without those that lack the type', async () => {
    const { region, offerings } = world();
    region.parts.fleet.market.setOffered({ type: 'm6i.large', zone: 'eu-west-1b' }, false);
    const Filters = [{ Name: 'instance-type', Values: ['m6i.large'] }];
    const places = async (LocationType: string) =>
      (await offerings({ LocationType, Filters })).InstanceTypeOfferings?.map(({ Location }) => Location);
    expect(await places('availability-zone')).toEqual(['eu-west-1a', 'eu-west-1c']);
    expect(await places('availability-zone-id')).toEqual(['euw1-az2', 'euw1-az1']);
    expect(await places('region')).toEqual(['eu-west-1']);
  });
});

describe('the table of types', () => {
  test.each([
    ['m6id.large', { localStorage: true, burstable: false, gpus: 0, bareMetal: false }],
    ['t3.micro', { localStorage: false, burstable: true, ecsTrunkTaskLimit: undefined }],
    ['g5.12xlarge', { gpus: 4, localStorage: true }],
    ['c5.large', { maxEnis: 3, taskLimitNoTrunk: 2, ecsTrunkTaskLimit: 10 }],
    ['m5.metal', { bareMetal: true, architectures: ['x86_64'] }],
    ['m7i-flex.large', { localStorage: false, family: 'm7i-flex' }],
    ['p3.2xlarge', { vcpus: 8, memoryMiB: 62_464, gpus: 1 }],
  ])('knows %s', (type, facts) => {
    expect(typeInfo(type)).toMatchObject(facts);
  });

  test('names a type that it lacks', () => {
    expect(() => typeInfo('m9.large')).toThrow('unknown instance type m9.large: expected one of the 1036');
    expect(() => typeInfo('constructor')).toThrow('unknown instance type constructor');
  });
});
