import { type Instant, instant, later } from '../../../shared/model/instant.ts';
import type { Doomed } from '../../../shared/model/records.ts';

const LATE_EVENTS_MS = 2 * 3_600_000;
const AFTER_DEADLINE_MS = 3_600_000;

/**
 * The record, closed. It stays until no event can be late any more, and past its deadline: whoever tells of the same
 * notice again then finds that it is settled.
 */
export const closedAt = (doomed: Doomed, now: Instant): Doomed => ({
  ...doomed,
  closedAt: now,
  expiresAt: instant(Math.max(later(now, LATE_EVENTS_MS), later(doomed.deadline, AFTER_DEADLINE_MS))),
});
