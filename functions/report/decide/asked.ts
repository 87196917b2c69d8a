import type { AcceptedEvent } from './accepts.ts';

/** Who asks for a decision. */
export type Asked = {
  /** The queue records whose fate hangs on it. */
  readonly for: readonly string[];
  /** Who writes a guard: had two writers one name, both would believe to have won. */
  readonly by: string;
};

/**
 * One schedule invokes the function each minute, maybe before the last run has ended, and one run looks after several
 * regions at the same time.
 */
export const askedBy = (events: readonly AcceptedEvent[], phase: string): Asked => ({
  for: events.map(({ recordId }) => recordId),
  by: `${events[0]?.eventId} ${events[0]?.region} ${phase}`,
});
