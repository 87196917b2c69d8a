import type { Context } from '../../../shared/flow.ts';
import { shortName } from '../../../shared/model/arn.ts';
import { type Instant, later } from '../../../shared/model/instant.ts';
import type { Watch } from '../../../shared/model/records.ts';
import type { Action, Guard, Plan } from '../../../shared/plan/action.ts';
import type { Wanted } from './remember.ts';

/** What a pass leaves behind: when to look again (undefined: never), and what it counts on. */
export type Passed = {
  readonly cluster: string;
  readonly next: Instant | undefined;
  readonly stops: number;
  readonly stopping: readonly string[];
  readonly after: string | undefined;
  /** Has it hooks to answer and records to close? Who is killed while at it does them when the wake-up comes again. */
  readonly closes: boolean;
  readonly for: readonly string[];
};

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-delay-queues.html allows 15 minutes */
const LONGEST_WAKE_UP_MS = 600_000;
const WATCH_MS = 24 * 3_600_000;
/** Nobody ends the watch over instances that have not registered: it is renewed while there are any. */
const UNREGISTERED_MS = 60_000;
/** A pass due sooner may read before the records of this notice are written, which may take so long with retries. */
const BEGUN_MS = 4_000;
/** A pass due later than this after the one that is wanted is too late. */
const NEAR_MS = 4_000;
/** A chain that ends while something is closed stays so long: until a wake-up has come again, or a tick has looked. */
const CLOSING_MS = 180_000;
/** How late a pass may be before its wake-up counts as lost, and how early a wake-up may come. */
const LATE_MS = 15_000;
const EARLY_MS = 500;

/** A pass is due. A wake-up that comes again after its pass was done finds the next one in the future. */
export const isDue = ({ at }: Watch, now: Instant): boolean => now >= at - EARLY_MS;

/** A pass is overdue: its wake-up was lost. */
export const isLate = ({ at }: Watch, now: Instant): boolean => now >= at + LATE_MS;

/**
 * Keeps one chain of passes for each cluster: a guarded write of when the next is due, then a wake-up for it. Where a
 * pass is planned soon enough, nothing is done. Waits of over ten minutes are left to the tick.
 */
export function decideWatches(
  watches: readonly Watch[],
  { wanted, passed }: { wanted: readonly Wanted[]; passed: readonly Passed[] },
  { account, context }: { account: string; context: Context },
): Plan {
  const { region, now } = context;
  const guards: Guard[] = [];
  const wakes: Action[] = [];
  const clusters = [...new Set([...passed, ...wanted].map(({ cluster }) => cluster))].sort();
  for (const cluster of clusters) {
    const watch = watches.find((one) => one.cluster === cluster);
    const pass = passed.find((one) => one.cluster === cluster);
    const asked = wanted.filter((one) => one.cluster === cluster);
    const at = earliest([...asked.map((one) => one.at), ...(pass?.next === undefined ? [] : [pass.next])]);
    if (at === undefined && pass === undefined) continue;
    const planned = pass || watch === undefined || watch.at < later(now, BEGUN_MS) ? undefined : watch.at;
    if (at !== undefined && planned !== undefined && planned <= at + NEAR_MS) continue;
    const due = at ?? now;
    const records = [...new Set([...(pass?.for ?? []), ...asked.flatMap((one) => one.for)])];
    guards.push({
      name: cluster,
      for: records,
      expected: watch?.version ?? 'absent',
      // Whoever won over a pass keeps the chain going; a notice must know that a pass follows soon.
      whenLost: asked.length > 0 ? 'observe again' : 'leave',
      next: {
        is: 'watch',
        region,
        cluster,
        at: due,
        stops: pass?.stops ?? watch?.stops ?? 0,
        after: pass ? pass.after : watch?.after,
        stopping: pass ? pass.stopping : (watch?.stopping ?? []),
        version: (watch?.version ?? 0) + 1,
        by: records[0] ?? '',
        expiresAt:
          at === undefined
            ? later(now, pass?.closes ? CLOSING_MS : 1_000)
            : later(due, cluster === 'unregistered' ? UNREGISTERED_MS : WATCH_MS),
      },
    });
    if (at !== undefined && at - now <= LONGEST_WAKE_UP_MS) {
      const because = `the next decision on ${shortName(cluster)} is due then`;
      wakes.push({ do: 'wake', for: records, region, because, under: cluster, account, watch: cluster, at });
    }
  }
  return { guards, steps: wakes.length === 0 ? [] : [wakes], notes: [] };
}

const earliest = (instants: readonly Instant[]): Instant | undefined =>
  instants.reduce<Instant | undefined>((least, at) => (least === undefined || at < least ? at : least), undefined);
