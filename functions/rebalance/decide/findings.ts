import { awsvpcLimit } from '../../../shared/core/eni-limits.ts';
import { candidatesOf } from '../../../shared/core/offerings/candidates.ts';
import { slotsOf } from '../../../shared/core/offerings/slots.ts';
import { targetGroupName } from '../../../shared/plan/describe.ts';
import { pinnedTypes } from './types-of-group.ts';
import type { ReviewView } from './view.ts';

/** https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/spot-instance-termination-notices.html */
const NOTICE_SECONDS = 120;
/** What of a notice it takes to hear of it, to drain and to replace. */
const RESERVE_SECONDS = 30;
/** So many times the tasks on an instance are worth an account setting. */
const DENSER = 3;

/** What a group may launch: what its owner named, and what it launches after this review. */
export type Launches = { readonly own: readonly string[]; readonly types: readonly string[] };

/**
 * What is wrong with a group, or with what runs on it: one sentence each, with the group, the thing, its value and what
 * to do. Nothing of it is changed here.
 */
export function findingsOf(view: ReviewView, launches: Launches): readonly string[] {
  const { types } = launches;
  const found = [
    ...ofPolicy(view),
    ...ofZones(view, types),
    ...ofTypes(view, launches),
    ...ofNetwork(view, launches),
    ...ofProvider(view),
    ...ofLeaving(view),
  ];
  return found.map((one) => `${view.group.name} ${one}`);
}

/**
 * A description fills the default of 100 in: a percentage that somebody asked for looks the same.
 * https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_InstancesDistribution.html
 */
function ofPolicy({ group: { launch } }: ReviewView): readonly string[] {
  if (launch.by !== 'policy') return [];
  const { spotStrategy, onDemandPercentage, percentageUnset } = launch.policy;
  const found: string[] = [];
  if (spotStrategy === 'lowest-price') {
    found.push(
      'has the Spot strategy lowest-price, which fills the pools that EC2 takes back first: set price-capacity-optimized',
    );
  }
  if (percentageUnset) {
    found.push(
      `has OnDemandPercentageAboveBaseCapacity at ${onDemandPercentage}, AWS's default, and buys no Spot Instances: set it to 0, or ` +
        'tag the group spotkeeper:rebalance=off if that is meant',
    );
  }
  return found;
}

function ofZones({ group: { zones }, catalogue, policy }: ReviewView, types: readonly string[]): readonly string[] {
  const pools = zones.map((zone) => types.filter((type) => catalogue.zones.get(type)?.has(zone)).length);
  const few = zones.flatMap((zone, index) => {
    const count = pools[index] ?? 0;
    return count < policy.minPools ? [`${count} in ${zone}`] : [];
  });
  const found: string[] = [];
  if (zones.length === 1) {
    found.push(`is in one zone only, ${zones[0]}, and goes with it: give it subnets in other zones`);
  }
  // Where EC2 offers none, or tells nothing, this is not what is wrong.
  if (few.length > 0 && pools.some((count) => count > 0)) {
    const others = policy.rebalance === 'on' ? '' : ', or tag it spotkeeper:rebalance=on';
    found.push(
      `has fewer than the ${policy.minPools} pools of spotkeeper:min-pools, ${few.join(', ')}: name more instance types${others}`,
    );
  }
  return found;
}

/** Types that tasks or the image do not fit on; where none of all fits the zones, another sentence says so. */
function ofTypes({ group, catalogue, image, demand, policy }: ReviewView, { own, types }: Launches): readonly string[] {
  const { zones } = group;
  if (!types.some((type) => zones.some((zone) => catalogue.zones.get(type)?.has(zone)))) return [];
  const fixed = { ...policy, typeChoice: 'fixed' as const };
  const runs = { own: [...own, ...types], pinned: pinnedTypes(group), image, demand, zones, policy: fixed };
  return [...candidatesOf(catalogue, runs).refused].map(
    ([type, why]) => `should not run ${type}: ${why}${staying(type, group)}`,
  );
}

/** A list of types counts for what is launched from now on. */
const staying = (type: string, { members }: ReviewView['group']): string =>
  members.some((member) => member.type === type) ? '; instances of it that run stay, until an instance refresh' : '';

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/container-instance-eni.html */
function ofNetwork({ group, catalogue, demand }: ReviewView, { own, types }: Launches): readonly string[] {
  const service = demand.services.find(({ interfaces }) => interfaces > 0)?.service;
  if (service === undefined) return [];
  // Others of the kind are there because somebody allowed them.
  const burstable = types.filter((type) => own.includes(type) && catalogue.types.get(type)?.burstable);
  const found: string[] = [];
  if (burstable.length > 0) {
    found.push(
      `runs ${burstable.join(', ')} with tasks of network mode awsvpc, as those of ${service}: T types hold few of them and know ` +
        'no trunking: name types of other families',
    );
  }
  const dense = types.find((type) => isDenser(type, { catalogue, demand }));
  // Without instances nobody knows whether they would have trunks.
  if (dense !== undefined && group.members.length > 0) {
    found.push(
      `has no ENI trunking, and ${dense} holds ${awsvpcLimit(dense, false)} tasks of network mode awsvpc instead of ` +
        `${awsvpcLimit(dense, true)}: set the account setting awsvpcTrunking, then replace the instances, for it counts when they register`,
    );
  }
  return found;
}

/** Would instances with a trunk hold three times the tasks, CPU and memory considered? */
function isDenser(type: string, { catalogue, demand }: Pick<ReviewView, 'catalogue' | 'demand'>): boolean {
  const known = catalogue.types.get(type);
  const [plain, trunked] = [awsvpcLimit(type, false) ?? 0, awsvpcLimit(type, true) ?? 0];
  if (demand.trunking || known === undefined || trunked < DENSER * plain) return false;
  const slots = slotsOf(known, { ...demand, trunking: true });
  return slots > 0 && slots >= DENSER * slotsOf(known, demand);
}

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/asg-capacity-providers.html */
function ofProvider({ group, provider, drainsByAgent, endsUnhooked }: ReviewView): readonly string[] {
  const { launch, capacityRebalance } = group;
  const unhooked = endsUnhooked
    ? [
        'has Capacity Rebalancing on and no termination hook: Auto Scaling ends the old instance with its tasks as soon as the new ' +
          'one is in service: add the lifecycle hook spotkeeper-drain, or managed draining',
      ]
    : [];
  if (provider === undefined) return unhooked;
  const weighted = launch.by === 'policy' ? launch.policy.overrides.filter(({ weight }) => weight !== undefined) : [];
  const found: string[] = [...unhooked];
  if (weighted.length > 0) {
    const weights = weighted.map(({ type, weight }) => `${type ?? 'attributes'} ${weight}`).join(', ');
    found.push(
      `has instance weights (${weights}) behind capacity provider ${provider.name}, which counts instances: take WeightedCapacity out`,
    );
  }
  if (provider.managedScaling && !capacityRebalance) {
    found.push(
      `is scaled by capacity provider ${provider.name} and has Capacity Rebalancing off: instances that EC2 recommends to move off ` +
        'stay until their notice: turn it on',
    );
  }
  if (provider.managedDraining && drainsByAgent) {
    found.push(
      `is drained by managed draining of capacity provider ${provider.name} and by its agents, each with calls of its own: take ` +
        'ECS_ENABLE_SPOT_INSTANCE_DRAINING=true out of the user data',
    );
  }
  return found;
}

/** https://docs.aws.amazon.com/AmazonECS/latest/bestpracticesguide/load-balancer-connection-draining.html */
const ofLeaving = ({ leaving }: ReviewView): readonly string[] =>
  leaving.flatMap(({ service, targetGroup, deregistrationSeconds, stopSeconds }) => {
    const seconds = deregistrationSeconds + stopSeconds;
    if (seconds <= NOTICE_SECONDS) return [];
    const most = NOTICE_SECONDS - RESERVE_SECONDS - stopSeconds;
    const advice =
      most > 0
        ? `set deregistration_delay.timeout_seconds to ${most} or less`
        : `set the stop timeout below ${NOTICE_SECONDS - RESERVE_SECONDS} s, and deregistration_delay.timeout_seconds to what it leaves`;
    return [
      `runs tasks of ${service} that take up to ${seconds} s to leave, longer than a Spot notice of ${NOTICE_SECONDS} s ` +
        `(target group ${targetGroupName(targetGroup)}: deregistration delay ${deregistrationSeconds} s; stop timeout ${stopSeconds} s): ${advice}`,
    ];
  });
