import { type Instant, instant, later } from '../../../shared/model/instant.ts';
import type { Doomed } from '../../../shared/model/records.ts';

/** Time kept free at the end, for what goes wrong. */
const MARGIN_MS = 3_600_000;

/**
 * Spreads the drains of maintenance over the time there is: the first at once, each next one after an equal share of
 * what is left until the margin before its deadline. With less time than the margin, all at once.
 * @returns those to drain now, and when the next is due
 */
export function dueForMaintenance(
  doomed: readonly Doomed[],
  now: Instant,
): { readonly due: readonly Doomed[]; readonly next: Instant | undefined } {
  const hosts = doomed.filter(({ cause }) => cause === 'maintenance');
  const waiting = hosts
    .filter(({ drainedAt }) => drainedAt === undefined)
    .sort((a, b) => a.deadline - b.deadline || (a.instanceId < b.instanceId ? -1 : 1));
  let last = Math.max(...hosts.map(({ drainedAt }) => drainedAt ?? Number.NEGATIVE_INFINITY));
  for (const [index, one] of waiting.entries()) {
    const free = one.deadline - MARGIN_MS;
    const share = Math.max(0, free - Math.max(last, 0)) / (waiting.length - index);
    const dueAt = Number.isFinite(last) ? instant(Math.floor(Math.min(last + share, Math.max(free, last)))) : now;
    if (dueAt > now) return { due: waiting.slice(0, index), next: dueAt };
    last = now;
  }
  return { due: waiting, next: undefined };
}

/** Maintenance that waits for its turn: nothing on its instance is touched yet. */
export const isWaiting = ({ cause, drainedAt, deadline }: Doomed, now: Instant): boolean =>
  cause === 'maintenance' && drainedAt === undefined && later(deadline, -MARGIN_MS) > now;
