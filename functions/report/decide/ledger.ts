import { countLedger } from '../../../shared/core/ledger/count.ts';
import type { Context } from '../../../shared/flow.ts';
import { shortName } from '../../../shared/model/arn.ts';
import { type Instant, later } from '../../../shared/model/instant.ts';
import type { Counted, LedgerEntry, PriceBook, Ran } from '../../../shared/model/ledger.ts';
import { emptyPlan, merge, type Plan, type Remember } from '../../../shared/plan/action.ts';
import type { Asked } from './asked.ts';

/** What ran in a cluster from `from` to before `to`, and how far its ledger was written before. */
export type Reading = {
  /** ARN */
  readonly cluster: string;
  readonly counted: Counted | undefined;
  readonly from: Instant;
  readonly to: Instant;
  /** Time before `from` of which ECS shows no more what ran. */
  readonly gapMs: number;
  readonly ran: Ran;
  readonly prices: PriceBook;
};

export type LedgerView = Asked & {
  readonly readings: readonly Reading[];
  readonly failures: NonNullable<Plan['failures']>;
};

const DAY_MS = 24 * 3_600_000;
/** A report looks back two weeks, a person some months. */
const ENTRY_MS = 100 * DAY_MS;
/** A cluster that is not read for so long is a new one. */
const COUNTED_MS = 7 * DAY_MS;
const MINUTE_MS = 60_000;
/** Lists of a record are stored as compressed JSON, of which ids and amounts keep a sixth at the most. */
const MOST_CHARACTERS = 2_000_000;

/**
 * Writes down what was read. The guard says that a time is counted, and carries the entries; they are written after it,
 * and once more before the next guard, should whoever won have died in between. An entry written twice is one.
 */
export const decideLedger = ({ for: records, by, readings, failures }: LedgerView, context: Context): Plan =>
  merge([{ ...emptyPlan, failures }, ...readings.map((reading) => planOf(reading, { for: records, by }, context))]);

function planOf(reading: Reading, { for: records, by }: Asked, context: Context): Plan {
  const { cluster, counted, from, to, gapMs, ran, prices } = reading;
  if (ran.vanished && (counted === undefined || counted.vanished)) return rewritten(reading, records, context);
  const { region, now } = context;
  const count = countLedger({
    ...{ region, cluster, from, to, gapMs, prices },
    first: counted === undefined,
    instances: ran.instances,
    tasks: ran.tasks,
    young: counted?.young ?? [],
    expiresAt: later(now, ENTRY_MS),
  });
  const { young } = count;
  const entries = ran.vanished ? count.entries.map(lost) : count.entries;
  const name = `ledger of ${cluster}`;
  const next = fitting({
    is: 'counted',
    ...{ region, cluster, to, young },
    groups: ran.groups,
    pending: entries,
    vanished: ran.vanished,
    version: (counted?.version ?? 0) + 1,
    by,
    expiresAt: later(now, COUNTED_MS),
  });
  const remember = (of: readonly LedgerEntry[], because: string): Remember => ({
    ...{ do: 'remember', for: records, region, because, records: of },
  });
  const pending = counted?.pending ?? [];
  const short = shortName(cluster);
  return {
    ...(pending.length > 0 && {
      before: [remember(pending, `the last reading of ${short} may not have been written`)],
    }),
    guards: [{ name, for: records, expected: counted?.version ?? 'absent', whenLost: 'leave', next }],
    steps: [
      [{ ...remember(entries, `this ran in ${short} in ${Math.round((to - from) / MINUTE_MS)} minutes`), under: name }],
    ],
    notes: notesOf(reading),
  };
}

/** There is no later reading that would write the last one again. */
function rewritten({ cluster, counted }: Reading, records: readonly string[], { region }: Context): Plan {
  const pending = counted?.pending ?? [];
  if (pending.length === 0) return emptyPlan;
  const because = `the last reading of ${shortName(cluster)} may not have been written`;
  return { ...emptyPlan, steps: [[{ do: 'remember', for: records, region, because, records: pending }]] };
}

/** Of the time since the last reading nobody can say what ran: it is a gap, and not a time in which nothing ran. */
const lost = (entry: LedgerEntry): LedgerEntry => ({
  ...entry,
  gapMs: entry.gapMs + Math.max(0, entry.to - entry.from),
});

function notesOf({ cluster, from, to, gapMs, ran }: Reading): readonly string[] {
  const short = shortName(cluster);
  const minutes = (ms: number): string => `nobody can say what ran in ${Math.round(ms / MINUTE_MS)} minutes`;
  return [
    ...(gapMs > 0 ? [`${short} was not read for more than an hour: ${minutes(gapMs)}`] : []),
    ...(ran.vanished ? [`${short} was deleted, and ECS shows its tasks no more: ${minutes(to - from)}`] : []),
  ];
}

/**
 * A record of DynamoDB holds 400 KB. Of what is too much, what is needed after a death only goes first, then what would
 * be taken off for instances that EC2 takes back within their first hour: the ledger is then too high by that.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html
 */
function fitting(counted: Counted): Counted {
  const isTooLarge = (one: Counted): boolean => JSON.stringify(one).length > MOST_CHARACTERS;
  if (!isTooLarge(counted)) return counted;
  const unrepeated = { ...counted, pending: [] };
  if (!isTooLarge(unrepeated)) return unrepeated;
  return { ...unrepeated, young: counted.young.map((one) => ({ ...one, booked: [] })) };
}
