import { tableReader } from '../../../functions/report/ports/table.ts';
import { type Billed, type BilledDays, billedUsage, makeCostExplorer } from '../../../shared/aws/cost-explorer.ts';
import { knownMs, sumsOf } from '../../../shared/core/report/sums.ts';
import { type Instant, instant, later } from '../../../shared/model/instant.ts';
import type { LedgerEntry } from '../../../shared/model/ledger.ts';
import type { Period } from '../../../shared/model/report.ts';
import type { Operator } from '../../operator.ts';
import type { Books } from '../read.ts';
import { type Compared, compare } from './compare.ts';

const DAY_MS = 86_400_000;
/** "Cost Explorer refreshes your cost data at least once every 24 hours" https://docs.aws.amazon.com/cost-management/latest/userguide/ce-what-is.html */
const LAG_MS = DAY_MS;

/** The ledger checked against Cost Explorer, or why it was not. */
export type CostCheck =
  | { readonly is: 'compared'; readonly days: BilledDays; readonly requests: number; readonly compared: Compared }
  | { readonly is: 'refused'; readonly requests: number; readonly refusal: Extract<Billed, { refusal: string }> }
  /** Of no whole UTC day of the period both can know: nothing was asked. */
  | { readonly is: 'too early' };

/**
 * Compares what the ledger has of a time with what Cost Explorer says that AWS bills for it, on the whole UTC days from
 * the first that the ledger knows wholly to the last that ended a day ago. Each request costs a cent: nothing is asked
 * where nothing could be compared.
 * @throws whatever AWS or the network says, but that there is no right or no data
 */
export async function checkAgainstCostExplorer(
  operator: Operator,
  { table, regions }: Books,
  period: Pick<Period, 'from' | 'to'>,
): Promise<CostCheck> {
  const { runtime, clientConfig } = operator;
  const readers = regions.map((region) => tableReader(region, table));
  const end = Math.min(period.to, runtime.now() - LAG_MS);
  const days: { readonly from: Instant; readonly entries: readonly LedgerEntry[] }[] = [];
  for (let at = Math.ceil(period.from / DAY_MS) * DAY_MS; at + DAY_MS <= end; at += DAY_MS) {
    const [from, to] = [instant(at), instant(at + DAY_MS)];
    const entries = (await Promise.all(readers.map((reader) => reader.ledger(from, to)))).flat();
    const own = entries.filter(({ hour }) => hour >= from && hour < to);
    if (days.length > 0 || isKnown(own, { from, to })) days.push({ from, entries: own });
  }
  const [first, last] = [days[0], days.at(-1)];
  if (!first || !last) return { is: 'too early' };
  const span = { from: dayOf(first.from), to: dayOf(later(last.from, DAY_MS)) };
  const client = makeCostExplorer({ edge: runtime, clientConfig });
  const billed = await billedUsage(client, { regions, days: span });
  const { requests } = billed;
  if ('refusal' in billed) return { is: 'refused', requests, refusal: billed };
  const compared = compare(
    days.flatMap(({ entries }) => entries),
    billed.lines,
  );
  return { is: 'compared', days: span, requests, compared };
}

const isKnown = (entries: readonly LedgerEntry[], day: { readonly from: Instant; readonly to: Instant }): boolean =>
  knownMs(sumsOf(entries), day) === DAY_MS;

const dayOf = (at: Instant): string => new Date(at).toISOString().slice(0, 10);
