import { isStandby } from '../cli/failover/lending-log.ts';
import type { Scenario } from '../cli/scenario.ts';
import { AFTER_STANDBYS_SECONDS, afterStandbys } from '../cli/scenario.ts';
import { FARGATE, fleetIn, otherPool, pool, served } from '../cli/scenarios/failover/setting.ts';
import type { SimulatedAccount } from '../sim/account.ts';
import type { Region } from '../sim/world/region.ts';

export type ManyServices = {
  readonly services: number;
  /** the services are spread evenly over them */
  readonly clusters: number;
  /** Fargate Spot has no capacity. */
  readonly spotIsDry: boolean;
  /** How long the account waits for its standbys before the notices come, seconds. */
  readonly leadSeconds: number;
  /** How long it is watched from then on, seconds. */
  readonly watchedSeconds: number;
  /** Do the notices come at all? */
  readonly notices: boolean;
};

const DESIRED = 4;
const TASKS_PER_HOST = 8;

/** Services of four tasks on full hosts of two pools; EC2 takes one of the pools back within two seconds. */
export const manyServices = (options: ManyServices): Scenario => ({
  name: 'many-services',
  title: `${options.services} services in ${options.clusters} clusters`,
  seconds: AFTER_STANDBYS_SECONDS + options.leadSeconds + options.watchedSeconds,
  failover: true,
  build(region, account) {
    for (let n = 0; n < options.clusters; n += 1) addCluster(region, n, options.services / options.clusters);
    if (options.spotIsDry) region.setFargateCapacity({ spot: true, vcpus: 0 });
    if (options.notices) afterStandbys(account, options.leadSeconds, () => takePoolBack(region, account, options));
  },
  promises: [],
});

function addCluster(region: Region, n: number, services: number): void {
  const cluster = region.createCluster({
    name: `cluster-${n}`,
    tags: { 'spotkeeper:failover': 'fargate-spot/fargate' },
    capacityProviders: FARGATE,
  });
  const hosts = Math.ceil((services * DESIRED) / TASKS_PER_HOST / 2);
  fleetIn(region, cluster, pool, hosts);
  fleetIn(region, cluster, otherPool, hosts);
  for (let m = 0; m < services; m += 1) {
    const name = `${cluster.name}-service-${m}`;
    served(region, { cluster, name, desired: DESIRED, cpu: 256, memory: 512, requestsPerSecond: 1 });
  }
}

/** @throws Error when a standby is missing: then the figures would be those of fewer services */
function takePoolBack(region: Region, account: SimulatedAccount, { services, leadSeconds }: ManyServices): void {
  const made = standbysIn(region);
  if (made < services * 2)
    throw new Error(`${made} of ${services * 2} standbys are there after ${AFTER_STANDBYS_SECONDS + leadSeconds} s`);
  const doomed = [...region.parts.fleet.instances.values()].filter(({ type }) => type === pool.type);
  for (const { id } of doomed) account.clock.after(account.random('notice', id) * 2_000, () => region.interrupt(id));
  region.setAvailable(pool, false);
}

/** How many standbys there are in a region. */
export const standbysIn = (region: Region): number =>
  [...region.parts.ecs.state.clusters.values()].flatMap(({ services }) => [...services.values()].filter(isStandby))
    .length;
