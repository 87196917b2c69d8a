import type { ReportMaterial, Stretch } from '../../../shared/core/report/material.ts';
import { sumsOf } from '../../../shared/core/report/sums.ts';
import { instant, later } from '../../../shared/model/instant.ts';
import type { LedgerEntry } from '../../../shared/model/ledger.ts';
import type { ReportTable } from '../reader.ts';

const HOUR_MS = 3_600_000;

export type MaterialAsked = Pick<ReportMaterial, 'period' | 'account' | 'mode' | 'now'> & {
  /** In order: days, or hours of a short report; those before the period, too, for the chart and the comparison. */
  readonly stretches: readonly Pick<Stretch, 'from' | 'to' | 'label'>[];
};

/** Reads what a report is made of from the tables of the regions that it is about. */
export async function observeMaterial(tables: readonly ReportTable[], asked: MaterialAsked): Promise<ReportMaterial> {
  const { stretches: wanted, ...about } = asked;
  const { from, to } = about.period;
  // One after the other: a month of entries at once is more than the function has memory for.
  const stretches: Stretch[] = [];
  for (const stretch of wanted) stretches.push({ ...stretch, sums: sumsOf(await entriesIn(tables, stretch)) });
  const regions = await Promise.all(
    tables.map(async (table) => {
      const [interruptions, incidents, clusters, coolOffs, standings, choices] = await Promise.all([
        table.interruptions(from, to),
        table.incidents(from),
        table.clusters(),
        table.coolOffs(),
        table.standings(),
        table.choices(),
      ]);
      const prepared = await Promise.all(clusters.map(({ cluster }) => table.prepared(cluster)));
      return { interruptions, incidents, prepared: prepared.flat(), coolOffs, standings, choices };
    }),
  );
  return {
    ...about,
    stretches,
    interruptions: regions.flatMap(({ interruptions }) => interruptions),
    incidents: regions.flatMap(({ incidents }) => incidents),
    prepared: regions.flatMap(({ prepared }) => prepared),
    coolOffs: regions.flatMap(({ coolOffs }) => coolOffs),
    standings: regions.flatMap(({ standings }) => standings),
    choices: regions.flatMap(({ choices }) => choices),
  };
}

type Span = Pick<Stretch, 'from' | 'to'>;

/**
 * The entries of a time. Local days may begin within a UTC hour, and a reading may lie across midnight: an entry belongs
 * to the time in which it begins, so that it is in one day only.
 */
async function entriesIn(tables: readonly ReportTable[], { from, to }: Span): Promise<readonly LedgerEntry[]> {
  const hour = instant(Math.floor(from / HOUR_MS) * HOUR_MS);
  const found = await Promise.all(tables.map((table) => table.ledger(hour, to)));
  return found.flat().filter((entry) => from <= beginOf(entry) && beginOf(entry) < to);
}

/** What is taken off an earlier hour is that hour's, whenever it was found out. */
const beginOf = ({ hour, from }: LedgerEntry) => (from < hour || from >= later(hour, HOUR_MS) ? hour : from);
