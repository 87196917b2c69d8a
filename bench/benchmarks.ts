import { bundle } from './bundle.ts';
import { day, fullDay } from './day.ts';
import { drill } from './drills.ts';
import { failoverTick } from './failover-tick.ts';
import type { Benchmark } from './figure.ts';
import { hundredNotices } from './hundred-notices.ts';
import { hundredServices } from './hundred-services.ts';
import { ledger } from './ledger.ts';
import { manyNotices } from './many-notices.ts';
import { rebalanceDecide } from './rebalance-decide.ts';
import { rebalanceMonths } from './rebalance-months.ts';
import { rebalanceTick } from './rebalance-tick.ts';
import { reportMonth } from './report-month.ts';
import { roomForAll } from './room.ts';
import { runningCost, runningCostSizes } from './running-cost.ts';
import { stops } from './stops.ts';
import { bigStorm } from './storm-5000.ts';
import { stormNoRoomFigures } from './storm-no-room.ts';
import { swarm } from './swarm.ts';
import { traces } from './traces/traces.ts';

const none = { atMost: 0 };

/** Every benchmark at its full size, in the order of docs/benchmarks.md. */
export const benchmarks: readonly Benchmark[] = [
  hundredNotices({ notices: 100, clusterCounts: [1, 20, 40] }),
  manyNotices({ name: 'thousand-notices', notices: 1_000, clusters: 20, goalSeconds: 4 }),
  manyNotices({ name: 'five-thousand-notices', notices: 5_000, clusters: 20, goalSeconds: 20 }),
  drill('storm', { dropped: none, killed: none }),
  drill('min-healthy-100', { killed: none }),
  drill('nlb', { killed: none }),
  drill('slow-deregistration', { named: { atLeast: 1 } }),
  stops({ clusters: 20, instancesPerCluster: 250, tasksPerInstance: 4 }),
  stormNoRoomFigures({
    carried: { instances: 125, services: 20, tasksOfEach: 50 },
    beyond: { instances: 190, services: 20, tasksOfEach: 76 },
  }),
  hundredServices({ services: 100, clusterCounts: [1, 10], leadSeconds: 480 }),
  failoverTick({
    sizes: [
      { services: 10, clusters: 1, leadSeconds: 300 },
      { services: 100, clusters: 1, leadSeconds: 600 },
      { services: 100, clusters: 10, leadSeconds: 600 },
      { services: 1_000, clusters: 20, leadSeconds: 3_600 },
    ],
  }),
  day(fullDay),
  bigStorm({ clusters: 20, instances: 5_000, tasksPerInstance: 4 }),
  roomForAll({ hosts: 1_000, services: 100, tasksPerService: 1_000 }),
  rebalanceDecide({ types: 1_000, zones: 6, groups: 50 }),
  rebalanceMonths({ firstSeed: 11, months: 30, days: 30 }),
  rebalanceTick({ groups: 50, instances: 20, leadSeconds: 7_200, watchedSeconds: 1_800 }),
  ledger({ ...fullDay, fargateTasks: 5 }),
  reportMonth({ days: 30, clusters: 4, services: 10, pools: 9, entriesPerHour: 5 }),
  runningCost({ sizes: runningCostSizes }),
  traces(),
  swarm({ seeds: 1_000 }),
  bundle({ rounds: 15 }),
];
