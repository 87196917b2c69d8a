import type { SimulatedAccount } from '../../../sim/account.ts';
import type { Pool } from '../../../sim/ec2/instance.ts';
import { type Cluster, type EcsService, primary } from '../../../sim/ecs/model.ts';
import { actByHand, type ManualAction } from '../../../sim/faults/manual-actions.ts';
import type { ServiceOptions, Tags } from '../../../sim/world/options.ts';
import type { Region } from '../../../sim/world/region.ts';
import { AFTER_STANDBYS_SECONDS, afterStandbys } from '../../scenario.ts';

/** Two vCPUs: eight tasks of 256 units, or four of 512. */
export const pool: Pool = { type: 'm6i.large', zone: 'eu-west-1a' };

/** Another one, for a host that stays. */
export const otherPool: Pool = { type: 'm5.large', zone: 'eu-west-1b' };

export const FARGATE = ['FARGATE', 'FARGATE_SPOT'];

/** A cluster whose services may be lent tasks. @param rungs as the tag has them */
export const lendingCluster = (region: Region, rungs = 'fargate-spot/fargate', tags: Tags = {}): Cluster =>
  region.createCluster({
    name: 'prod',
    tags: { 'spotkeeper:failover': rungs, ...tags },
    capacityProviders: FARGATE,
  });

/** An Auto Scaling group of one pool in which every instance is launched at once. */
export const fleetIn = (region: Region, cluster: Cluster, { type, zone }: Pool, desired: number) =>
  region.createGroup({
    name: `${cluster.name}-${type.split('.')[0]}-${zone}`,
    cluster,
    desired,
    pools: [{ type, zone }],
  });

/** A service with traffic behind a target group of its own, of tasks that fill half a vCPU and can run on Fargate. */
export const served = (
  region: Region,
  { targetType = 'ip', ...options }: Omit<ServiceOptions, 'targetGroup'> & { targetType?: 'ip' | 'instance' },
): EcsService =>
  region.createService({
    cpu: 512,
    memory: 1_024,
    fargate: true,
    stopTimeoutSeconds: 10,
    requestsPerSecond: 20,
    ...options,
    targetGroup: region.createTargetGroup({ name: options.name, targetType, deregistrationDelaySeconds: 15 }),
  });

/** EC2 takes instances of a pool back and has no more of it until `backAt`, seconds of the story. */
export function dryPool(
  region: Region,
  account: SimulatedAccount,
  { count, second = 0, backAt, ...doomed }: Pool & { count: number; second?: number; backAt?: number },
): void {
  afterStandbys(account, second, () => region.interruptPool({ ...doomed, count, overMs: 2_000 }));
  if (backAt !== undefined) afterStandbys(account, backAt, () => region.setAvailable(doomed, true));
}

/** What a person does by hand at a second of the story. */
export function byHand(
  account: SimulatedAccount,
  second: number,
  action: Pick<ManualAction, 'operation' | 'input'>,
): void {
  const { clock, endpoint } = account;
  const done = {
    ...action,
    atMs: (AFTER_STANDBYS_SECONDS + second) * 1000,
    service: 'ecs' as const,
    region: 'eu-west-1',
  };
  actByHand([done], { clock, endpoint, startMs: clock.now(), happened: [] });
}

/** A person registers a new revision of a service's task definition and deploys it, two seconds later. */
export function deployByHand(account: SimulatedAccount, second: number, service: EcsService): void {
  byHand(account, second, {
    operation: 'RegisterTaskDefinition',
    input: () => {
      const { registered } = primary(service).definition;
      const [first, ...others] = registered.containerDefinitions ?? [];
      return { ...registered, containerDefinitions: [{ ...first, image: `${first?.image}-next` }, ...others] };
    },
  });
  byHand(account, second + 2, {
    operation: 'UpdateService',
    input: () => ({
      cluster: service.cluster.name,
      service: service.name,
      taskDefinition: primary(service).definition.family,
    }),
  });
}
