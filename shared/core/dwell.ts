import type { Instant } from '../model/instant.ts';

/** Bounds of the dwell, from the policy. */
export type DwellBounds = { readonly dwellMinutes: number; readonly mostDwellMinutes: number };

const MINUTE_MS = 60_000;
const FLAPPING_WITHIN_MS = 60 * MINUTE_MS;

/** Of the moments when lendings began, those that still tell of flapping: of the last hour. */
export const lately = (began: readonly Instant[], now: Instant): readonly Instant[] =>
  began.filter((at) => at > now - FLAPPING_WITHIN_MS && at <= now);

/**
 * How long lent tasks are kept after the last moment at which all of them were needed. It delays decreases only.
 * The first lending within an hour keeps them `dwellMinutes`; each further one doubles that, up to `mostDwellMinutes`.
 * Keeping tasks costs money, and lending them anew costs about two minutes of them (the notice, in which the doomed
 * instance is paid, too). So in calm the dwell is shorter than that; it grows when starts come so often that churn is
 * the greater harm. Measured: docs/benchmarks.md, traces.
 * @param began when lendings began (from none lent to some), in any order
 * @param now the moment from which the dwell counts: asked with that, its end does not move
 * @param bounds minutes from 0; with `dwellMinutes` 0 there is no dwell; where it is above `mostDwellMinutes` it holds
 * @returns milliseconds
 */
export function dwellMs(began: readonly Instant[], now: Instant, bounds: DwellBounds): number {
  const { dwellMinutes, mostDwellMinutes } = bounds;
  const again = Math.max(0, lately(began, now).length - 1);
  return Math.max(dwellMinutes, Math.min(mostDwellMinutes, dwellMinutes * 2 ** again)) * MINUTE_MS;
}

/**
 * Has a deficit lasted so long that it moves to On-Demand instances? They cost less than Fargate, but they boot while
 * Fargate still runs, so a short deficit is not worth it. A replacement on Spot boots in two to three minutes: a
 * break-even time above that never buys what is on its way.
 * @param since when the lending began
 */
export const outlasts = (since: Instant, now: Instant, breakEvenMinutes: number): boolean =>
  now >= since + breakEvenMinutes * MINUTE_MS;
