import { describe, expect, test } from 'vitest';
import type { ReportMaterial, Stretch } from '../../../../shared/core/report/material.ts';
import { calendarOf, daysIn, periodOf } from '../../../../shared/core/report/periods.ts';
import { isEmpty, reportOf } from '../../../../shared/core/report/report.ts';
import { sumsOf } from '../../../../shared/core/report/sums.ts';
import { type Instant, instant, later } from '../../../../shared/model/instant.ts';
import type { LedgerEntry } from '../../../../shared/model/ledger.ts';
import type { Report } from '../../../../shared/model/report.ts';
import { aMissed, anEntry, anIncident, aPoolLine, aServiceLine } from '../../../functions/report/report-given.ts';
import { ACCOUNT, aPrepared, at, clusterArn, NOW, POOL, REGION } from '../../../given.ts';

const HOUR = 3_600_000;
const UTC = calendarOf('UTC');
const midnight = (day: string): Instant => instant(Date.parse(`${day}T00:00:00Z`));

const aMaterial = (entries: readonly LedgerEntry[], given: Partial<ReportMaterial> = {}): ReportMaterial => {
  const period = given.period ?? periodOf('daily', { first: '2026-08-13', count: 1 }, UTC);
  const days = daysIn({ from: midnight('2026-08-07'), to: period.to }, UTC);
  const stretches = days.map((day): Stretch => {
    const within = entries.filter(({ from }) => from >= day.from && from < day.to);
    return { ...day, sums: sumsOf(within) };
  });
  return {
    period,
    account: ACCOUNT,
    mode: 'act',
    now: NOW,
    stretches,
    interruptions: [],
    incidents: [],
    prepared: [],
    coolOffs: [],
    standings: [],
    choices: [],
    ...given,
  };
};

/** All hours of a day. */
const aDay = (day: string, given: Partial<LedgerEntry> = {}): readonly LedgerEntry[] =>
  Array.from({ length: 24 }, (_, hour) => anEntry(later(midnight(day), hour * HOUR), given));

const reported = (entries: readonly LedgerEntry[], given: Partial<ReportMaterial> = {}): Report =>
  reportOf(aMaterial(entries, given));

describe('a report', () => {
  test('says what was paid, what On-Demand would have cost, and how it was bought', () => {
    const { total } = reported(
      aDay('2026-08-13', {
        services: [
          aServiceLine(),
          aServiceLine({ consumer: { of: 'idle' }, cost: 5, onDemand: 15, fargate: 0 }),
          aServiceLine({ capacity: 'fargate-spot', lent: true, cost: 40, onDemand: 30, fargate: 100 }),
        ],
      }),
    );
    expect(total).toEqual({
      cost: 24 * 75,
      onDemand: 24 * 145,
      fargate: 24 * 220,
      saved: 24 * 70,
      byCapacity: { spot: 24 * 35, 'on-demand': 0, 'fargate-spot': 24 * 40, fargate: 0 },
      lent: 24 * 40,
      idle: 24 * 5,
    });
  });

  test('shows clusters, services and pools, those that cost most first', () => {
    const found = reported([
      ...aDay('2026-08-13'),
      ...aDay('2026-08-13', {
        cluster: clusterArn('batch'),
        services: [aServiceLine({ consumer: { of: 'tasks', name: 'nightly' }, cost: 90 })],
        pools: [aPoolLine({ capacity: 'fargate', type: undefined, zone: undefined, cost: 90 })],
      }),
    ]);
    expect(found.clusters.map(({ cluster, cost }) => [cluster, cost])).toEqual([
      ['batch', 24 * 90],
      ['prod', 24 * 30],
    ]);
    expect(found.services.map(({ consumer }) => consumer)).toEqual([
      { of: 'tasks', name: 'nightly' },
      { of: 'service', name: 'checkout' },
    ]);
    expect(found.pools.map(({ pool, hours }) => [pool, hours])).toEqual([
      ['Fargate', 24],
      ['m6i.large eu-west-1a', 24],
    ]);
  });

  test('compares with the time before only where the ledger knows it', () => {
    expect(reported([...aDay('2026-08-12'), ...aDay('2026-08-13')]).before?.cost).toBe(24 * 30);
    expect(reported([...aDay('2026-08-12').slice(12), ...aDay('2026-08-13')]).before).toBeUndefined();
    expect(reported(aDay('2026-08-13')).before).toBeUndefined();
  });

  test('draws the days from the first known one on', () => {
    const { trend } = reported([...aDay('2026-08-11'), ...aDay('2026-08-13')]);
    expect(trend).toEqual([
      { label: 'Tue 11', cost: 720, saved: 1680 },
      { label: 'Wed 12', cost: 0, saved: 0 },
      { label: 'Thu 13', cost: 720, saved: 1680 },
    ]);
  });

  test('says how much of the time is known, counted once where clusters overlap, and the longest gap', () => {
    const other = { cluster: clusterArn('other'), gapMs: 5 };
    const found = reported([...aDay('2026-08-13').slice(6), ...aDay('2026-08-13', other).slice(6, 8)]);
    expect(found.knownMs).toBe(18 * HOUR);
    expect(found.gapMs).toBe(10);
  });

  test('of a time of which nothing is known is empty, and one of a calm day is not', () => {
    expect(isEmpty(reported([]))).toBe(true);
    expect(isEmpty(reported(aDay('2026-08-13', { services: [], pools: [] })))).toBe(false);
    expect(isEmpty(reported(aDay('2026-08-11')))).toBe(false);
  });

  test('names each missing price once', () => {
    expect(reported(aDay('2026-08-13', { missingPrices: ['m9z.large eu-west-1a Spot'] })).missingPrices).toEqual([
      'm9z.large eu-west-1a Spot',
    ]);
  });
});

describe('what went wrong', () => {
  test('is counted: drained in time, too late, never, and what became of tasks', () => {
    const spot = { cause: 'spot', stoppedByScheduler: 3, stoppedBySpotkeeper: 1, killed: 0, goneAt: at(121) } as const;
    const { interruptions } = reported([], {
      interruptions: [
        aMissed(1),
        aMissed(2, { ...spot, drainedAt: at(4) }),
        aMissed(3, { ...spot, drainedAt: at(125), killed: 2 }),
        aMissed(4, { ...spot }),
        aMissed(5, { ...spot, cause: 'scale-in' }),
      ],
    });
    expect(interruptions).toEqual({
      noticed: 3,
      drained: 1,
      notDrained: 2,
      missed: 1,
      scaleIns: 1,
      maintenance: 0,
      tasksMoved: 16,
      tasksKilled: 2,
      slowestDrainSeconds: 4,
    });
  });

  test('names what was lent within the time, where, and how many at most', () => {
    const lending = { service: 'checkout', most: { 'fargate-spot': 3, fargate: 2 }, why: 'no room' };
    const period = periodOf('daily', { first: '2026-08-14', count: 1 }, UTC);
    const { failovers } = reported([], {
      period,
      incidents: [
        anIncident({
          lent: [
            { ...lending, since: at(0), until: at(600) },
            { ...lending, since: at(-86_400 * 2), until: at(-86_400) },
          ],
        }),
      ],
    });
    expect(failovers).toEqual([
      {
        ...{ region: REGION, cluster: 'prod', service: 'checkout', from: at(0), until: at(600), most: 5 },
        ...{ where: 'Fargate Spot and Fargate', why: 'no room' },
      },
    ]);
  });

  test('tells of pools on cool-off, of standbys that may not be there, and of what to change', () => {
    const found = reported([], {
      coolOffs: [{ is: 'cool-off', region: REGION, pool: POOL, noticedAt: at(-60), expiresAt: at(3600) }],
      prepared: [
        aPrepared({ standbys: { fargate: 'arn' } }),
        aPrepared({
          service: 'daemon',
          findings: [{ parameter: 'schedulingStrategy', says: 'a daemon', severity: 'refusal' }],
        }),
      ],
    });
    expect(found.coolOffs).toEqual([
      'm6i.large in eu-west-1a was interrupted at 2026-08-14 09:25 UTC and cools off until 2026-08-14 10:26 UTC',
    ]);
    expect(found.standbys).toEqual([
      'checkout in prod has a standby that never ran: set spotkeeper:proof-run=on, and one task of it is tried once',
      'daemon in prod cannot run on Fargate: schedulingStrategy: a daemon',
    ]);
  });

  test('does not ask for a trial of a standby that was lent', () => {
    const lent = [{ service: 'checkout', since: at(0), until: at(600), most: { fargate: 5 }, why: 'no room' }];
    const prepared = [aPrepared({ standbys: { fargate: 'arn' } })];
    expect(reported([], { prepared, incidents: [anIncident({ lent })] }).standbys).toEqual([]);
  });
});
