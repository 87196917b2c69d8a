import type { DropReason } from '../sim/world/tally.ts';

/** Why a request got no answer, for people. */
export const dropReasons: Readonly<Record<DropReason, string>> = {
  'no-healthy-target': 'no healthy task was left',
  'target-stopping': 'sent to a task that was stopping or gone',
  'task-killed': 'their task got SIGKILL',
  'host-lost': 'their host went under them',
  'deregistration-delay': 'cut when the deregistration delay ended',
};
