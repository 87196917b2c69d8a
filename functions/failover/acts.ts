import type { ActionName } from '../../shared/plan/action.ts';

/** All that this function may do. */
export const acts = [
  'lend',
  'take-back',
  'register',
  'create-standby',
  'follow',
  'remove-standby',
  'associate',
  'set-base',
  'prove',
  'stop',
  'wake',
  'remember',
  'forget',
] as const satisfies readonly ActionName[];
