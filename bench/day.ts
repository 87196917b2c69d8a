import type { SimulatedAccount } from '../sim/account.ts';
import type { Pool } from '../sim/ec2/instance.ts';
import type { Cluster } from '../sim/ecs/model.ts';
import type { Region } from '../sim/world/region.ts';
import { type Effort, effortFigures, effortOf } from './effort.ts';
import type { Benchmark, Figure } from './figure.ts';
import { installSpotkeeper, type Market, openMarket } from './market.ts';

export type DayOptions = {
  readonly clusters: number;
  /** in all clusters together, as are services and tasks */
  readonly instances: number;
  readonly services: number;
  readonly tasks: number;
  readonly hours: number;
  /** how many times EC2 takes instances back: one, or every sixth time eight of a pool */
  readonly interruptions: number;
};

type Crowd = Pick<DayOptions, 'clusters' | 'instances' | 'services' | 'tasks'>;

const HOUR_MS = 3_600_000;
const GOAL_SECONDS = 60;

/** A simulated day with spotkeeper installed: the wall time that it takes, the simulator's pace, its memory. */
export function day(options: DayOptions): Benchmark {
  const { instances, services, tasks, hours } = options;
  return {
    name: 'day',
    title: `${hours} simulated hours of ${instances} instances, ${services} services and ${tasks} tasks`,
    async measure() {
      const market = busyMarket(options);
      takeBack(options, market);
      const effort = await effortOf(market.account, () => installSpotkeeper(market, { minutes: hours * 60 }));
      return figures(market, effort);
    },
  };
}

/** A market whose clusters have services. */
export function busyMarket({ clusters, instances, services, tasks }: Crowd): Market {
  return openMarket({
    clusters: Array.from({ length: clusters }, () => instances / clusters),
    populate: (region, cluster) => {
      for (let n = 0; n < services / clusters; n += 1) addService(region, cluster, { n, desired: tasks / services });
    },
  });
}

/** Every other service is behind a load balancer. */
function addService(region: Region, cluster: Cluster, { n, desired }: { n: number; desired: number }): void {
  const name = `${cluster.name}-service-${n}`;
  const common = { cluster, name, desired, cpu: 128, memory: 256, networkMode: 'bridge' } as const;
  if (n % 2 === 0) region.createService(common);
  else {
    const targetGroup = region.createTargetGroup({ name, targetType: 'instance' });
    region.createService({ ...common, targetGroup });
  }
}

/** Has EC2 take instances back at drawn instants of the next hours. */
export function takeBack(
  { hours, interruptions }: Pick<DayOptions, 'hours' | 'interruptions'>,
  { account, region }: Market,
): void {
  for (let n = 0; n < interruptions; n += 1) {
    const at = account.random('day', 'instant', n) * hours * HOUR_MS;
    account.clock.after(at, () => {
      const pool = somePool(account, region, n);
      region.interruptPool({ ...pool, count: n % 6 === 0 ? 8 : 1, overMs: 30_000, stillAvailable: true });
    });
  }
}

function somePool({ random }: SimulatedAccount, region: Region, n: number): Pool {
  const up = [...region.parts.fleet.instances.values()].filter(
    ({ state, reclaimAt }) => state === 'running' && reclaimAt === undefined,
  );
  const chosen = up[Math.floor(random('day', 'instance', n) * up.length)];
  if (!chosen) throw new Error('no instance is left to take back');
  return chosen;
}

function figures({ account }: Market, effort: Effort): readonly Figure[] {
  const { interrupted } = account.tally();
  const undrained = [...interrupted.values()].filter(
    ({ drainingAt, reclaimedAt }) => drainingAt === undefined && reclaimedAt !== undefined,
  );
  return effortFigures(effort, {
    interrupted: interrupted.size,
    undrained: undrained.length,
    goalSeconds: GOAL_SECONDS,
  });
}

export const fullDay: DayOptions = {
  clusters: 4,
  instances: 200,
  services: 40,
  tasks: 2_000,
  hours: 24,
  interruptions: 240,
};
