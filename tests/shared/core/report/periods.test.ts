import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  addDays,
  calendarOf,
  daysIn,
  dueReports,
  hoursIn,
  periodOf,
  type Timetable,
} from '../../../../shared/core/report/periods.ts';
import { type Instant, instant, later } from '../../../../shared/model/instant.ts';

const utc = (text: string): Instant => instant(Date.parse(text));
const hours = (ms: number): number => ms / 3_600_000;

/** Zones with other rules each: whole and half hours, changes at midnight, half an hour of daylight saving, none. */
const ZONES = [
  'UTC',
  'Europe/Berlin',
  'America/New_York',
  'America/Santiago',
  'America/Havana',
  'Africa/Cairo',
  'Asia/Kolkata',
  'Asia/Kathmandu',
  'Australia/Lord_Howe',
  'Pacific/Apia',
  'Pacific/Chatham',
  'Pacific/Kiritimati',
  'Pacific/Pago_Pago',
] as const;

/** Days of the years 2015 to 2035. */
const aDay = fc.integer({ min: 0, max: 20 * 365 }).map((days) => addDays('2015-01-01', days));
const aZone = fc.constantFrom(...ZONES);

const lengthOf = (day: string, zone: string): number => {
  const calendar = calendarOf(zone);
  return hours(calendar.begins(addDays(day, 1)) - calendar.begins(day));
};

describe('a local day', () => {
  test.each([
    ['2026-03-29', 'Europe/Berlin', 23],
    ['2026-10-25', 'Europe/Berlin', 25],
    ['2026-11-27', 'Europe/Berlin', 24],
    ['2026-03-08', 'America/New_York', 23],
    ['2026-11-01', 'America/New_York', 25],
    // At midnight clocks go to 1 o'clock: the day has no midnight.
    ['2026-09-06', 'America/Santiago', 23],
    // At midnight they go back to 23 o'clock of the day that was ending.
    ['2026-04-04', 'America/Santiago', 25],
    ['2026-10-04', 'Australia/Lord_Howe', 23.5],
    ['2026-04-05', 'Australia/Lord_Howe', 24.5],
    ['2026-03-29', 'Asia/Kolkata', 24],
  ])('%s in %s has %d hours', (day, zone, expected) => {
    expect(lengthOf(day, zone)).toBe(expected);
  });

  test('begins at its first minute, whatever clocks do then, and the minute before is the day before', () => {
    fc.assert(
      fc.property(aDay, aZone, (day, zone) => {
        const calendar = calendarOf(zone);
        const from = calendar.begins(day);
        expect(calendar.dayOf(from)).toBe(day);
        expect(calendar.dayOf(later(from, -1))).toBe(addDays(day, -1));
      }),
    );
  });

  test('has 23 to 25 hours, and a week is its seven days', () => {
    fc.assert(
      fc.property(aDay, aZone, (day, zone) => {
        const calendar = calendarOf(zone);
        const week = periodOf('weekly', { first: day, count: 7 }, calendar);
        const days = daysIn(week, calendar);
        expect(days).toHaveLength(7);
        expect(days[0]?.from).toBe(week.from);
        expect(days.at(-1)?.to).toBe(week.to);
        for (const [index, { from, to }] of days.entries()) {
          expect(hours(to - from)).toBeGreaterThanOrEqual(23);
          expect(hours(to - from)).toBeLessThanOrEqual(25);
          if (index > 0) expect(from).toBe(days[index - 1]?.to);
        }
      }),
    );
  });

  test('that a country left out has no length', () => {
    const calendar = calendarOf('Pacific/Apia');
    const week = periodOf('weekly', { first: '2011-12-28', count: 7 }, calendar);
    expect(daysIn(week, calendar).map(({ label }) => label)).toEqual([
      'Wed 28',
      'Thu 29',
      'Sat 31',
      'Sun 1',
      'Mon 2',
      'Tue 3',
    ]);
  });
});

describe('an hour of a day', () => {
  test('that clocks leave out is the first one after it', () => {
    expect(calendarOf('Europe/Berlin').begins('2026-03-29', 2)).toBe(utc('2026-03-29T01:00Z'));
  });

  test('that comes twice is the first of both', () => {
    expect(calendarOf('Europe/Berlin').begins('2026-10-25', 2)).toBe(utc('2026-10-25T00:00Z'));
  });
});

test('a day in parts of three hours has all of it, also when clocks change', () => {
  const day = periodOf('daily', { first: '2026-10-25', count: 1 }, calendarOf('Europe/Berlin'));
  const parts = hoursIn(day, 3);
  expect(parts.map(({ label }) => label)).toEqual(
    ['00:00', '02:00', '05:00', '08:00', '11:00', '14:00', '17:00', '20:00', '23:00'].map((time) => `Sun ${time}`),
  );
  expect(hours((parts.at(-1)?.to ?? 0) - day.from)).toBe(25);
});

test('the days of a time that begins and ends within days are cut there', () => {
  const calendar = calendarOf('Asia/Kolkata');
  const days = daysIn({ from: utc('2026-11-26T20:00Z'), to: utc('2026-11-27T20:00Z') }, calendar);
  expect(days).toEqual([
    { from: utc('2026-11-26T20:00Z'), to: utc('2026-11-27T18:30Z'), label: 'Fri 27' },
    { from: utc('2026-11-27T18:30Z'), to: utc('2026-11-27T20:00Z'), label: 'Sat 28' },
  ]);
});

test.each([
  ['2026-11-27', 1, 'Friday 27 November 2026'],
  ['2026-11-23', 7, '23 to 29 November 2026'],
  ['2026-11-30', 7, '30 November to 6 December 2026'],
  ['2026-12-28', 7, '28 December 2026 to 3 January 2027'],
])('the %s and %d days are called %3$s', (first, count, name) => {
  expect(periodOf('since', { first, count }, calendarOf('UTC')).name).toBe(name);
});

const timetable = (given: Partial<Timetable> = {}): Timetable => ({
  reports: 'both',
  reportHour: 9,
  reportWeekday: 'monday',
  timeZone: 'Europe/Berlin',
  ...given,
});
const idsDue = (now: string, given: Partial<Timetable> = {}) =>
  dueReports(timetable(given), utc(now)).map(({ id }) => id);

describe('a report', () => {
  test('is due from its hour on, of the day before', () => {
    expect(idsDue('2026-11-28T07:59:59Z')).toEqual([]);
    expect(idsDue('2026-11-28T08:00Z')).toEqual(['daily 2026-11-27']);
  });

  test('is due for 20 hours, beyond midnight too', () => {
    expect(idsDue('2026-11-29T03:59Z')).toEqual(['daily 2026-11-27']);
    expect(idsDue('2026-11-29T04:00Z')).toEqual([]);
    expect(idsDue('2026-11-28T22:30Z', { reportHour: 23 })).toEqual(['daily 2026-11-27']);
    expect(idsDue('2026-11-28T23:30Z', { reportHour: 23 })).toEqual(['daily 2026-11-27']);
  });

  test('of a week is due on its day, of the seven days before', () => {
    const [daily, weekly] = dueReports(timetable(), utc('2026-11-30T10:00Z'));
    expect(daily?.id).toBe('daily 2026-11-29');
    expect(weekly).toMatchObject({
      id: 'weekly 2026-11-23',
      period: {
        kind: 'weekly',
        from: utc('2026-11-22T23:00Z'),
        to: utc('2026-11-29T23:00Z'),
        name: '23 to 29 November 2026',
      },
    });
  });

  test.each([
    ['none', []],
    ['daily', ['daily 2026-11-29']],
    ['weekly', ['weekly 2026-11-23']],
  ] as const)('is not due where the setting reports is %s and leaves it out', (reports, ids) => {
    expect(idsDue('2026-11-30T10:00Z', { reports })).toEqual(ids);
  });

  test('is due at some minute of every day, once by its id, whatever clocks do', () => {
    fc.assert(
      fc.property(aDay, aZone, fc.integer({ min: 0, max: 23 }), (day, timeZone, reportHour) => {
        const calendar = calendarOf(timeZone);
        const at = calendar.begins(day, reportHour);
        const due = dueReports(timetable({ reports: 'daily', timeZone, reportHour }), at);
        expect(due.map(({ id }) => id)).toEqual([`daily ${addDays(day, -1)}`]);
        expect(due[0]?.period.to).toBe(calendar.begins(day));
      }),
    );
  });
});
