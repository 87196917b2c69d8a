import type { Instant } from '../../shared/model/instant.ts';

/** Tasks that are lent, those of them that are needed now, and the last moment at which all of them were. */
export type Lent = { readonly lent: number; readonly needed: number; readonly neededAt: Instant };

/** How many tasks are to be lent now: more at once, fewer when the dwell is over. */
export const toLend = ({ lent, needed, neededAt }: Lent, now: Instant, dwell: number): number =>
  needed >= lent || now >= neededAt + dwell ? needed : lent;
