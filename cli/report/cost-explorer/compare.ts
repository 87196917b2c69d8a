import type { BilledUsage } from '../../../shared/aws/cost-explorer.ts';
import { type Capacity, capacities, type LedgerEntry, type NanoUsd } from '../../../shared/model/ledger.ts';
import { usedOf } from './usage-type.ts';

/** The ledger beside the bill. */
export type Compared = {
  readonly rows: readonly ComparedRow[];
  readonly all: Omit<ComparedRow, 'capacity'>;
  /** Billed for kinds of instances and tasks that the ledger has not seen in that region: they are in no row. */
  readonly elsewhere: NanoUsd;
};

export type ComparedRow = { readonly capacity: Capacity; readonly ledger: NanoUsd; readonly billed: NanoUsd };

/**
 * Compares by capacity what the ledger has and what is billed for the same types of instances in the same regions.
 * @param entries of the time that is billed
 */
export function compare(entries: readonly LedgerEntry[], billed: readonly BilledUsage[]): Compared {
  const ledger = new Map<Capacity, NanoUsd>();
  const bill = new Map<Capacity, NanoUsd>();
  const seen = new Set<string>();
  for (const { region, pools } of entries) {
    for (const { capacity, type, cost } of pools) {
      seen.add(`${region} ${capacity} ${type}`);
      ledger.set(capacity, (ledger.get(capacity) ?? 0) + cost);
    }
  }
  let elsewhere = 0;
  for (const { region, usageType, cost } of billed) {
    const used = usedOf(usageType);
    if (!used) continue;
    const { capacity, type } = used;
    if (seen.has(`${region} ${capacity} ${type}`)) bill.set(capacity, (bill.get(capacity) ?? 0) + cost);
    else elsewhere += cost;
  }
  const rows = capacities
    .filter((capacity) => ledger.has(capacity) || bill.has(capacity))
    .map((capacity) => ({ capacity, ledger: ledger.get(capacity) ?? 0, billed: bill.get(capacity) ?? 0 }));
  const sum = (of: 'ledger' | 'billed') => rows.reduce((total, row) => total + row[of], 0);
  return { rows, all: { ledger: sum('ledger'), billed: sum('billed') }, elsewhere };
}
