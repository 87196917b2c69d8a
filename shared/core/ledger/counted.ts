import { earlier, type Instant, instant } from '../../model/instant.ts';
import type { PriceBook, RanInstance, RanTask, YoungInstance } from '../../model/ledger.ts';
import { endsIn, MINUTE_MS, type Stretch } from './stretches.ts';

/** How long it is remembered that an instance was counted: longer than it takes to register. */
export const YOUNG_MS = 70 * MINUTE_MS;

/** What ran in a cluster from `from` to before `to`, what it costs, and what the reading before knew. */
export type LedgerAsked = {
  readonly region: string;
  /** ARN */
  readonly cluster: string;
  readonly from: Instant;
  readonly to: Instant;
  /** Time before `from` that is lost, milliseconds. */
  readonly gapMs: number;
  /** The cluster was never read before: nothing before `from` is counted. */
  readonly first: boolean;
  readonly instances: readonly RanInstance[];
  readonly tasks: readonly RanTask[];
  readonly prices: PriceBook;
  /** From `Counted` of the reading before. */
  readonly young: readonly YoungInstance[];
  /** Of the entries. */
  readonly expiresAt: Instant;
};

/** An instance, and the time of it that this reading counts. */
export type CountedInstance = {
  readonly instance: RanInstance;
  readonly stretch: Stretch;
  /** Did it end in this time? */
  readonly ended: boolean;
};

/**
 * Which time of an instance is counted now: what lies in the window; if it runs and had not been found when the window
 * before was read (it is young, and not remembered), all since its launch. After a gap nobody can say who was found
 * before it: then as at the first reading nothing before `from` is counted. undefined: nothing of it.
 */
export function countedOf(
  instance: RanInstance,
  asked: LedgerAsked,
  known: ReadonlySet<string>,
): CountedInstance | undefined {
  const { from, to, first, gapMs } = asked;
  const { launchedAt, endedAt } = instance;
  if (endedAt !== undefined && endedAt <= from) return undefined;
  const ended = endsIn(asked, endedAt);
  if (launchedAt >= to && !ended) return undefined;
  const young = launchedAt >= from - YOUNG_MS;
  const late = young && !known.has(instance.instanceId) && !first && gapMs === 0;
  const begin = late ? launchedAt : instant(Math.max(from, launchedAt));
  return { instance, stretch: { from: begin, to: endedAt === undefined ? to : earlier(endedAt, to) }, ended };
}
