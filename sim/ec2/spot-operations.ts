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
      const toMs = Math.min(EndTime?.getTime() ?? call.at, call.at);
      const fromMs = Math.max(StartTime?.getTime() ?? 0, call.at - historyMs);
      const history = (pool: Pool) => (fromMs > toMs ? [] : pricesOf(fleet, pool, [fromMs, toMs]));
      const { items, nextToken } = pricePage(pricedPools(fleet, input), history, input);
      // Filters pick from the page: one may be empty although more follow.
      return { SpotPriceHistory: filtered(items, input.Filters, priceValues(fleet)), NextToken: nextToken };
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

type Paging = { readonly MaxResults?: number | undefined; readonly NextToken?: string | undefined };

// Pool by pool, so that a page costs no more than what it shows. The token says where to go on; '' is the end.
const pricePage = (pools: readonly Pool[], history: (pool: Pool) => SpotPrice[], input: Paging) => {
  const size = Math.min(1_000, pageSize(input, 1, Number.POSITIVE_INFINITY));
  const [start = 0, skip = 0] = (input.NextToken || '0:0').split(':').map(Number);
  if (!Number.isSafeInteger(start) || !Number.isSafeInteger(skip) || start < 0 || skip < 0) {
    throw new AwsError('InvalidParameterValue', `Invalid token ${input.NextToken}`);
  }
  const items: SpotPrice[] = [];
  for (let index = start; index < pools.length; index += 1) {
    const prices = history(pools[index] as Pool);
    for (let place = index === start ? skip : 0; place < prices.length; place += 1) {
      if (items.length === size) return { items, nextToken: `${index}:${place}` };
      items.push(prices[place] as SpotPrice);
    }
  }
  return { items, nextToken: '' };
};

const priceValues = ({ network }: Fleet): FilterValues<SpotPrice> => ({
  'availability-zone': (price) => price.AvailabilityZone,
  'availability-zone-id': (price) => network.zoneId(price.AvailabilityZone ?? ''),
  'instance-type': (price) => price.InstanceType,
  'product-description': () => linux,
  'spot-price': (price) => price.SpotPrice,
});
