import { describe, expect, test } from 'vitest';
import { observeMaterial } from '../../../functions/report/observe/material.ts';
import { calendarOf, daysIn, periodOf } from '../../../shared/core/report/periods.ts';
import { reportOf } from '../../../shared/core/report/report.ts';
import { type Instant, instant } from '../../../shared/model/instant.ts';
import type { Counted } from '../../../shared/model/ledger.ts';
import { ACCOUNT, at, CLUSTER, NOW, REGION } from '../../given.ts';
import { anEntry, aServiceLine } from './report-given.ts';
import { ReportWorld } from './report-world.ts';

const utc = (text: string): Instant => instant(Date.parse(text));

const aCounted = (to: Instant): Counted => ({
  ...{ is: 'counted', region: REGION, cluster: CLUSTER, to, young: [], groups: [], pending: [] },
  ...{ version: 1, by: 'earlier', expiresAt: at(7 * 86_400) },
});

describe('a report at midnight', () => {
  const midnight = { reports: 'daily', reportHour: 0 } as const;
  const theDay = (world: ReportWorld) => world.put(anEntry(utc('2026-08-13T23:00:00Z')));
  const made = (world: ReportWorld) => world.all('outbox').map(({ id }) => id);

  test('waits until the last minutes of its day are counted', async () => {
    const world = new ReportWorld(midnight, utc('2026-08-14T00:05:00Z'));
    theDay(world);
    world.put(aCounted(utc('2026-08-13T23:50:00Z')));
    await world.tick();
    expect(made(world)).toEqual([]);
    world.put(aCounted(utc('2026-08-14T00:04:00Z')));
    await world.tick();
    expect(made(world)).toEqual(['daily 2026-08-13']);
  });

  test('does not wait for a cluster that is gone for more than an hour', async () => {
    const world = new ReportWorld(midnight, utc('2026-08-14T01:00:00Z'));
    theDay(world);
    world.put(aCounted(utc('2026-08-13T23:50:00Z')));
    await world.tick();
    expect(made(world)).toEqual(['daily 2026-08-13']);
  });
});

describe('the chart of a daily report', () => {
  const labels = async (...hours: readonly string[]) => {
    const world = new ReportWorld({ reports: 'daily', reportHour: 0 }, utc('2026-08-14T01:00:00Z'));
    const services = [aServiceLine({ cost: 1e9, onDemand: 3e9 })];
    world.put(...hours.map((hour) => anEntry(utc(hour), { services })));
    await world.tick();
    const chart = world.all('outbox')[0]?.message.blocks.find(({ type }) => type === 'data_visualization');
    return chart?.type === 'data_visualization' ? chart.chart.axis_config.categories : [];
  };

  test('shows the days before, too', async () => {
    expect(await labels('2026-08-12T07:00:00Z', '2026-08-13T07:00:00Z')).toEqual(['Wed 12', 'Thu 13']);
  });

  test('shows the hours of the first day that the ledger knows', async () => {
    const hours = ['Thu 15:00', 'Thu 18:00', 'Thu 21:00'];
    expect(await labels('2026-08-13T16:00:00Z', '2026-08-13T22:00:00Z')).toEqual(hours);
  });
});

test('a reading belongs to one local day, also where days begin within an hour of UTC', async () => {
  const world = new ReportWorld();
  const [before, after, nextHour] = ['18:20', '18:30', '19:00'].map((time) => utc(`2026-08-13T${time}:00Z`));
  const hour = utc('2026-08-13T18:00:00Z');
  world.put(
    anEntry(hour, { from: before as Instant, to: after as Instant }),
    anEntry(hour, { from: after as Instant, to: nextHour as Instant }),
    // What is taken off an earlier hour has no time of its own.
    anEntry(hour, { from: NOW, to: NOW, services: [] }),
  );
  const calendar = calendarOf('Asia/Kolkata');
  const cost = async (first: string) => {
    const period = periodOf('daily', { first, count: 1 }, calendar);
    const about = { period, account: ACCOUNT, mode: 'act', now: NOW, stretches: daysIn(period, calendar) } as const;
    return reportOf(await observeMaterial([world.table(REGION)], about)).total.cost;
  };
  expect(await cost('2026-08-13')).toBe(30);
  expect(await cost('2026-08-14')).toBe(30);
});

test('a report is of all regions', async () => {
  const regions = [REGION, 'eu-north-1'];
  const world = new ReportWorld({ reports: 'daily', regions }, utc('2026-08-14T09:30:00Z'));
  for (const region of regions) world.put(anEntry(utc('2026-08-13T10:00:00Z'), { region }));
  await world.tick();
  expect(JSON.stringify(world.all('outbox').map(({ message }) => message))).toContain('eu-north-1');
  expect(world.all('outbox')).toHaveLength(1);
});
