import type { Context } from '../../../shared/flow.ts';
import { type Instant, later } from '../../../shared/model/instant.ts';
import type { Lending } from '../../../shared/model/records.ts';
import type { ServiceGiven } from './service-given.ts';

/** A notice less so much is what a lent task has to start in. */
const SPARE_MS = 20_000;
/** From the call until a lent task serves, where none was seen yet. */
const START_MS = 60_000;

/** The ninth of ten start times as they were seen, milliseconds; undefined: none was. */
export function slowStart(startsMs: readonly number[]): number | undefined {
  const sorted = [...startsMs].sort((a, b) => a - b);
  return sorted[Math.ceil(sorted.length * 0.9) - 1];
}

/** How long lent tasks of a service take until they serve, milliseconds: as seen, else a minute. */
export const startOf = (before: Lending | undefined): number => slowStart(before?.startsMs ?? []) ?? START_MS;

/** A lent task would come too late if the second rung were asked only after the first one failed. */
export function isSlow({ before, deadline }: ServiceGiven, now: Context['now']): boolean {
  const start = slowStart(before?.startsMs ?? []);
  return start !== undefined && deadline !== undefined && start > deadline - now - SPARE_MS;
}

/** Lent tasks are to serve when their instances are held no longer; undefined: no notice presses. */
export const launchedBy = ({ before, deadline, ladder: { policy } }: ServiceGiven): Instant | undefined =>
  deadline === undefined ? undefined : later(deadline, -policy.drainReserveSeconds * 1000 - startOf(before));
