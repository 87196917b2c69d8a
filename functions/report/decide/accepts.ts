import type { EventOf } from '../../../shared/events/event.ts';

/** The kinds of event that this function handles: the schedule. What happened is read, not told. */
export const accepts = ['ticked'] as const;

export type Accepted = (typeof accepts)[number];
export type AcceptedEvent = EventOf<Accepted>;
