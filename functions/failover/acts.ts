/** The actions that this function plans. */
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
] as const;

export type Acts = (typeof acts)[number];
