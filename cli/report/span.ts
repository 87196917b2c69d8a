import { addDays, calendarOf, type Day, daysIn, hoursIn, periodOf } from '../../shared/core/report/periods.ts';
import { type Instant, instant } from '../../shared/model/instant.ts';
import type { Period } from '../../shared/model/report.ts';
import { UsageError } from '../command-line.ts';

/** So many days before today, or a first day. */
export type Since = { readonly days: number } | { readonly day: Day };

/** A time to report, and the parts of it that its chart shows; undefined: those of a report by schedule. */
export type Span = {
  readonly period: Period;
  readonly stretches: readonly { readonly from: Instant; readonly to: Instant; readonly label: string }[] | undefined;
};

/** A chart shows so many bars at most. */
const MOST_BARS = 16;
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

/**
 * Local days up to now: `7d` are seven whole days, and today as far as it went.
 * @throws UsageError when the first day is not over yet and has not begun
 */
export function spanSince(since: Since, { timeZone, now }: { readonly timeZone: string; readonly now: Instant }): Span {
  const calendar = calendarOf(timeZone);
  const today = calendar.dayOf(now);
  const first = 'day' in since ? since.day : addDays(today, -since.days);
  if (first > today) throw new UsageError(`--since is "${first}", which is to come; allowed: a day until ${today}`);
  const count = Math.round((Date.parse(today) - Date.parse(first)) / (24 * HOUR_MS)) + 1;
  const whole = periodOf('since', { first, count }, calendar);
  return cut({ ...whole, to: floorMinute(now) });
}

/** From one instant to another on. @param name how the report calls it */
export const spanFrom = (from: Instant, { to, timeZone }: { to: Instant; timeZone: string }, name: string): Span =>
  cut({ kind: 'since', from: instant(Math.floor(from / HOUR_MS) * HOUR_MS), to: floorMinute(to), timeZone, name });

/** Bars of an hour, of three hours or of a day: the shortest of which a chart holds all. */
function cut(period: Period): Span {
  const hours = (period.to - period.from) / HOUR_MS;
  const step = [1, 3].find((one) => hours <= one * MOST_BARS);
  if (step === undefined) return { period, stretches: daysIn(period, calendarOf(period.timeZone)) };
  return { period, stretches: hoursIn(period, step) };
}

const floorMinute = (at: Instant): Instant => instant(Math.floor(at / MINUTE_MS) * MINUTE_MS);

/** Is it a day of the calendar, such as 2026-11-20? */
export const isDay = (text: string): boolean =>
  /^\d{4}-\d\d-\d\d$/.test(text) &&
  !Number.isNaN(Date.parse(text)) &&
  new Date(Date.parse(text)).toISOString().startsWith(text);

/** @throws UsageError when the IANA database has no such time zone */
export function zoneOf(name: string): string {
  try {
    return calendarOf(name).timeZone;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new UsageError(
      `--time-zone is "${name}"; allowed: a name of the IANA time zone database, like Europe/Berlin`,
    );
  }
}
