import { describe, expect, test } from 'vitest';
import { isArm } from '../../../../shared/core/ledger/baselines.ts';
import { countLedger } from '../../../../shared/core/ledger/count.ts';
import type { LedgerAsked } from '../../../../shared/core/ledger/counted.ts';
import { aRanInstance, aRanTask, aReading, HOURLY, linesOf, onFargate, poolsOf, somePrices, time } from './ran.ts';

const entriesOf = (about: Partial<LedgerAsked>) => countLedger(aReading(about)).entries;

/** Half a vCPU and 2 GB. */
const aTask = (about: Parameters<typeof aRanTask>[1] = {}) =>
  aRanTask(1, { on: onFargate(), cpu: 512, memory: 2_048, ...about });

describe('a task on Fargate', () => {
  test('costs its reservation by the second, and is compared with Fargate without Spot', () => {
    const entries = entriesOf({ tasks: [aTask()] });
    expect(linesOf(entries)).toEqual(['09 checkout fargate-spot: 2250000 / 3600000 / 3600000 900s']);
    expect(poolsOf(entries)).toEqual(['fargate-spot eu-west-1a 2250000 / 3600000 / 3600000 900s']);
  });

  test('is compared with its share of the type that ran most', () => {
    const other = { pool: { type: 'c7g.large', zone: 'eu-west-1b' }, room: { cpu: 512, memory: 512 } };
    const instances = [aRanInstance(1), aRanInstance(2, { ...other, endedAt: time('09:10') })];
    expect(linesOf(entriesOf({ instances, tasks: [aTask()] }))).toContain(
      '09 checkout fargate-spot: 2250000 / 675000 / 3600000 900s',
    );
  });

  test('is not compared with instances of Windows', () => {
    const instances = [aRanInstance(1, { platform: 'Windows' })];
    expect(linesOf(entriesOf({ instances, tasks: [aTask()] }))).toContain(
      '09 checkout fargate-spot: 2250000 / 3600000 / 3600000 900s',
    );
  });

  test('of 40 seconds costs a minute, where it ended', () => {
    const tasks = [aTask({ from: time('08:59:40'), to: time('09:00:20') })];
    const [before] = entriesOf({ from: time('08:45'), to: time('09:00'), tasks });
    const [after] = entriesOf({ tasks });
    expect([before?.pools[0]?.cost, after?.pools[0]?.cost]).toEqual([20 * 2_500, 40 * 2_500]);
    expect([before?.pools[0]?.seconds, after?.pools[0]?.seconds]).toEqual([20, 20]);
  });

  test('that ends with an hour is in that hour', () => {
    const tasks = [aTask({ from: time('09:59:30'), to: time('10:00') })];
    const entries = entriesOf({ from: time('09:50'), to: time('10:00'), tasks });
    expect(linesOf(entries)).toEqual(['09 checkout fargate-spot: 150000 / 240000 / 240000 30s']);
  });

  test('of Windows has no price, for that of Linux lacks the licence', () => {
    const entries = entriesOf({ tasks: [aTask({ on: onFargate({ spot: false, windows: true }) })] });
    expect(linesOf(entries)).toEqual(['09 checkout fargate: 0 / 0 / 0 900s (900s unpriced)']);
    expect(entries[0]?.missingPrices).toEqual(['Fargate Windows']);
  });

  test('pays for storage above what is free', () => {
    const tasks = [aTask({ on: onFargate({ spot: false, extraStorageGb: 10 }) })];
    expect(linesOf(entriesOf({ tasks }))).toEqual(['09 checkout fargate: 12600000 / 12600000 / 12600000 900s']);
  });

  test('that was lent has a line of its own', () => {
    const tasks = [aTask({ lent: true }), aRanTask(2, { on: onFargate({ spot: false }) })];
    expect(linesOf(entriesOf({ tasks })).map((line) => line.split(':')[0])).toEqual([
      '09 checkout fargate-spot lent',
      '09 checkout fargate',
    ]);
  });

  test('without a price is in no sum, and is named', () => {
    const entries = entriesOf({ tasks: [aTask({ on: onFargate({ arm: true }) })] });
    expect(linesOf(entries)).toEqual(['09 checkout fargate-spot: 0 / 0 / 0 900s (900s unpriced)']);
    expect(entries[0]?.missingPrices).toEqual(['Fargate Spot ARM']);
  });

  test('is not compared with a share of GPUs, which Fargate does not have', () => {
    const prices = somePrices({ onDemand: new Map([['g4dn.xlarge', 100 * HOURLY]]) });
    const instances = [aRanInstance(1, { spot: false, pool: { type: 'g4dn.xlarge', zone: 'eu-west-1a' } })];
    const tasks = [aTask({ on: onFargate() })];
    const lines = linesOf(entriesOf({ instances, tasks, prices })).filter((line) => line.includes('checkout'));
    expect(lines).toEqual(linesOf(entriesOf({ tasks })));
  });

  test('whose storage has no price is named too', () => {
    const { x86, arm } = somePrices().fargate;
    const prices = somePrices({ fargate: { x86, arm, storageGb: undefined } });
    const entries = entriesOf({ tasks: [aTask({ on: onFargate({ extraStorageGb: 1 }) })], prices });
    expect(entries[0]?.missingPrices).toEqual(['Fargate storage']);
    expect(linesOf(entries)).toEqual(['09 checkout fargate-spot: 3150000 / 3150000 / 3150000 900s']);
  });

  test('that ran at another time is not counted', () => {
    const tasks = [aTask({ from: time('09:15') }), aTask({ from: time('08:00'), to: time('09:00') })];
    expect(linesOf(entriesOf({ tasks }))).toEqual([]);
  });
});

describe('what a task on EC2 would have cost on Fargate', () => {
  const fargateOf = (about: Parameters<typeof aRanTask>[1]) =>
    countLedger(aReading({ instances: [aRanInstance()], tasks: [aRanTask(1, about)] })).entries[0]?.services.find(
      ({ consumer }) => consumer.of === 'service',
    )?.fargate;

  test.each([
    [100, 100, 0.25, 0.5],
    [300, 1_024, 0.5, 1],
    [256, 3_000, 0.5, 3],
    [16_384, 131_072, 16, 128],
  ])('of %d CPU units and %d MiB is the price of %d vCPU and %d GB', (cpu, memory, vcpu, gb) => {
    expect(fargateOf({ cpu, memory })).toBe(Math.round(900_000 * (4 * vcpu + gb)));
  });

  test('is for a minute at least', () => {
    expect(fargateOf({ from: time('09:01'), to: time('09:01:40') })).toBe(60_000 * 3);
  });
});

test.each([
  ['m7g.large', true],
  ['c7gn.xlarge', true],
  ['im4gn.large', true],
  ['a1.medium', true],
  ['g5g.xlarge', true],
  ['g4dn.xlarge', false],
  ['m6i.large', false],
  ['m7i-flex.large', false],
  ['u-6tb1.metal', false],
])('the processors of %s are of AWS: %s', (type, arm) => {
  expect(isArm(type)).toBe(arm);
});
