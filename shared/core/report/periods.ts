import { type Instant, instant, later } from '../../model/instant.ts';
import type { Period } from '../../model/report.ts';

/** A day of the calendar, `2026-11-27`, wherever it is. */
export type Day = string;

/** The calendar and the clock on the wall of one time zone. */
export type Calendar = {
  readonly timeZone: string;
  dayOf(at: Instant): Day;
  /** The first instant at which the clock shows this day and at least this hour: a clock may leave an hour out. */
  begins(day: Day, hour?: number): Instant;
};

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Clocks are 14 hours ahead of UTC at most, and 12 behind. */
const AHEAD_MS = 15 * HOUR_MS;

/**
 * @param timeZone IANA name
 * @throws RangeError when the time zone is not known: https://tc39.es/ecma402/#sec-intl.datetimeformat
 */
export function calendarOf(timeZone: string): Calendar {
  const format = new Intl.DateTimeFormat('en-u-ca-gregory-nu-latn', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
  });
  /** `2026-11-27 09`: what a clock shows, and what may be compared as text. */
  const shown = (at: Instant): string => {
    const parts = new Map(format.formatToParts(at).map(({ type, value }) => [type, value]));
    return `${parts.get('year')}-${parts.get('month')}-${parts.get('day')} ${parts.get('hour')}`;
  };
  return {
    timeZone,
    dayOf: (at) => shown(at).slice(0, 10),
    begins: (day, hour = 0) => {
      const wanted = `${day} ${String(hour).padStart(2, '0')}`;
      const middle = midnightUtc(day) + hour * HOUR_MS;
      return firstMinute({ from: middle - AHEAD_MS, to: middle + AHEAD_MS }, (at) => shown(at) >= wanted);
    },
  };
}

/** The first whole minute in a time at whose end something holds that did not at its beginning. */
function firstMinute({ from, to }: { from: number; to: number }, holds: (at: Instant) => boolean): Instant {
  let [not, yes] = [from, to];
  while (yes - not > MINUTE_MS) {
    const middle = not + Math.floor((yes - not) / (2 * MINUTE_MS)) * MINUTE_MS;
    if (holds(instant(middle))) yes = middle;
    else not = middle;
  }
  return instant(yes);
}

const midnightUtc = (day: Day): number => Date.parse(`${day}T00:00:00Z`);

/** The day so many days later (or, negative, before). */
export const addDays = (day: Day, days: number): Day =>
  new Date(midnightUtc(day) + days * DAY_MS).toISOString().slice(0, 10);

/** `count` whole local days from `first` on. */
export function periodOf(kind: Period['kind'], days: { first: Day; count: number }, calendar: Calendar): Period {
  const { first, count } = days;
  return {
    kind,
    from: calendar.begins(first),
    to: calendar.begins(addDays(first, count)),
    timeZone: calendar.timeZone,
    name: count === 1 ? dayName(first) : spanName(first, addDays(first, count - 1)),
  };
}

/** The local days that lie in a time, wholly or in part: those at its ends are cut there. Labels are for charts. */
export function daysIn(
  { from, to }: { readonly from: Instant; readonly to: Instant },
  calendar: Calendar,
): readonly { readonly from: Instant; readonly to: Instant; readonly label: string }[] {
  const days: { from: Instant; to: Instant; label: string }[] = [];
  let day = calendar.dayOf(from);
  for (let at = from; at < to; day = addDays(day, 1)) {
    const end = instant(Math.min(calendar.begins(addDays(day, 1)), to));
    // A day that a country left out of its calendar has no length.
    if (end > at) days.push({ from: at, to: end, label: dayLabel(day) });
    at = end;
  }
  return days;
}

/** A time in parts of so many hours, for the chart of a single day: `Fri 14:00`. */
export function hoursIn({ from, to, timeZone }: Pick<Period, 'from' | 'to' | 'timeZone'>, hours: number) {
  const options = { weekday: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const;
  const clock = new Intl.DateTimeFormat('en-GB', { ...options, timeZone });
  return Array.from({ length: Math.ceil((to - from) / (hours * HOUR_MS)) }, (_, n) => {
    const begin = later(from, n * hours * HOUR_MS);
    const end = instant(Math.min(later(begin, hours * HOUR_MS), to));
    return { from: begin, to: end, label: clock.format(begin).replace(',', '') };
  });
}

/** When reports are made, as the settings have it. */
export type Timetable = {
  readonly reports: 'none' | 'daily' | 'weekly' | 'both';
  readonly reportHour: number;
  readonly reportWeekday: string;
  readonly timeZone: string;
};

/** A report whose time has come. */
export type DueReport = {
  /** `daily 2026-11-27`, `weekly 2026-11-23`: by the first day that it is about */
  readonly id: string;
  readonly period: Period;
};

/** A report that could not be made for so long after its hour is not made any more. */
const LATE_MS = 20 * HOUR_MS;

/** The reports whose hour has come today, or yesterday if that is not too long ago. */
export function dueReports(timetable: Timetable, now: Instant): readonly DueReport[] {
  const { reports, reportHour, reportWeekday, timeZone } = timetable;
  const calendar = calendarOf(timeZone);
  const today = calendar.dayOf(now);
  const days = [addDays(today, -1), today].filter((day) => {
    const hour = calendar.begins(day, reportHour);
    return hour <= now && now < later(hour, LATE_MS);
  });
  return days.flatMap((day) => [
    ...(reports === 'daily' || reports === 'both' ? [due('daily', { day, count: 1, calendar })] : []),
    ...((reports === 'weekly' || reports === 'both') && weekdayOf(day).toLowerCase() === reportWeekday
      ? [due('weekly', { day, count: 7, calendar })]
      : []),
  ]);
}

function due(kind: 'daily' | 'weekly', of: { day: Day; count: number; calendar: Calendar }): DueReport {
  const first = addDays(of.day, -of.count);
  return { id: `${kind} ${first}`, period: periodOf(kind, { first, count: of.count }, of.calendar) };
}

const inEnglish = (day: Day, options: Intl.DateTimeFormatOptions): string =>
  new Intl.DateTimeFormat('en', { ...options, timeZone: 'UTC' }).format(midnightUtc(day));

const weekdayOf = (day: Day): string => inEnglish(day, { weekday: 'long' });
const monthOf = (day: Day): string => inEnglish(day, { month: 'long' });
const yearOf = (day: Day): string => day.slice(0, 4);
const dateOf = (day: Day): string => String(Number(day.slice(8)));

/** `Friday 27 November 2026` */
const dayName = (day: Day): string => `${weekdayOf(day)} ${dateOf(day)} ${monthOf(day)} ${yearOf(day)}`;

/** `Fri 27` */
const dayLabel = (day: Day): string => `${inEnglish(day, { weekday: 'short' })} ${dateOf(day)}`;

/** `23 to 29 November 2026`: what both days have in common is said once. */
function spanName(first: Day, last: Day): string {
  const end = `${dateOf(last)} ${monthOf(last)} ${yearOf(last)}`;
  if (first.slice(0, 7) === last.slice(0, 7)) return `${dateOf(first)} to ${end}`;
  if (yearOf(first) === yearOf(last)) return `${dateOf(first)} ${monthOf(first)} to ${end}`;
  return `${dateOf(first)} ${monthOf(first)} ${yearOf(first)} to ${end}`;
}
