import type {
  DescribeSpotPriceHistoryRequest,
  DescribeSpotPriceHistoryResult,
  GetSpotPlacementScoresRequest,
  GetSpotPlacementScoresResult,
  SpotPrice,
} from '@aws-sdk/client-ec2';
import { AwsError, type Operation } from '../service.ts';
import type { Fleet } from './fleet.ts';
import type { Pool } from './instance.ts';
import { allTypes, isType, typeInfo } from './instance-type.ts';
import { PlacementScores } from './placement-scores.ts';
import { type FilterValues, filtered, notImplemented, pageOf, pageSize, reading } from './request.ts';

const historyMs = 90 * 24 * 3_600_000;

/** What the Spot market tells: prices and placement scores. */
export const spotOperations = (
  fleet: Fleet,
  placement = new PlacementScores(fleet.market),
): Record<string, Operation> => ({
  /** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSpotPriceHistory.html */
  DescribeSpotPriceHistory: reading<DescribeSpotPriceHistoryRequest>(
    [
      'InstanceTypes',
      'ProductDescriptions',
      'AvailabilityZone',
      'AvailabilityZoneId',
      'StartTime',
      'EndTime',
      'Filters',
      'MaxResults',
      'NextToken',
    ],
    (input, call): DescribeSpotPriceHistoryResult => {
      const { StartTime, EndTime } = input;
      const start = startOf(input.NextToken);
      // Later pages end where the first did: a change in between would move everything by one.
      const toMs = start.toMs ?? Math.floor(Math.min(EndTime?.getTime() ?? call.at, call.at));
      const fromMs = Math.max(StartTime?.getTime() ?? 0, call.at - historyMs);
      const history = (pool: Pool) =>
        fromMs > toMs || !fleet.market.tellsPrices(pool) ? [] : pricesOf(fleet, pool, [fromMs, toMs]);
      const size = Math.min(1_000, pageSize(input, 1, Number.POSITIVE_INFINITY));
      const { items, next } = pricePage(pricedPools(fleet, input), history, { ...start, size });
      const nextToken = next && `${next.pool}:${next.place}:${toMs}`;
      // Filters pick from the page: one may be empty although more follow.
      return { SpotPriceHistory: filtered(items, input.Filters, priceValues(fleet)), NextToken: nextToken ?? '' };
    },
  ),

  /** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_GetSpotPlacementScores.html */
  GetSpotPlacementScores: reading<GetSpotPlacementScoresRequest>(
    [
      'InstanceTypes',
      'TargetCapacity',
      'TargetCapacityUnitType',
      'SingleAvailabilityZone',
      'RegionNames',
      'MaxResults',
      'NextToken',
    ],
    (input, call): GetSpotPlacementScoresResult => {
      checkPlacement(input, call.region);
      placement.admit(input, call.at);
      const scores = placement.scores(input, call.region, fleet.network.zones());
      const { items, nextToken } = pageOf(scores, input, [10, 1_000]);
      return { SpotPlacementScores: items, NextToken: nextToken };
    },
  ),
});

const checkPlacement = (input: GetSpotPlacementScoresRequest, region: string): void => {
  const { TargetCapacity: target = 0, InstanceTypes: types = [], RegionNames: regions = [] } = input;
  if (target < 1) {
    throw new AwsError('InvalidParameterValue', `The target capacity ${target} is invalid: it must be at least 1.`);
  }
  if (types.length === 0) {
    const text = 'Either InstanceTypes or InstanceRequirementsWithMetadata must be specified.';
    throw new AwsError('MissingParameter', text);
  }
  const unknown = types.filter((type) => !isType(type));
  if (unknown.length > 0)
    throw new AwsError('InvalidParameterValue', `Invalid instance types: [${unknown.join(', ')}]`);
  const other = regions.find((name) => name !== region);
  if (other !== undefined) throw notImplemented(`the placement score of another region (${other}) than the one called`);
};

const linux = ['Linux/UNIX', 'Linux/UNIX (Amazon VPC)'];

const pricedPools = ({ market, network }: Fleet, input: DescribeSpotPriceHistoryRequest): Pool[] => {
  const { InstanceTypes, ProductDescriptions, AvailabilityZone, AvailabilityZoneId } = input;
  if (AvailabilityZone !== undefined && AvailabilityZoneId !== undefined) {
    const text = 'Either AvailabilityZone or AvailabilityZoneId can be specified, but not both';
    throw new AwsError('InvalidParameterCombination', text);
  }
  const unknown = (InstanceTypes ?? []).find((type) => !isType(type));
  if (unknown !== undefined) throw new AwsError('InvalidParameterValue', `Invalid instance type: [${unknown}]`);
  if (ProductDescriptions?.length && !ProductDescriptions.some((product) => linux.includes(product))) return [];
  const zones = network
    .zones()
    .filter(({ name, id }) => (AvailabilityZone ?? name) === name && (AvailabilityZoneId ?? id) === id);
  const types = InstanceTypes?.length ? [...new Set<string>(InstanceTypes)] : allTypes();
  return types
    .filter((type) => typeInfo(type).usageClasses.includes('spot'))
    .flatMap((type) => zones.map(({ name }) => ({ type, zone: name })))
    .filter((pool) => market.offers(pool));
};

/** Newest first. */
const pricesOf = ({ market, network }: Fleet, pool: Pool, [from, to]: readonly [number, number]): SpotPrice[] =>
  market
    .priceChanges(pool, from, to)
    .reverse()
    .map(({ atMs, price }) => ({
      AvailabilityZone: pool.zone,
      AvailabilityZoneId: network.zoneId(pool.zone),
      InstanceType: pool.type as NonNullable<SpotPrice['InstanceType']>,
      ProductDescription: 'Linux/UNIX',
      SpotPrice: price.toFixed(6),
      Timestamp: new Date(atMs),
    }));

type Start = { readonly pool: number; readonly place: number };

const startOf = (token: string | undefined): Start & { readonly toMs: number | undefined } => {
  if (!token) return { pool: 0, place: 0, toMs: undefined };
  const [, pool, place, toMs] = /^(\d{1,9}):(\d{1,9}):(\d{1,15})$/.exec(token) ?? [];
  if (toMs === undefined) throw new AwsError('InvalidParameterValue', `Invalid token ${token}`);
  return { pool: Number(pool), place: Number(place), toMs: Number(toMs) };
};

// Pool by pool, so that a page costs no more than what it shows.
const pricePage = (
  pools: readonly Pool[],
  history: (pool: Pool) => SpotPrice[],
  start: Start & { readonly size: number },
): { readonly items: SpotPrice[]; readonly next: Start | undefined } => {
  const items: SpotPrice[] = [];
  for (let pool = start.pool; pool < pools.length; pool += 1) {
    const prices = history(pools[pool] as Pool);
    for (let place = pool === start.pool ? start.place : 0; place < prices.length; place += 1) {
      if (items.length === start.size) return { items, next: { pool, place } };
      items.push(prices[place] as SpotPrice);
    }
  }
  return { items, next: undefined };
};

const priceValues = ({ network }: Fleet): FilterValues<SpotPrice> => ({
  'availability-zone': (price) => price.AvailabilityZone,
  'availability-zone-id': (price) => network.zoneId(price.AvailabilityZone ?? ''),
  'instance-type': (price) => price.InstanceType,
  'product-description': () => linux,
  'spot-price': (price) => price.SpotPrice,
});
