/** The actions that this function plans. */
export const acts = [
  'set-overrides',
  'launch-replacement',
  'mark-detached',
  'detach',
  'reattach',
  'terminate',
  'lower-desired',
  'drain',
  'remember',
  'forget',
] as const;

export type Acts = (typeof acts)[number];
