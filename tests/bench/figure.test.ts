import { expect, test } from 'vitest';
import { benchmarks } from '../../bench/benchmarks.ts';
import { median } from '../../bench/bundle.ts';
import { type Benchmark, type Figure, isReached, table } from '../../bench/figure.ts';
import { untilLastDrain } from '../../bench/hundred-notices.ts';
import { stopsWithin } from '../../bench/stops.ts';
import type { LoggedCall } from '../../sim/calls.ts';

const figure = (value: number, goal?: Figure['goal']): Figure => ({
  what: 'calls made',
  value,
  unit: 'calls',
  ...(goal && { goal }),
});

test('a figure reaches its goal when it is exactly at the limit', () => {
  expect(isReached(figure(12, { atMost: 12 }))).toBe(true);
  expect(isReached(figure(13, { atMost: 12 }))).toBe(false);
  expect(isReached(figure(1, { atLeast: 1 }))).toBe(true);
  expect(isReached(figure(0, { atLeast: 1 }))).toBe(false);
  expect(isReached(figure(12))).toBeUndefined();
});

test('a table shows the goal beside the figure and says whether it is reached', () => {
  const benchmark: Benchmark = { name: 'some-calls', title: 'calls of something', measure: async () => [] };
  const note = 'a long explanation of where the number comes from '.repeat(3).trim();
  const lines = table(benchmark, [figure(12, { atMost: 12 }), { ...figure(13.456, { atMost: 12 }), note }]).split('\n');
  expect(lines[0]).toBe('some-calls: calls of something');
  expect(lines[1]).toMatch(/calls made +12 calls +<= 12 +reached$/);
  expect(lines[2]).toMatch(/calls made +13\.46 calls +<= 12 +NOT reached$/);
  expect(lines.slice(3).join(' ').replace(/\s+/g, ' ').trim()).toBe(note);
  expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(100);
});

test('figures with a cell stand in a grid, a row for each', () => {
  const benchmark: Benchmark = { name: 'grid', title: 'several things of several', measure: async () => [] };
  const cell = (row: string, column: string) => ({ cell: { table: 'a table', row, column } });
  const lines = table(benchmark, [
    { what: 'share', value: 99.996, unit: '%', ...cell('one', 'share') },
    { what: 'cost', value: 1, unit: 'of all', ...cell('one', 'cost') },
    { what: 'share', value: 50, unit: '%', ...cell('two', 'share') },
    figure(12),
  ]).split('\n');
  expect(lines.map((line) => line.trim().replace(/ {2,}/g, ' | '))).toEqual([
    'grid: several things of several',
    'a table',
    'share | cost',
    'one | 100.00 % | 1.000',
    'two | 50.00 %',
    'calls made | 12 calls',
  ]);
});

test('what never happened is said in words', () => {
  const benchmark: Benchmark = { name: 'late', title: 'too late', measure: async () => [] };
  expect(table(benchmark, [figure(Number.POSITIVE_INFINITY, { atMost: 4 })])).toMatch(/never +<= 4 +NOT reached$/);
});

test('every benchmark has a name of its own', () => {
  const names = benchmarks.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
});

test('the median of an even number of measurements is between the two middle ones', () => {
  expect(median([9, 1, 5])).toBe(5);
  expect(median([9, 1, 5, 2])).toBe(3.5);
});

test('the bucket stops what it holds and gains, less the drains, and never more tasks than there are', () => {
  // 100 at once and 40 a second: 100 + 90 x 40 - 500.
  expect(stopsWithin(90_000, 500, 20_000)).toBe(3_200);
  expect(stopsWithin(120_000, 500, 20_000)).toBe(4_400);
  expect(stopsWithin(90_000, 0, 1_000)).toBe(1_000);
  expect(stopsWithin(0, 500, 1_000)).toBe(0);
});

test('calls are counted up to the last drain, and only those to APIs with shared limits', () => {
  const call = (service: LoggedCall['service'], operation: string): LoggedCall => ({
    at: 0,
    caller: 'spotkeeper',
    region: 'eu-west-1',
    service,
    operation,
    outcome: 'ok',
    items: undefined,
  });
  const drain = call('ecs', 'UpdateContainerInstancesState');
  const calls = [call('dynamodb', 'BatchGetItem'), call('ec2', 'DescribeInstances'), drain, drain];
  expect(untilLastDrain([...calls, call('ecs', 'ListTasks')])).toBe(3);
});
