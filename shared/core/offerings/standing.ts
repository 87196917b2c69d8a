import type { Pool } from '../../model/fleet.ts';
import { type Instant, instant, later } from '../../model/instant.ts';
import type { Standing } from '../../model/rebalance-records.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const HALF_LIFE_MS = 24 * HOUR_MS;
/** After so many half-lives a strike counts for nothing. */
const FORGOTTEN_AFTER = 7;

export type Strike = {
  readonly region: string;
  readonly pool: Pool;
  readonly at: Instant;
  /** 1: an ordinary strike. What hits many instances of a pool at once is one strike, not many. */
  readonly weight: number;
  readonly coolOffMinutes: number;
  readonly mostCoolOffHours: number;
};

/**
 * The standing of a pool after one strike more. Strikes count half after a day. The pool is left out for the cool-off,
 * which doubles with each strike, up to the most. The order in which strikes are heard of does not change their sum.
 */
export function strike(before: Standing | undefined, hit: Strike): Standing {
  const { region, pool, at, weight, coolOffMinutes, mostCoolOffHours } = hit;
  const lastAt = instant(Math.max(at, before?.lastAt ?? at));
  const strikes = strikesAt(before, lastAt) + weight * 2 ** -((lastAt - at) / HALF_LIFE_MS);
  const coolOffMs = coolOffMinutes * MINUTE_MS * 2 ** Math.max(0, strikes - 1);
  const out = later(at, Math.round(Math.min(coolOffMs, mostCoolOffHours * HOUR_MS)));
  const outUntil = instant(Math.max(out, before?.outUntil ?? out));
  const expiresAt = instant(Math.max(outUntil, later(lastAt, FORGOTTEN_AFTER * HALF_LIFE_MS)));
  return { is: 'standing', region, pool, strikes, lastAt, outUntil, expiresAt };
}

/** Is the pool to be left out? */
export const isOut = (standing: Standing | undefined, now: Instant): boolean =>
  standing !== undefined && now < standing.outUntil;

/** How often the pool failed us, old strikes counting less. */
export function strikesAt(standing: Standing | undefined, now: Instant): number {
  if (!standing) return 0;
  return standing.strikes * 2 ** -(Math.max(0, now - standing.lastAt) / HALF_LIFE_MS);
}
