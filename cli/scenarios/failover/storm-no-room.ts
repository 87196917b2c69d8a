import {
  allTakenBack,
  lentServeWithin,
  lentWithin,
  mainsAreWhole,
  neverBelowDesired,
} from '../../failover/promises.ts';
import { noRequestDropped, noTaskKilled, noThrottling } from '../../promises.ts';
import { AFTER_STANDBYS_SECONDS, afterStandbys, type Scenario } from '../../scenario.ts';
import { lendingCluster, pool, served } from './setting.ts';

export type StormSize = {
  readonly instances: number;
  readonly services: number;
  /** of each service; all together fill the instances, four or eight to each */
  readonly tasksOfEach: number;
  /** how long an image pull on Fargate takes: 10,000 lets a lent task serve about 60 s after its call, 60,000 after 110 s */
  readonly pullMs: number;
  /** Service n has priority n, at most 100; default: all have the same. */
  readonly priorities?: boolean;
};

/** When EC2 has room again, seconds of the story. */
const BACK_AT = 480;

/**
 * EC2 takes back all instances of a full cluster within four seconds and has no other; half of the services want 100 %
 * healthy, half of them 50 %. Capacity is back eight minutes later.
 */
export const stormNoRoom = ({ instances, services, tasksOfEach, pullMs, priorities = false }: StormSize): Scenario => ({
  name: 'storm-no-room',
  title: `EC2 takes back all ${instances} instances under ${services} services and has no more: ${services * tasksOfEach} tasks are lent, and taken back when capacity returns.`,
  seconds: AFTER_STANDBYS_SECONDS + BACK_AT + 720,
  failover: true,
  switches: { fargateStart: { interfaceMs: 15_000, pullMs } },
  build(region, account) {
    const cluster = lendingCluster(region);
    const each = (services * tasksOfEach) / instances;
    const size = each <= 4 ? { cpu: 512, memory: 1_024 } : { cpu: 256, memory: 512 };
    region.createGroup({ name: 'prod-deep', cluster, desired: instances, maxSize: instances, pools: [pool] });
    for (let n = 1; n <= services; n += 1) {
      served(region, {
        cluster,
        name: `service-${String(n).padStart(2, '0')}`,
        desired: tasksOfEach,
        minimumHealthyPercent: n % 2 === 0 ? 50 : 100,
        requestsPerSecond: 10,
        ...(priorities && { tags: { 'spotkeeper:priority': String(n) } }),
        ...size,
      });
    }
    afterStandbys(account, 0, () => region.interruptPool({ ...pool, overMs: 4_000 }));
    afterStandbys(account, BACK_AT, () => region.setAvailable(pool, true));
  },
  promises: [
    lentWithin(15),
    neverBelowDesired,
    lentServeWithin(120),
    allTakenBack,
    mainsAreWhole,
    noRequestDropped,
    noTaskKilled,
    noThrottling,
  ],
});

/** The drill's own size. */
export const stormOfTheDrill: Scenario = stormNoRoom({ instances: 100, services: 20, tasksOfEach: 20, pullMs: 10_000 });
