import { DescribeSpotPriceHistoryCommand, type EC2Client, type SpotPrice } from '@aws-sdk/client-ec2';
import {
  type Filter,
  GetProductsCommand,
  type GetProductsCommandOutput,
  type PricingClient,
} from '@aws-sdk/client-pricing';
import type { Instant } from '../model/instant.ts';
import { poolKey } from '../model/offerings.ts';

const SPOT_PER_PAGE = 1_000; // https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSpotPriceHistory.html
const PRODUCTS_PER_PAGE = 100; // https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_pricing_GetProducts.html
const LINUX = ['Linux/UNIX', 'Linux/UNIX (Amazon VPC)'];
const NANO = 1e9;

/**
 * The Spot prices of Linux in all pools of the region as of `now`, integer nano-dollars an hour, by pool (`type zone`).
 * Asked for one instant, EC2 tells each pool's last change before it. A page may be empty although more follow; an
 * empty token is the end.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSpotPriceHistory.html
 */
export async function spotPrices(ec2: EC2Client, now: Instant): Promise<ReadonlyMap<string, number>> {
  const newest = new Map<string, { readonly at: number; readonly price: number }>();
  const at = new Date(now);
  let NextToken: string | undefined;
  do {
    const page = await ec2.send(
      new DescribeSpotPriceHistoryCommand({
        StartTime: at,
        EndTime: at,
        ProductDescriptions: LINUX,
        MaxResults: SPOT_PER_PAGE,
        ...(NextToken && { NextToken }),
      }),
    );
    for (const { pool, since, price } of (page.SpotPriceHistory ?? []).flatMap(spotPrice)) {
      // AWS does not promise an order.
      if (since >= (newest.get(pool)?.at ?? Number.NEGATIVE_INFINITY)) newest.set(pool, { at: since, price });
    }
    NextToken = page.NextToken;
  } while (NextToken);
  return new Map([...newest].map(([pool, { price }]) => [pool, price]));
}

function spotPrice({ InstanceType: type, AvailabilityZone: zone, SpotPrice: text, Timestamp }: SpotPrice) {
  const price = nanoOf(text);
  if (type === undefined || zone === undefined || price === undefined) return [];
  return [{ pool: poolKey({ type, zone }), since: Timestamp?.getTime() ?? 0, price }];
}

/**
 * The On-Demand prices of Linux on shared hosts in the region, and of bare metal, integer nano-dollars an hour, by
 * instance type. Products at no charge (reserved capacity) have no price.
 * https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_pricing_GetProducts.html
 */
export async function onDemandPrices(pricing: PricingClient, region: string): Promise<ReadonlyMap<string, number>> {
  const [shared, metal] = await Promise.all([
    products(pricing, { ...LINUX_PRODUCT, regionCode: region, tenancy: 'Shared', productFamily: 'Compute Instance' }),
    products(pricing, {
      ...LINUX_PRODUCT,
      regionCode: region,
      tenancy: 'Dedicated',
      productFamily: 'Compute Instance (bare metal)',
    }),
  ]);
  return new Map([...metal, ...shared]);
}

const SERVICE = 'AmazonEC2';
const LINUX_PRODUCT = {
  serviceCode: SERVICE,
  preInstalledSw: 'NA',
  operatingSystem: 'Linux',
  capacitystatus: 'Used',
  marketoption: 'OnDemand',
};

async function products(
  pricing: PricingClient,
  fields: Readonly<Record<string, string>>,
): Promise<readonly (readonly [string, number])[]> {
  const Filters = Object.entries(fields).map(([Field, Value]): Filter => ({ Type: 'TERM_MATCH', Field, Value }));
  const prices: (readonly [string, number])[] = [];
  let NextToken: string | undefined;
  do {
    const page: GetProductsCommandOutput = await pricing.send(
      new GetProductsCommand({
        ServiceCode: SERVICE,
        Filters,
        MaxResults: PRODUCTS_PER_PAGE,
        ...(NextToken && { NextToken }),
      }),
    );
    prices.push(...(page.PriceList ?? []).flatMap((text: unknown) => onDemandPrice(JSON.parse(String(text)))));
    NextToken = page.NextToken;
  } while (NextToken);
  return prices;
}

/** A product as the price list tells it, as far as it is read. https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/reading-service-price-list-file.html */
type Product = {
  readonly product?: { readonly attributes?: { readonly instanceType?: string } };
  readonly terms?: { readonly OnDemand?: Readonly<Record<string, Term>> };
};
type Term = {
  readonly priceDimensions?: Readonly<Record<string, { readonly pricePerUnit?: { readonly USD?: string } }>>;
};

function onDemandPrice({ product, terms }: Product): readonly (readonly [string, number])[] {
  const type = product?.attributes?.instanceType;
  const price = Object.values(terms?.OnDemand ?? {})
    .flatMap(({ priceDimensions }) => Object.values(priceDimensions ?? {}))
    .flatMap(({ pricePerUnit }) => nanoOf(pricePerUnit?.USD) ?? [])[0];
  return type === undefined || price === undefined ? [] : [[type, price]];
}

/** Dollars as text in integer nano-dollars; undefined: none, or no charge. */
function nanoOf(dollars: string | undefined): number | undefined {
  const nano = Math.round(Number(dollars) * NANO);
  return Number.isSafeInteger(nano) && nano > 0 ? nano : undefined;
}
