import { expect, test } from 'vitest';
import type { Benchmark } from '../../bench/figure.ts';
import { ledger } from '../../bench/ledger.ts';
import { reportMonth } from '../../bench/report-month.ts';

const valuesOf = async (benchmark: Benchmark): Promise<Readonly<Record<string, number>>> =>
  Object.fromEntries((await benchmark.measure()).map(({ what, value }) => [what, value]));

test('the ledger of a few hours is within half a percent of the bill, and each service within two', async () => {
  const crowd = { clusters: 2, instances: 12, services: 4, tasks: 24, fargateTasks: 2 };
  const values = await valuesOf(ledger({ ...crowd, hours: 2, interruptions: 8 }));
  expect(values['the ledger, deviation in all']).toBeLessThan(0.5);
  expect(values['the service whose cost deviates most']).toBeLessThan(2);
  expect(values['of them free: taken in their first hour']).toBeGreaterThan(0);
  expect(values['of them free in the ledger']).toBe(values['of them free: taken in their first hour']);
  expect(values['prices that the ledger misses']).toBe(0);
  expect(values['gaps in the ledger']).toBe(0);
});

test('reports of two days of a ledger are made in a process of its own, to the nano-dollar', async () => {
  const values = await valuesOf(reportMonth({ days: 2, clusters: 2, services: 3, pools: 2, entriesPerHour: 4 }));
  expect(values['entries in the ledger']).toBe(384);
  expect(values['services in the report']).toBe(8);
  expect(values['peak memory of the process']).toBeLessThan(512);
});
