import {
  DescribeSpotPriceHistoryCommand,
  type DescribeSpotPriceHistoryCommandInput,
  type EC2Client,
  type SpotPrice,
} from '@aws-sdk/client-ec2';
import {
  type Filter,
  GetProductsCommand,
  type GetProductsCommandOutput,
  type PricingClient,
} from '@aws-sdk/client-pricing';
import { batches } from '../core/batches.ts';
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
  for (const { pool, since, price } of await spotChanges(ec2, { StartTime: new Date(now), EndTime: new Date(now) })) {
    // AWS does not promise an order.
    if (since >= (newest.get(pool)?.at ?? Number.NEGATIVE_INFINITY)) newest.set(pool, { at: since, price });
  }
  return new Map([...newest].map(([pool, { price }]) => [pool, price]));
}

/** A pool's Spot price from `since` (epoch milliseconds) on, nano-dollars an hour. */
export type SpotChange = { readonly pool: string; readonly since: number; readonly price: number };

/**
 * Changes of the Spot prices of Linux, in no particular order: those between StartTime and EndTime and, of each pool,
 * the last one before.
 */
export async function spotChanges(
  ec2: EC2Client,
  asked: Pick<DescribeSpotPriceHistoryCommandInput, 'StartTime' | 'EndTime' | 'InstanceTypes' | 'Filters'>,
): Promise<readonly SpotChange[]> {
  const changes: SpotChange[] = [];
  let NextToken: string | undefined;
  do {
    const page = await ec2.send(
      new DescribeSpotPriceHistoryCommand({
        ...asked,
        ProductDescriptions: LINUX,
        MaxResults: SPOT_PER_PAGE,
        ...(NextToken && { NextToken }),
      }),
    );
    changes.push(...(page.SpotPriceHistory ?? []).flatMap(spotChange));
    NextToken = page.NextToken;
  } while (NextToken);
  return changes;
}

function spotChange({
  InstanceType: type,
  AvailabilityZone: zone,
  SpotPrice: text,
  Timestamp,
}: SpotPrice): SpotChange[] {
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
    instanceProducts(pricing, [...exactly({ ...SHARED, regionCode: region })]),
    instanceProducts(pricing, [...exactly({ ...METAL, regionCode: region })]),
  ]);
  return new Map([...metal, ...shared]);
}

/**
 * The same of some types: one call for a hundred of them, where the whole list takes a dozen.
 * https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_pricing_Filter.html, ANY_OF
 */
export async function onDemandPricesOf(
  pricing: PricingClient,
  region: string,
  types: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const isMetal = (type: string) => type.includes('.metal');
  const lists = [
    { product: SHARED, types: types.filter((type) => !isMetal(type)) },
    { product: METAL, types: types.filter(isMetal) },
  ].flatMap(({ product, types }) => batches(types, TYPES_PER_CALL).map((some) => ({ product, some })));
  const prices = await Promise.all(
    lists.map(({ product, some }) =>
      instanceProducts(pricing, [
        ...exactly({ ...product, regionCode: region }),
        { Type: 'ANY_OF', Field: 'instanceType', Value: some.join(',') },
      ]),
    ),
  );
  return new Map(prices.flat());
}

/** The length of a filter's value is limited to 1024 characters. */
const TYPES_PER_CALL = 40;

const SERVICE = 'AmazonEC2';
const LINUX_PRODUCT = {
  serviceCode: SERVICE,
  preInstalledSw: 'NA',
  operatingSystem: 'Linux',
  capacitystatus: 'Used',
  marketoption: 'OnDemand',
};
const SHARED = { ...LINUX_PRODUCT, tenancy: 'Shared', productFamily: 'Compute Instance' };
const METAL = { ...LINUX_PRODUCT, tenancy: 'Dedicated', productFamily: 'Compute Instance (bare metal)' };

const exactly = (fields: Readonly<Record<string, string>>): Filter[] =>
  Object.entries(fields).map(([Field, Value]) => ({ Type: 'TERM_MATCH', Field, Value }));

async function instanceProducts(pricing: PricingClient, filters: Filter[]): Promise<(readonly [string, number])[]> {
  const found = await products(pricing, SERVICE, filters);
  return found.flatMap(({ attributes: { instanceType: type }, price }) => (type === undefined ? [] : [[type, price]]));
}

/** A product of the price list: what describes it, and what an hour of it costs On-Demand, nano-dollars. */
export type Priced = { readonly attributes: Readonly<Record<string, string | undefined>>; readonly price: number };

/** The products of a service that pass all filters and are not at no charge. */
export async function products(
  pricing: PricingClient,
  serviceCode: string,
  filters: Filter[],
): Promise<readonly Priced[]> {
  const found: Priced[] = [];
  let NextToken: string | undefined;
  do {
    const page: GetProductsCommandOutput = await pricing.send(
      new GetProductsCommand({
        ServiceCode: serviceCode,
        Filters: filters,
        MaxResults: PRODUCTS_PER_PAGE,
        ...(NextToken && { NextToken }),
      }),
    );
    found.push(...(page.PriceList ?? []).flatMap((text: unknown) => priced(JSON.parse(String(text)))));
    NextToken = page.NextToken;
  } while (NextToken);
  return found;
}

/** A product as the price list tells it, as far as it is read. https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/reading-service-price-list-file.html */
type Product = {
  readonly product?: { readonly attributes?: Priced['attributes'] };
  readonly terms?: { readonly OnDemand?: Readonly<Record<string, Term>> };
};
type Term = {
  readonly priceDimensions?: Readonly<Record<string, { readonly pricePerUnit?: { readonly USD?: string } }>>;
};

function priced({ product, terms }: Product): Priced[] {
  const price = Object.values(terms?.OnDemand ?? {})
    .flatMap(({ priceDimensions }) => Object.values(priceDimensions ?? {}))
    .flatMap(({ pricePerUnit }) => nanoOf(pricePerUnit?.USD) ?? [])[0];
  return price === undefined ? [] : [{ attributes: product?.attributes ?? {}, price }];
}

/** Dollars as text in integer nano-dollars; undefined: none, or no charge. */
function nanoOf(dollars: string | undefined): number | undefined {
  const nano = Math.round(Number(dollars) * NANO);
  return Number.isSafeInteger(nano) && nano > 0 ? nano : undefined;
}
