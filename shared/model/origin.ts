import type { Instant } from './instant.ts';

/** Where an event came from: the queue record whose fate hangs on it, and the envelope's own fields. */
export type Origin = {
  readonly recordId: string;
  readonly eventId: string;
  readonly account: string;
  readonly region: string;
  readonly at: Instant;
};
