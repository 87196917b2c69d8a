import type { Market } from '../market/market.ts';
import { AwsError } from '../service.ts';
import { architectureOf } from './images.ts';
import type { Pool } from './instance.ts';
import { typeInfo } from './instance-type.ts';
import type { Network } from './network.ts';
import type { VcpuQuotas } from './quotas.ts';

export type LaunchRequest = Pool & {
  readonly spot: boolean;
  /** the most to pay for a Spot Instance, dollars an hour; default the On-Demand price */
  readonly maxPrice?: number;
  /** default an ECS image of the type's architecture */
  readonly imageId?: string;
};

type Parts = { readonly market: Market; readonly network: Network; readonly quotas: VcpuQuotas };

/**
 * Refuses a launch as RunInstances would.
 * https://docs.aws.amazon.com/autoscaling/ec2/userguide/ts-as-capacity.html and ts-as-instancelaunchfailure.html
 * @throws AwsError Unsupported, InvalidParameterValue, MaxSpotInstanceCountExceeded, VcpuLimitExceeded,
 * SpotMaxPriceTooLow or InsufficientInstanceCapacity; Error for an unknown type
 */
export const checkLaunch = (request: LaunchRequest, { market, network, quotas }: Parts): void => {
  const { type, zone, spot, maxPrice, imageId } = request;
  const { architectures } = typeInfo(type);
  network.subnet(zone);
  if (!market.offers(request)) throw new AwsError('Unsupported', unsupported(request, market, network));
  if (imageId !== undefined && !architectures.includes(architectureOf(imageId))) {
    const text =
      `The architecture '${architectures.join(',')}' of the specified instance type does not match the architecture ` +
      `'${architectureOf(imageId)}' of the specified AMI. Specify an instance type and an AMI that have matching ` +
      "architectures, and try again. You can use 'describe-instance-types' or 'describe-images' to discover the " +
      'architecture of the instance type or AMI.';
    throw new AwsError('InvalidParameterValue', text);
  }
  quotas.check(type, spot);
  if (!spot) {
    if (!market.hasOnDemand(request)) {
      throw new AwsError('InsufficientInstanceCapacity', noOnDemand(request, market, network), 500);
    }
    return;
  }
  const price = market.price(request);
  if (maxPrice !== undefined && maxPrice < price) {
    const text = `Your Spot request price of ${maxPrice} is lower than the minimum required Spot request fulfillment price of ${price}.`;
    throw new AwsError('SpotMaxPriceTooLow', text);
  }
  if (market.headroom(request) === 0) throw noSpotCapacity;
};

// Made once: a storm of launches fails by the thousand, and the stack trace of each error is what costs.
const noSpotCapacity = new AwsError(
  'InsufficientInstanceCapacity',
  'There is no Spot capacity available that matches your request.',
  500,
);

const unsupported = ({ type, zone }: Pool, market: Market, network: Network): string => {
  const others = zonesWhere(network, (other) => market.offers({ type, zone: other }));
  return (
    `Your requested instance type (${type}) is not supported in your requested Availability Zone (${zone}). Please retry ` +
    `your request by not specifying an Availability Zone${others ? ` or choosing ${others}` : ''}.`
  );
};

const noOnDemand = ({ type, zone }: Pool, market: Market, network: Network): string => {
  const others = zonesWhere(network, (other) => market.hasOnDemand({ type, zone: other }));
  return (
    `We currently do not have sufficient ${type} capacity in the Availability Zone you requested (${zone}). Our system ` +
    `will be working on provisioning additional capacity. You can currently get ${type} capacity by not specifying an ` +
    `Availability Zone in your request${others ? ` or choosing ${others}` : ''}.`
  );
};

const zonesWhere = (network: Network, has: (zone: string) => boolean): string =>
  network
    .zones()
    .map(({ name }) => name)
    .filter(has)
    .join(', ');
