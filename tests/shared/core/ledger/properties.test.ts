import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { countLedger } from '../../../../shared/core/ledger/count.ts';
import type { LedgerAsked } from '../../../../shared/core/ledger/counted.ts';
import { type Instant, instant } from '../../../../shared/model/instant.ts';
import type { LedgerEntry } from '../../../../shared/model/ledger.ts';
import { aReading, time } from './ran.ts';
import { type Day, FROM, HOUR, someDay, TO, tidyDay } from './some-day.ts';

const reading = (day: Day, about: Partial<LedgerAsked> = {}) =>
  countLedger(aReading({ ...day, from: FROM, to: TO, first: true, ...about }));

const sum = (numbers: readonly number[]): number => numbers.reduce((all, number) => all + number, 0);
const overlap = (from: number, to = Infinity): number => Math.max(0, Math.min(to, TO) - Math.max(from, FROM));

describe('whatever ran, at whatever prices', () => {
  test('services and pools are the same money in two cuts, in whole nano-dollars', () => {
    fc.assert(
      fc.property(someDay, (day) => {
        for (const { services, pools } of reading(day).entries) {
          for (const of of ['cost', 'onDemand', 'fargate'] as const) {
            expect(sum(services.map((line) => line[of]))).toBe(sum(pools.map((line) => line[of])));
          }
          const money = [...services, ...pools].flatMap(({ cost, onDemand, fargate }) => [cost, onDemand, fargate]);
          expect(money.every(Number.isSafeInteger)).toBe(true);
        }
      }),
    );
  });

  test('no line is negative in a reading that takes nothing off of others', () => {
    fc.assert(
      fc.property(someDay, (day) => {
        for (const { services, pools } of reading(day).entries) {
          for (const { cost, onDemand, fargate, seconds, unpriced } of [...services, ...pools]) {
            expect(Math.min(cost, onDemand, fargate, seconds, unpriced, seconds - unpriced)).toBeGreaterThanOrEqual(0);
          }
        }
      }),
    );
  });

  test('every second of an instance is counted once', () => {
    fc.assert(
      fc.property(someDay, (day) => {
        const pools = reading(day).entries.flatMap((entry) => entry.pools);
        const ec2 = pools.filter(({ type }) => type !== undefined);
        const fargate = pools.filter(({ type }) => type === undefined);
        const ms = (lines: typeof pools) => Math.round(1000 * sum(lines.map(({ seconds }) => seconds)));
        expect(ms(ec2)).toBe(sum(day.instances.map(({ launchedAt, endedAt }) => overlap(launchedAt, endedAt))));
        const onFargates = day.tasks.filter(({ on }) => on.is === 'fargate');
        expect(ms(fargate)).toBe(sum(onFargates.map(({ from, to }) => overlap(from, to))));
      }),
    );
  });

  test('every second of a task is counted once', () => {
    fc.assert(
      fc.property(someDay, (day) => {
        const hosts = new Map(day.instances.map((one) => [one.containerInstance, one]));
        const ran = day.tasks.map(({ on, from, to = instant(TO) }) => {
          const host = on.is === 'ec2' ? hosts.get(on.containerInstance) : undefined;
          return overlap(Math.max(from, host?.launchedAt ?? 0), Math.min(to, host?.endedAt ?? Infinity));
        });
        const lines = reading(day).entries.flatMap(({ services }) => services);
        const seconds = lines.flatMap((line) => (line.consumer.of === 'idle' ? [] : line.seconds));
        expect(Math.round(1000 * sum(seconds))).toBe(sum(ran));
      }),
    );
  });

  test('the order in which things are listed does not matter', () => {
    const shuffled = someDay.chain((day) =>
      fc.record({
        day: fc.constant(day),
        instances: fc.shuffledSubarray(day.instances, { minLength: day.instances.length }),
        tasks: fc.shuffledSubarray(day.tasks, { minLength: day.tasks.length }),
      }),
    );
    fc.assert(
      fc.property(shuffled, ({ day, instances, tasks }) => {
        expect(reading({ ...day, instances, tasks })).toEqual(reading(day));
      }),
    );
  });
});

describe('two readings, one after the other', () => {
  const minute = fc.integer({ min: 1, max: 149 }).map((minutes) => instant(FROM + minutes * 60_000));

  /** What each had of each capacity. On-Demand for Fargate depends on the instances of a window: it is left out. */
  function figures(entries: readonly LedgerEntry[]): ReadonlyMap<string, number> {
    const all = new Map<string, number>();
    const add = (key: string, figure: number) => all.set(key, (all.get(key) ?? 0) + figure);
    for (const { hour, services, pools, freed } of entries) {
      add('freed instances', freed.instances * 1e6);
      add(`freed ${hour}`, freed.cost);
      for (const { consumer, capacity, lent, ...line } of services) {
        const key = `${hour} ${JSON.stringify(consumer)} ${capacity} ${lent}`;
        for (const [of, figure] of Object.entries(line)) {
          if (of !== 'onDemand' || !capacity.startsWith('fargate')) add(`${key} ${of}`, figure);
        }
      }
      for (const { capacity, type, zone, cost } of pools) add(`${hour} ${capacity} ${type} ${zone}`, cost);
    }
    return all;
  }

  /** What a reader sees: what ran in the window, and what ended in the hour before it. */
  const seen = (day: Day, from: Instant, to: Instant) => ({
    instances: day.instances.filter(({ launchedAt, endedAt = TO }) => launchedAt < to && endedAt > from - HOUR),
    tasks: day.tasks.filter((task) => task.from < to && (task.to ?? TO) > from - HOUR),
  });

  test('count what one would, but for rounding: minimums and what is free too', () => {
    fc.assert(
      fc.property(tidyDay, minute, (day, middle) => {
        const whole = figures(reading(day).entries);
        const first = reading(day, { ...seen(day, FROM, middle), to: middle });
        const second = reading(day, { ...seen(day, middle, TO), from: middle, first: false, young: first.young });
        const halves = figures([...first.entries, ...second.entries]);
        const pieces = 4 * (day.instances.length + day.tasks.length + 1);
        for (const key of new Set([...whole.keys(), ...halves.keys()])) {
          expect(Math.abs((halves.get(key) ?? 0) - (whole.get(key) ?? 0)), key).toBeLessThanOrEqual(pieces);
        }
      }),
      { numRuns: 300 },
    );
  });

  test('never have a key in common', () => {
    fc.assert(
      fc.property(someDay, minute, (day, middle) => {
        const first = reading(day, { to: middle });
        const second = reading(day, { from: middle, first: false, young: first.young });
        const keys = [...first.entries, ...second.entries].map(({ hour, from }) => `${hour} ${from}`);
        expect(new Set(keys).size).toBe(keys.length);
      }),
    );
  });

  test('keep negative lines to entries that say what is free', () => {
    fc.assert(
      fc.property(someDay, (day) => {
        const middle = time('10:20');
        const { young } = reading(day, { to: middle });
        const { entries } = reading(day, { from: middle, first: false, young });
        for (const { services, pools, freed } of entries) {
          const least = Math.min(0, ...[...services, ...pools].map(({ cost }) => cost));
          expect(-least).toBeLessThanOrEqual(freed.cost);
        }
      }),
    );
  });
});
