import type { Instant } from '../../../../shared/model/instant.ts';
import type { OpenReplacement, Vain } from '../../../../shared/model/rebalance-records.ts';
import type { Action } from '../../../../shared/plan/action.ts';
import type { Because } from '../../../../shared/plan/because.ts';
import type { RegionView, ReplaceView } from '../view.ts';
import type { Successor } from './successors.ts';

/** What the next step of an open replacement rests on. */
export type Seen = {
  readonly view: ReplaceView;
  readonly region: RegionView;
  readonly now: Instant;
  readonly successor: Successor | undefined;
  /** Is the desired capacity raised by its launch still? */
  readonly isRaised: boolean;
  /** The old and the new instances of the others that are open, as far as this pass has come. */
  readonly taken: ReadonlySet<string | undefined>;
  /** May the desired capacity be lowered? Only once in a pass: each call rests on what it is. */
  readonly mayLower: boolean;
  /** What every action carries, but for why. */
  readonly base: Omit<Because, 'because'>;
};

/** What becomes of an open replacement in this pass. */
export type Step = {
  /** undefined: it is closed. */
  readonly open: OpenReplacement | undefined;
  readonly actions: readonly Action[];
  readonly notes: readonly string[];
  /** The instance is no more, and neither is what was said of it. */
  readonly gone?: boolean;
  /** Its call came to nothing: none begins before so many minutes are over. */
  readonly pauseMinutes?: number;
  /** Its successor is no better: no other such replacement begins for a while. */
  readonly vain?: Vain;
};

export const stay = (open: OpenReplacement): Step => ({ open, actions: [], notes: [] });

export const closed: Step = { open: undefined, actions: [], notes: [] };
