import { expect, test } from 'vitest';
import { bundle } from '../../bench/bundle.ts';
import { day } from '../../bench/day.ts';
import { drill } from '../../bench/drills.ts';
import type { Benchmark, Figure } from '../../bench/figure.ts';
import { hundredNotices } from '../../bench/hundred-notices.ts';
import { manyNotices } from '../../bench/many-notices.ts';
import { rebalanceDecide } from '../../bench/rebalance-decide.ts';
import { rebalanceMonths } from '../../bench/rebalance-months.ts';
import { rebalanceTick } from '../../bench/rebalance-tick.ts';
import { roomForAll } from '../../bench/room.ts';
import { stops } from '../../bench/stops.ts';
import { bigStorm } from '../../bench/storm-5000.ts';
import { functionNames } from '../../scripts/build.mjs';

const valuesOf = async (benchmark: Benchmark): Promise<Readonly<Record<string, number>>> =>
  Object.fromEntries((await benchmark.measure()).map(({ what, value }: Figure) => [what, value]));

test('the calls of a few notices in one cluster are counted, warm and cold', async () => {
  const values = await valuesOf(hundredNotices({ notices: 20, clusterCounts: [2] }));
  expect(values['warm map, one batch']).toBe(2);
  // 2 calls for the drains, 1 for the instance's age, 1 for each of 2 clusters, 1 to describe what was found.
  expect(values['clusters known, instances not, one batch, 2 clusters']).toBe(6);
});

test('notices over several clusters are drained by spotkeeper, by agents, and by both', async () => {
  const small = { name: 'forty-notices', notices: 40, clusters: 2, goalSeconds: 4 };
  const values = await valuesOf(manyNotices(small));
  for (const who of ['spotkeeper', 'both', 'agents alone']) {
    expect(values[`${who}: not DRAINING when EC2 took them`]).toBe(0);
    expect(values[`${who}: first notice to last DRAINING`]).toBeLessThan(4);
  }
});

test('a small crowd gets SIGTERM to the last task', async () => {
  const values = await valuesOf(stops({ clusters: 1, instancesPerCluster: 5, tasksPerInstance: 2 }));
  expect(values.tasks).toBe(10);
  expect(values['got SIGTERM before their host went']).toBe(10);
});

test('an hour of a small account and a small big storm are measured: everything is DRAINING in time', async () => {
  const hour = { clusters: 2, instances: 10, services: 4, tasks: 20, hours: 1, interruptions: 3 };
  const storm = { clusters: 2, instances: 20, tasksPerInstance: 2 };
  for (const benchmark of [day(hour), bigStorm(storm)]) {
    const values = await valuesOf(benchmark);
    expect(values['instances that EC2 took back']).toBeGreaterThan(2);
    expect(values['of them not DRAINING before']).toBe(0);
    expect(values['calls answered per second of wall time']).toBeGreaterThan(0);
  }
});

test('a drill is measured with spotkeeper and without', async () => {
  const values = await valuesOf(drill('single-notice', {}));
  expect(values['with spotkeeper: requests sent']).toBe(values['without: requests sent']);
});

test('each function’s bundle has a size and a start time', async () => {
  const figures = await bundle({ rounds: 1 }).measure();
  for (const name of functionNames()) {
    const its = figures.filter(({ what }) => what.startsWith(`${name}: `));
    expect(its.map(({ unit }) => unit)).toEqual(['KB', 'ms wall', 'ms wall']);
  }
});

test('a few tasks all find room in a small cluster', async () => {
  const values = await valuesOf(roomForAll({ hosts: 4, services: 3, tasksPerService: 2 }));
  expect(values['tasks placed']).toBe(6);
});

test('types are chosen for a few groups in a process of its own', async () => {
  const values = await valuesOf(rebalanceDecide({ types: 1_000, zones: 2, groups: 2 }));
  expect(values['types chosen for a group, on average']).toBeGreaterThanOrEqual(10);
});

test('a tick of rebalance in calm makes few calls, however many groups there are', async () => {
  const values = await valuesOf(rebalanceTick({ groups: 5, instances: 6, leadSeconds: 900, watchedSeconds: 600 }));
  expect(values['calls a tick, mean of 10 ticks, DynamoDB counted in']).toBeLessThanOrEqual(20);
  expect(values['calls of the busiest tick']).toBeLessThanOrEqual(30);
  expect(values['types of groups changed in 1500 s']).toBe(5);
});

test('three market days are played under all policies, and a calm one changes nothing', async () => {
  const values = await valuesOf(rebalanceMonths({ firstSeed: 1, months: 1, days: 3 }));
  const cost = (name: string) => values[`${name}: cost, of the cheapest policy's`] ?? 0;
  expect(Math.min(cost('six types, lowest-price'), cost('wide list without cool-off'))).toBeGreaterThanOrEqual(1);
  expect(cost('spotkeeper, default settings')).toBeLessThan(1.1);
  expect(values['a calm month: changes of types']).toBe(0);
  expect(values['a calm month: instances replaced']).toBe(0);
});
