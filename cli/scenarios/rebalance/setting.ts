import type { InstancesDistribution } from '@aws-sdk/client-auto-scaling';
import type { SimulatedAccount } from '../../../sim/account.ts';
import type { Group } from '../../../sim/autoscaling/group.ts';
import type { Cluster, EcsService } from '../../../sim/ecs/model.ts';
import { actByHand } from '../../../sim/faults/manual-actions.ts';
import type { GroupOptions, ServiceOptions, Tags } from '../../../sim/world/options.ts';
import type { Region } from '../../../sim/world/region.ts';
import { STORY_AT_SECONDS } from '../../scenario.ts';

export const ZONES = ['eu-west-1a', 'eu-west-1b', 'eu-west-1c'];

/** Six types of like size: what a careful team writes into its template. */
export const SIX_TYPES = ['m5.large', 'm5a.large', 'm6i.large', 'm6a.large', 'm5n.large', 'm7i.large'];

export const SPOT_ONLY: InstancesDistribution = {
  OnDemandBaseCapacity: 0,
  OnDemandPercentageAboveBaseCapacity: 0,
  SpotAllocationStrategy: 'price-capacity-optimized',
};

/** A cluster whose groups rebalance may change. */
export const rebalancedCluster = (region: Region, tags: Tags = {}): Cluster =>
  region.createCluster({ name: 'prod', tags: { 'spotkeeper:rebalance': 'on', ...tags } });

/** A group of Spot Instances over types and zones, as a policy with one override for each type. */
export const spread = (
  region: Region,
  cluster: Cluster,
  {
    types,
    zones = ZONES,
    ...options
  }: Omit<GroupOptions, 'name' | 'pools'> & { types: readonly string[]; zones?: readonly string[] },
): Group =>
  region.createGroup({
    name: 'prod-spot',
    cluster,
    pools: types.flatMap((type) => zones.map((zone) => ({ type, zone }))),
    distribution: SPOT_ONLY,
    minSize: 1,
    ...options,
  });

/** A service with traffic, of tasks that fill half a vCPU. */
export const served = (region: Region, options: ServiceOptions): EcsService =>
  region.createService({
    cpu: 512,
    memory: 1_024,
    stopTimeoutSeconds: 10,
    requestsPerSecond: 20,
    ...options,
    targetGroup: region.createTargetGroup({ name: options.name, deregistrationDelaySeconds: 15 }),
  });

/** What a person's tool calls at a second of the story. */
export function setByHand(
  account: SimulatedAccount,
  second: number,
  input: Record<string, unknown>,
  operation: 'UpdateAutoScalingGroup' | 'StartInstanceRefresh' = 'UpdateAutoScalingGroup',
): void {
  const { clock, endpoint } = account;
  const done = {
    operation,
    input: () => input,
    atMs: (STORY_AT_SECONDS + second) * 1000,
    service: 'autoscaling' as const,
    region: 'eu-west-1',
  };
  actByHand([done], { clock, endpoint, startMs: clock.now(), happened: [] });
}
