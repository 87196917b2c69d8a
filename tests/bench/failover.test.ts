import { expect, test } from 'vitest';
import { failoverTick } from '../../bench/failover-tick.ts';
import type { Benchmark, Figure } from '../../bench/figure.ts';
import { hundredServices } from '../../bench/hundred-services.ts';
import { stormNoRoomFigures } from '../../bench/storm-no-room.ts';

const valuesOf = async (benchmark: Benchmark): Promise<Readonly<Record<string, number>>> =>
  Object.fromEntries((await benchmark.measure()).map(({ what, value }: Figure) => [what, value]));

test('eight services are lent tasks within seconds, and on the next rung when Fargate Spot is dry', async () => {
  const values = await valuesOf(hundredServices({ services: 8, clusterCounts: [1], leadSeconds: 0 }));
  expect(values['1 cluster: services lent tasks on fargate-spot']).toBe(8);
  expect(values['1 cluster: calls of UpdateService']).toBe(8);
  expect(values['1 cluster: notice to last raise on fargate-spot']).toBeLessThan(5);
  expect(values['1 cluster, Spot is dry: services lent tasks on fargate']).toBe(8);
  expect(values['1 cluster, Spot is dry: notice to last raise on fargate']).toBeLessThan(10);
});

test('a tick in calm lists, describes, and asks nothing else', async () => {
  const values = await valuesOf(failoverTick({ sizes: [{ services: 10, clusters: 1, leadSeconds: 180 }] }));
  expect(values['10 services, 1 cluster: calls to AWS, a tick']).toBeLessThanOrEqual(10);
  expect(values['10 services, 1 cluster: throttled in 480 s']).toBe(0);
});

test('a small storm without room is lent all of its tasks within the notice, though an image pull takes a minute', async () => {
  const small = { instances: 5, services: 2, tasksOfEach: 20 };
  const values = await valuesOf(stormNoRoomFigures({ carried: small, beyond: small }));
  for (const start of ['60 s', '110 s']) {
    expect(values[`${start}, on: lent at once at the most`]).toBe(40);
    expect(values[`${start}, on: notice to first UpdateService`]).toBeLessThan(4);
    expect(values[`${start}, on: notice to last lent task serving`]).toBeLessThan(130);
    expect(values[`${start}, on: lent beyond what is missing and one`]).toBe(0);
  }
  expect(values['60 s, on: below desired, summed over services']).toBe(0);
});
