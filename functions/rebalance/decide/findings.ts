import { awsvpcLimit } from '../../../shared/core/eni-limits.ts';
import { targetGroupName } from '../../../shared/plan/describe.ts';
import type { ReviewView } from './view.ts';

/** EC2 gives so much notice before it takes a Spot Instance. */
const NOTICE_SECONDS = 120;
/** More awsvpc tasks by so much are worth an account setting. */
const DENSER = 3;

/**
 * What is wrong with a group, or with what runs on it, one sentence each: the thing, its value, and what to do. Nothing of
 * it is changed.
 * @param current the types that the group launches now
 */
export function findingsOf(view: ReviewView, current: readonly string[]): readonly string[] {
  return [
    ...ofPolicy(view),
    ...ofSpread(view, current),
    ...ofNetwork(view, current),
    ...ofProvider(view),
    ...ofLeaving(view),
  ];
}

/** https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_InstancesDistribution.html */
function ofPolicy({ group: { name, launch } }: ReviewView): readonly string[] {
  if (launch.by !== 'policy') return [];
  const { spotStrategy, onDemandPercentage } = launch.policy;
  return [
    ...(spotStrategy === 'lowest-price'
      ? [
          `${name} has the Spot strategy lowest-price, which fills the pools that EC2 takes first; set price-capacity-optimized`,
        ]
      : []),
    ...(onDemandPercentage >= 100
      ? [
          `${name} has OnDemandPercentageAboveBaseCapacity at ${onDemandPercentage}, AWS's default: it buys no Spot Instances; set it to 0, or to the share that must not be Spot`,
        ]
      : []),
  ];
}

function ofSpread(
  { group: { name, zones }, catalogue, policy }: ReviewView,
  current: readonly string[],
): readonly string[] {
  const short = zones.flatMap((zone) => {
    const pools = current.filter((type) => catalogue.zones.get(type)?.has(zone)).length;
    return pools < policy.minPools ? [`${pools} in ${zone}`] : [];
  });
  return [
    ...(zones.length === 1
      ? [`${name} is in one zone only, ${zones[0]}: when that fails, all of it does; give it subnets in more`]
      : []),
    ...(catalogue.types.size > 0 && current.length > 0 && short.length > 0
      ? [`${name} has fewer than ${policy.minPools} pools (${short.join(', ')}); give it more instance types`]
      : []),
  ];
}

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/container-instance-eni.html */
function ofNetwork({ group: { name }, catalogue, demand }: ReviewView, current: readonly string[]): readonly string[] {
  const awsvpc = demand.services.filter(({ interfaces, daemon }) => interfaces > 0 && !daemon);
  if (awsvpc.length === 0) return [];
  const burstable = current.filter((type) => catalogue.types.get(type)?.burstable);
  const denser = demand.trunking
    ? []
    : current.filter(
        (type) => (awsvpcLimit(type, true) ?? 0) >= DENSER * (awsvpcLimit(type, false) ?? Number.POSITIVE_INFINITY),
      );
  const first = awsvpc[0]?.service ?? '';
  return [
    ...(burstable.length > 0
      ? [
          `${name} runs ${burstable.join(', ')} with services of network mode awsvpc such as ${first}: T types hold few such tasks, and trunking does not help them; take other types`,
        ]
      : []),
    ...(denser.length > 0
      ? [
          `${name} runs without ENI trunking: with the account setting awsvpcTrunking, ${denser[0]} holds ${awsvpcLimit(denser[0], true)} tasks of network mode awsvpc instead of ${awsvpcLimit(denser[0], false)}; it counts for instances that register afterwards`,
        ]
      : []),
  ];
}

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/asg-capacity-providers.html */
function ofProvider({ group, provider, drainsOnSpot }: ReviewView): readonly string[] {
  const { name, launch, capacityRebalance } = group;
  if (provider === undefined) return [];
  const weighted = launch.by === 'policy' && launch.policy.overrides.some(({ weight }) => weight !== undefined);
  return [
    ...(weighted
      ? [
          `${name} has instance weights behind capacity provider ${provider.name}, which ECS does not support; take them off`,
        ]
      : []),
    ...(provider.managedScaling && !capacityRebalance
      ? [
          `${name} is scaled by capacity provider ${provider.name} and has Capacity Rebalancing off: instances that EC2 recommends to move off stay; turn it on`,
        ]
      : []),
    ...(provider.managedDraining && drainsOnSpot
      ? [
          `${name} is drained twice: by managed draining of capacity provider ${provider.name} and by the ECS agent (ECS_ENABLE_SPOT_INSTANCE_DRAINING); leave the latter out of the user data`,
        ]
      : []),
  ];
}

/** https://docs.aws.amazon.com/AmazonECS/latest/bestpracticesguide/load-balancer-connection-draining.html */
const ofLeaving = ({ leaving }: ReviewView): readonly string[] =>
  leaving.flatMap(({ service, targetGroup, deregistrationSeconds, stopSeconds }) =>
    deregistrationSeconds + stopSeconds > NOTICE_SECONDS
      ? [
          `tasks of ${service} take up to ${deregistrationSeconds + stopSeconds} s to leave, longer than a notice of ${NOTICE_SECONDS} s: the deregistration delay of ${targetGroupName(targetGroup)} is ${deregistrationSeconds} s, the stop timeout ${stopSeconds} s; set the delay to ${Math.max(0, NOTICE_SECONDS - 30 - stopSeconds)} s`,
        ]
      : [],
  );
