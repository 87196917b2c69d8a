/** The actions that this function plans. All of them are spotkeeper's own: it changes nothing in the account. */
export const acts = ['post', 'remember', 'forget'] as const;

export type Acts = (typeof acts)[number];
