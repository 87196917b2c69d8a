import type { Context } from '../../../shared/flow.ts';
import type { Incident } from '../../../shared/model/incident.ts';
import { type Instant, instant, later } from '../../../shared/model/instant.ts';
import type { LedgerEntry, NanoUsd } from '../../../shared/model/ledger.ts';
import { emptyPlan, type Plan } from '../../../shared/plan/action.ts';
import type { Asked } from './asked.ts';

/** An incident that is over. */
export type ClosedSeen = {
  readonly incident: Incident;
  /** What the ledger holds of its time; undefined: its cost is not asked for, or not counted yet. */
  readonly entries: readonly LedgerEntry[] | undefined;
  /** Others of its cluster. */
  readonly others: readonly Incident[];
};

const HOUR_MS = 3_600_000;
/** A reading that is not made by then is not waited for: the estimate stays. */
const COUNTED_MS = 3 * HOUR_MS;
/** For so long what became of it may have to be told. */
const RECENT_MS = 24 * HOUR_MS;

/** Is an incident over, and its cost still an estimate that the ledger may take the place of? */
export const isToCount = ({ closedAt, lent, countedAt }: Incident, now: Instant): boolean =>
  closedAt !== undefined && countedAt === undefined && lent.length > 0 && closedAt > later(now, -COUNTED_MS);

/** Is it to be put where no tick reads it? */
export const isToFile = ({ closedAt }: Incident, now: Instant): boolean =>
  closedAt !== undefined && closedAt <= later(now, -RECENT_MS);

/** When something was lent in an incident that is over. What was lent runs for some minutes more. */
export const lentSpan = ({ lent, openedAt, closedAt }: Incident): { readonly from: Instant; readonly to: Instant } => ({
  from: instant(Math.min(...lent.map(({ since }) => since), closedAt ?? openedAt)),
  to: closedAt ?? openedAt,
});

/**
 * Ends the accounts of an incident that is over. The ledger's figure takes the place of the estimate, and a day later
 * the incident is filed. The copy is written with the version and the writer of the original: whoever died between the
 * two writes finds it, and goes on from there.
 */
export function closedPlan(
  { incident, entries, others }: ClosedSeen,
  { for: records, by }: Asked,
  context: Context,
): Plan {
  const { region, now } = context;
  const { cluster, openedAt, version } = incident;
  const name = `account of ${cluster} ${openedAt}`;
  if (isToFile(incident, now)) {
    const next = { ...incident, filed: true };
    const guard = { name, for: records, expected: 'absent' as const, whenLost: 'leave' as const, next };
    const because = 'it was over a day ago';
    const forget = { do: 'forget' as const, for: records, region, because, under: name, records: [incident] };
    return { ...emptyPlan, guards: [guard], steps: [[forget]] };
  }
  const lentCost = entries === undefined ? undefined : costIn(incident, entries, others);
  if (lentCost === undefined) return emptyPlan;
  const next = { ...incident, lentCost, countedAt: now, version: version + 1, by };
  return { ...emptyPlan, guards: [{ name, for: records, expected: version, whenLost: 'leave', next }] };
}

/** @returns undefined: the ledger cannot tell; another incident was in the same reading, or something has no price */
function costIn(incident: Incident, entries: readonly LedgerEntry[], others: readonly Incident[]): NanoUsd | undefined {
  const span = lentSpan(incident);
  const within = entries.filter(
    ({ cluster, from, to }) => cluster === incident.cluster && from < span.to && to > span.from,
  );
  const lines = within.flatMap(({ services }) => services.filter(({ lent }) => lent));
  const from = Math.min(...within.map((entry) => entry.from));
  const to = Math.max(...within.map((entry) => entry.to));
  const isShared = others.some(
    ({ lent, openedAt, closedAt }) => lent.length > 0 && openedAt < to && (closedAt ?? to) > from,
  );
  const isWhole =
    from <= span.from && within.every(({ gapMs }) => gapMs === 0) && lines.every(({ unpriced }) => unpriced === 0);
  if (lines.length === 0 || isShared || !isWhole) return undefined;
  return lines.reduce((sum, { cost }) => sum + cost, 0);
}
