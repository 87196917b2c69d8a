import type { DropReason } from '../sim/world/tally.ts';

/** Why requests got no answer, for people: what they did, as in `40 requests …`. */
export const dropReasons: Readonly<Record<DropReason, string>> = {
  'no-healthy-target': 'found no healthy task',
  'target-stopping': 'went to a task that was stopping or gone',
  'task-killed': 'were cut when their task got SIGKILL',
  'host-lost': 'were cut when their host went down',
  'deregistration-delay': 'were cut when their deregistration delay ended',
};
