import { describe, expect, test } from 'vitest';
import { countLedger } from '../../../../shared/core/ledger/count.ts';
import type { LedgerEntry, RanInstance, YoungInstance } from '../../../../shared/model/ledger.ts';
import { aRanInstance, aRanTask, aReading, idle, linesOf, service, time } from './ran.ts';

const launchedAt = time('08:50');
const tasks = [aRanTask(1, { from: time('08:52') })];

/** Read by readings of a quarter of an hour from 08:45 on, until `to`. */
function readings(instance: Partial<RanInstance>, to: string) {
  let young: readonly YoungInstance[] = [];
  const entries: (readonly LedgerEntry[])[] = [];
  const ends = ['09:00', '09:15', '09:30', '09:45', '10:00', '10:15'];
  let from = time('08:45');
  for (const end of ends.slice(0, ends.indexOf(to) + 1).map(time)) {
    const counting = countLedger(
      aReading({ from, to: end, young, tasks, instances: [aRanInstance(1, { launchedAt, ...instance })] }),
    );
    entries.push(counting.entries);
    young = counting.young;
    from = end;
  }
  return { entries, young };
}

const total = (entries: readonly LedgerEntry[]): number =>
  entries.flatMap(({ services }) => services).reduce((sum, { cost }) => sum + cost, 0);

describe('a Spot instance that EC2 takes back', () => {
  test('after 20 minutes is free: what was booked is taken off in the hours in which it was booked', () => {
    const { entries, young } = readings({ endedAt: time('09:10'), reclaimed: true }, '09:15');
    expect(entries.map(linesOf)).toEqual([
      ['08 idle spot: 480000 / 1440000 / 0 480s', '08 checkout spot: 120000 / 360000 / 1440000 480s'],
      [
        '08 idle spot: -480000 / 0 / 0 0s',
        '08 checkout spot: -120000 / 0 / 0 0s',
        '09 idle spot: 0 / 1350000 / 0 450s',
        '09 checkout spot: 0 / 450000 / 1800000 600s',
      ],
    ]);
    expect(entries[1]?.map(({ hour, from, to, freed }) => [hour, from, to, freed])).toEqual([
      [time('08:00'), time('09:00'), time('09:00'), { instances: 0, cost: 600_000 }],
      [time('09:00'), time('09:00'), time('09:15'), { instances: 1, cost: 600_000 }],
    ]);
    expect(young).toEqual([expect.objectContaining({ launchedAt, booked: [] })]);
  });

  test('is taken off of its pool, too', () => {
    const { entries } = readings({ endedAt: time('09:10'), reclaimed: true }, '09:15');
    expect(entries.flat().flatMap(({ pools }) => pools.map(({ cost }) => cost))).toEqual([600_000, -600_000, 0]);
  });

  test('is free once, however long EC2 shows it', () => {
    const { entries } = readings({ endedAt: time('09:10'), reclaimed: true }, '09:45');
    expect(total(entries.flat())).toBe(0);
    expect(entries.flat().reduce((sum, { freed }) => sum + freed.instances, 0)).toBe(1);
  });

  test('after 70 minutes is paid', () => {
    const { entries, young } = readings({ endedAt: time('10:00'), reclaimed: true }, '10:15');
    expect(total(entries.flat())).toBe(70 * 60_000);
    expect(entries.flat().every(({ freed }) => freed.instances === 0)).toBe(true);
    expect(young).toEqual([]);
  });

  test('within its first hour is free in the reading that sees it launched and ended', () => {
    const { entries } = readings({ launchedAt: time('08:50'), endedAt: time('08:50:20'), reclaimed: true }, '09:00');
    expect(linesOf(entries.flat())).toEqual(['08 idle spot: 0 / 180000 / 0 20s']);
    expect(entries.flat()[0]?.freed).toEqual({ instances: 1, cost: 60_000 });
  });

  test('is free even if EC2 says later that it was taken back', () => {
    const endedAt = time('09:10');
    const { entries, young } = readings({ endedAt }, '09:15');
    const later = aReading({
      ...{ from: time('09:15'), to: time('09:30'), young, tasks: [] },
      instances: [aRanInstance(1, { launchedAt, endedAt, reclaimed: true })],
    });
    expect(total([...entries.flat(), ...countLedger(later).entries])).toBe(0);
  });
});

describe('an instance in its first hour', () => {
  test('is paid if its owner ends it', () => {
    expect(total(readings({ endedAt: time('09:10') }, '09:30').entries.flat())).toBe(20 * 60_000);
  });

  test('is remembered with what was booked as long as it may still be free', () => {
    expect(readings({}, '09:15').young[0]?.booked).toEqual([
      { hour: time('08:00'), consumer: idle, cost: 480_000 },
      { hour: time('08:00'), consumer: service('checkout'), cost: 120_000 },
      { hour: time('09:00'), consumer: idle, cost: 675_000 },
      { hour: time('09:00'), consumer: service('checkout'), cost: 225_000 },
    ]);
    expect(readings({}, '10:00').young).toEqual([expect.objectContaining({ booked: [] })]);
  });

  test('is remembered without bookings if it is On-Demand', () => {
    expect(readings({ spot: false }, '09:15').young).toEqual([expect.objectContaining({ launchedAt, booked: [] })]);
  });
});
