import type { Filter, GetProductsRequest, GetProductsResponse } from '@aws-sdk/client-pricing';
import { AwsError, type Call, type Service } from '../service.ts';
import { checkRange } from '../validation.ts';
import { page } from '../world/page.ts';
import { fargateProducts, instanceProducts, type Product, type RegionPrices } from './products.ts';

/**
 * The Price List API with On-Demand Linux instances and Fargate. Other products answer NotImplemented.
 * https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_pricing_GetProducts.html
 */
export const pricingService = (regions: () => readonly RegionPrices[]): Service => {
  // Made when somebody asks: most accounts are never asked.
  let made: Readonly<Record<string, readonly Product[]>> | undefined;
  const products = () => {
    made ??= { AmazonEC2: instanceProducts(regions()), AmazonECS: fargateProducts(regions()) };
    return made;
  };
  return {
    id: 'pricing',
    operations: {
      GetProducts: (input: GetProductsRequest, call: Call): GetProductsResponse => {
        checkEndpoint(call.region);
        const { ServiceCode: code = '', Filters: filters = [], FormatVersion: format = 'aws_v1' } = input;
        const { MaxResults: size, NextToken: token } = input;
        if (format !== 'aws_v1') throw new AwsError('InvalidParameterException', `Invalid FormatVersion: ${format}`);
        checkRange('maxResults', size, { least: 1, most: 100, code: 'InvalidParameterException' });
        const ofService = products()[code];
        if (!ofService) throw new AwsError('NotImplemented', `the simulated price list has no ${code}`, 501);
        const matchers = filters.map((filter) => matcher(filter, ofService));
        const matching = ofService.filter((product) => matchers.every((matches) => matches(product)));
        const invalidTokenCode = 'InvalidNextTokenException';
        const { items, nextToken } = page(matching, { size: size ?? 100, token, invalidTokenCode });
        return {
          FormatVersion: format,
          PriceList: items.map((product) => priceListEntry(code, product, call.at)),
          NextToken: nextToken,
        };
      },
    },
  };
};

// https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/price-list-api.html
const endpointRegions = ['us-east-1', 'eu-central-1', 'ap-south-1'];

const checkEndpoint = (region: string): void => {
  if (endpointRegions.includes(region)) return;
  const text = `the Price List API has no endpoint in ${region}, only in ${endpointRegions.join(', ')}`;
  throw new AwsError('NotImplemented', text, 501);
};

// Clients write field names in any case: `serviceCode` for the attribute `servicecode`.
const matcher = ({ Type, Field, Value = '' }: Filter, products: readonly Product[]): ((p: Product) => boolean) => {
  const field = (Field ?? '').toLowerCase();
  const names = Object.keys(products[0]?.attributes ?? {});
  const name = field === 'productfamily' ? 'productFamily' : names.find((known) => known.toLowerCase() === field);
  if (name === undefined && products.length > 0) {
    throw new AwsError('NotImplemented', `the simulated price list has no attribute ${Field} to filter by`, 501);
  }
  const fieldOf = (product: Product): string =>
    name === 'productFamily' ? product.productFamily : (product.attributes[name ?? ''] ?? '');
  if (Type === 'TERM_MATCH' || Type === 'EQUALS') return (product) => fieldOf(product) === Value;
  if (Type === 'CONTAINS') return (product) => fieldOf(product).includes(Value);
  const values = Value.split(',').map((value) => value.trim());
  if (Type === 'ANY_OF') return (product) => values.includes(fieldOf(product));
  if (Type === 'NONE_OF') return (product) => !values.includes(fieldOf(product));
  throw new AwsError(
    'InvalidParameterException',
    `1 validation error detected: Value '${Type}' at 'filters' failed to satisfy constraint: Member must satisfy enum value set: [TERM_MATCH, EQUALS, CONTAINS, ANY_OF, NONE_OF]`,
  );
};

const onDemandTerm = 'JRTCKXETXF';
const hourlyRate = '6YS6EN2CT7';

/** A product as the JSON text in which the API gives it. */
const priceListEntry = (serviceCode: string, product: Product, at: number): string => {
  const { productFamily, attributes, unit, usd } = product;
  const sku = `${serviceCode.slice(-3)}${product.sequence.toString(36).toUpperCase().padStart(13, '0')}`;
  const rateCode = `${sku}.${onDemandTerm}.${hourlyRate}`;
  const date = new Date(at).toISOString();
  const dimension = {
    unit,
    endRange: 'Inf',
    description: `$${usd} per ${unit} of ${attributes.instanceType ?? attributes.usagetype}`,
    appliesTo: [],
    rateCode,
    beginRange: '0',
    pricePerUnit: { USD: usd.toFixed(10) },
  };
  const term = {
    priceDimensions: { [rateCode]: dimension },
    sku,
    effectiveDate: `${date.slice(0, 7)}-01T00:00:00Z`,
    offerTermCode: onDemandTerm,
    termAttributes: {},
  };
  return JSON.stringify({
    product: { productFamily, attributes, sku },
    serviceCode,
    terms: { OnDemand: { [`${sku}.${onDemandTerm}`]: term } },
    version: `${date.slice(0, 10).replaceAll('-', '')}000000`,
    publicationDate: `${date.slice(0, 10)}T00:00:00Z`,
  });
};
