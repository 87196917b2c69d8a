import type { EventOf } from '../../../shared/events/event.ts';

/** The kinds of event that this function handles; each only says where to look. */
export const accepts = ['rebalance-recommended', 'ticked'] as const;

export type Accepted = (typeof accepts)[number];
export type AcceptedEvent = EventOf<Accepted>;
