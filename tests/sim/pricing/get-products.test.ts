import { GetProductsCommand, type GetProductsCommandInput, paginateGetProducts } from '@aws-sdk/client-pricing';
import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../../../sim/clock.ts';
import { Endpoint } from '../../../sim/endpoint.ts';
import { fargateInUsEast1, type RegionPrices } from '../../../sim/pricing/products.ts';
import { pricingService } from '../../../sim/pricing/service.ts';
import { keyedRandom } from '../../../sim/random.ts';
import { clientsOf, settle } from '../clients.ts';

const instances = [
  { type: 'm5.large', vcpus: 2, memoryMiB: 8_192, usdPerHour: 0.096 },
  { type: 'c5.xlarge', vcpus: 4, memoryMiB: 8_192, usdPerHour: 0.17 },
  { type: 'm5.metal', vcpus: 96, memoryMiB: 393_216, usdPerHour: 4.608 },
];
const regions: RegionPrices[] = [
  { region: 'us-east-1', usagePrefix: '', instances, fargate: fargateInUsEast1 },
  { region: 'eu-west-1', usagePrefix: 'EU-', instances, fargate: fargateInUsEast1 },
];

const priceList = (region = 'us-east-1') => {
  const clock = new VirtualClock(Date.UTC(2026, 7, 14));
  const services = [pricingService(() => regions)];
  const endpoint = new Endpoint({ clock, random: keyedRandom(1), services, account: '123456789012' });
  const { pricing } = clientsOf(endpoint, 'test', region);
  const get = async (input: Partial<GetProductsCommandInput>) => {
    const command = new GetProductsCommand({ ServiceCode: 'AmazonEC2', ...input });
    const { PriceList = [], NextToken } = await settle(clock, pricing.send(command));
    return { NextToken, products: (PriceList as unknown[]).map(read) };
  };
  return { clock, pricing, get };
};

type Entry = { product: { sku: string; attributes: Record<string, string> }; terms: { OnDemand: object } };

const read = (text: unknown): Entry => JSON.parse(String(text));

const match = (fields: Readonly<Record<string, string>>) =>
  Object.entries(fields).map(([Field, Value]) => ({ Type: 'TERM_MATCH' as const, Field, Value }));

// The filters that public tools use to find the price of an On-Demand instance.
const onDemandLinux = {
  regionCode: 'eu-west-1',
  serviceCode: 'AmazonEC2',
  preInstalledSw: 'NA',
  operatingSystem: 'Linux',
  capacitystatus: 'Used',
  marketoption: 'OnDemand',
  tenancy: 'Shared',
  productFamily: 'Compute Instance',
};

describe('GetProducts', () => {
  it('gives the On-Demand price of an instance type in the nesting of the price list', async () => {
    const { products } = await priceList().get({ Filters: match({ ...onDemandLinux, instanceType: 'm5.large' }) });
    expect(products).toHaveLength(1);
    const [{ product, terms }] = products as [Entry];
    expect(product.attributes).toMatchObject({ instanceType: 'm5.large', regionCode: 'eu-west-1', memory: '8 GiB' });
    const [term] = Object.values(terms.OnDemand) as [{ priceDimensions: object }];
    const [dimension] = Object.values(term.priceDimensions);
    expect(dimension).toMatchObject({ unit: 'Hrs', pricePerUnit: { USD: '0.0960000000' } });
  });

  it('keeps bare metal in a family of its own', async () => {
    const shared = await priceList().get({ Filters: match(onDemandLinux) });
    expect(shared.products.map(({ product }) => product.attributes.instanceType)).toEqual(['m5.large', 'c5.xlarge']);
    const metal = await priceList().get({
      Filters: match({ regionCode: 'eu-west-1', productFamily: 'Compute Instance (bare metal)' }),
    });
    expect(metal.products.map(({ product }) => product.attributes.instanceType)).toEqual(['m5.metal']);
  });

  it('gives Fargate prices by usage type, with the prefix of the region', async () => {
    const { products } = await priceList().get({
      ServiceCode: 'AmazonECS',
      Filters: match({ usagetype: 'EU-Fargate-ARM-vCPU-Hours:perCPU' }),
    });
    expect(products).toHaveLength(1);
    expect(JSON.stringify(products[0]?.terms)).toContain('"USD":"0.0323800000"');
  });

  it.each([
    ['EQUALS', 'm5.large', 1],
    ['CONTAINS', 'm5', 2],
    ['ANY_OF', 'm5.large,c5.xlarge', 2],
    ['NONE_OF', 'm5.large', 2],
  ] as const)('filters with %s', async (Type, Value, count) => {
    const region = match({ regionCode: 'us-east-1' });
    const { products } = await priceList().get({ Filters: [...region, { Type, Field: 'instanceType', Value }] });
    expect(products).toHaveLength(count);
  });

  it('pages until every product was given once', async () => {
    const { clock, pricing } = priceList();
    const all = async () => {
      const skus: string[] = [];
      const pages = paginateGetProducts({ client: pricing, pageSize: 4 }, { ServiceCode: 'AmazonEC2' });
      for await (const { PriceList = [] } of pages) {
        for (const text of PriceList) skus.push(read(text).product.sku);
      }
      return skus;
    };
    const skus = await settle(clock, all());
    expect(new Set(skus).size).toBe(6);
    expect(skus).toHaveLength(6);
  });

  it.each([
    ['a page size over 100', { MaxResults: 101 }, 'InvalidParameterException'],
    ['a token it never gave', { NextToken: 'nonsense' }, 'InvalidNextTokenException'],
    ['another format', { FormatVersion: 'aws_v2' }, 'InvalidParameterException'],
    ['a service without simulated prices', { ServiceCode: 'AmazonS3' }, 'NotImplemented'],
    ['a filter by an attribute it does not have', { Filters: match({ storage: 'EBS only' }) }, 'NotImplemented'],
  ])('refuses %s', async (_, input, name) => {
    await expect(priceList().get(input)).rejects.toMatchObject({ name });
  });

  it('has no endpoint outside its three regions', async () => {
    await expect(priceList('eu-west-1').get({})).rejects.toMatchObject({ name: 'NotImplemented' });
  });
});
