import { type Instant, instant } from '../../model/instant.ts';
import type { NanoUsd, PriceStep } from '../../model/ledger.ts';

export const MINUTE_MS = 60_000;
export const HOUR_MS = 3_600_000;

/** Time from `from` to before `to`. */
export type Stretch = { readonly from: Instant; readonly to: Instant };

/** A stretch within one UTC hour and at one price an hour; undefined: no price is known. */
export type Piece = Stretch & { readonly hour: Instant; readonly hourly: NanoUsd | undefined };

/** The beginning of the UTC hour of an instant. Hours of UTC have no daylight saving. */
export const hourOf = (at: Instant): Instant => instant(Math.floor(at / HOUR_MS) * HOUR_MS);

/** The hour of the last moment before an instant: what ends with an hour is in that hour. */
export const hourBefore = (at: Instant): Instant => hourOf(instant(at - 1));

/** What so much time costs at a price an hour, in whole nano-dollars. */
export const costOf = (hourly: NanoUsd, ms: number): NanoUsd => Math.round((hourly * ms) / HOUR_MS);

/** The price in force at an instant. The first is taken to be in force ever before. */
export function priceAt(steps: readonly PriceStep[], at: Instant): NanoUsd | undefined {
  return (steps.findLast(({ from }) => from <= at) ?? steps[0])?.hourly;
}

/** Cuts a stretch where UTC hours begin and where its price changes. */
export function piecesOf({ from, to }: Stretch, steps: readonly PriceStep[]): readonly Piece[] {
  const cuts = new Set<number>([from]);
  for (let hour = hourOf(from) + HOUR_MS; hour < to; hour += HOUR_MS) cuts.add(hour);
  for (const step of steps) if (step.from > from && step.from < to) cuts.add(step.from);
  const sorted = [...cuts].sort((a, b) => a - b).map(instant);
  return from >= to
    ? []
    : sorted.map((cut, at) => ({
        from: cut,
        to: sorted[at + 1] ?? to,
        hour: hourOf(cut),
        hourly: priceAt(steps, cut),
      }));
}

/** How much of `time` lies within a stretch, milliseconds. */
export const overlapMs = (time: Stretch, { from, to }: Stretch): number =>
  Math.max(0, Math.min(time.to, to) - Math.max(time.from, from));

/** What is missing to the minute that is billed at least of what ran from `from` to `to`. */
export const restOfMinute = (from: Instant, to: Instant): number => Math.max(0, MINUTE_MS - (to - from));

/** Did it end in this stretch? The end of a stretch is in it, its beginning is not: what ends is seen by one reading. */
export const endsIn = ({ from, to }: Stretch, at: Instant | undefined): at is Instant =>
  at !== undefined && at > from && at <= to;
