import type { EventOf } from '../../../shared/events/event.ts';

/** The kinds of event that this function handles; each only says where to look. */
export const accepts = [
  'spot-interrupted',
  'service-acted',
  'task-not-started',
  'fargate-spot-interrupted',
  'deployment-completed',
  'ticked',
  'woken',
] as const;

export type Accepted = (typeof accepts)[number];
export type AcceptedEvent = EventOf<Accepted>;
