import {
  choicePartition,
  clusterPartition,
  coolOffPartition,
  countedPartition,
  filedPartition,
  incidentPartition,
  ledgerPartition,
  lendingPartition,
  lookoutPartition,
  outboxPartition,
  preparedPartition,
  reportedPartition,
  standingPartition,
  watchPartition,
} from '../../../shared/aws/record-keys.ts';
import { daysBetween, doomedIn, interruptionsBetween, recordsOfKind } from '../../../shared/aws/shared-records.ts';
import { lagging, queryRecords, type TablePorts } from '../../../shared/aws/table.ts';
import type { Incident } from '../../../shared/model/incident.ts';
import type { Instant } from '../../../shared/model/instant.ts';
import type { LedgerEntry } from '../../../shared/model/ledger.ts';
import type { Reader, ReportTable } from '../reader.ts';

/** What spotkeeper remembers of one region, as far as reports need it. */
export const tableReader = (region: string, table: TablePorts): ReportTable => ({
  // The next minute sees what these miss of the last second; what is written because of them is guarded.
  ...minutely(region, lagging(table)),
  ledger: (from, to) => ledgerBetween(table, region, { from, to }),
  interruptions: (from, to) => interruptionsBetween(table, region, { from, to }),
  doomed: (cluster) => doomedIn(table, region, cluster),
  lendings: (cluster) => recordsOfKind(table, lendingPartition({ region, cluster }), 'lending'),
  prepared: (cluster) => recordsOfKind(table, preparedPartition({ region, cluster }), 'prepared'),
  recentIncidents: () => recordsOfKind(table, incidentPartition(region), 'incident'),
  incidents: (from) => incidentsSince(table, region, from),
});

type Minutely = Pick<
  ReportTable,
  'clusters' | 'counted' | 'watches' | 'lookouts' | 'coolOffs' | 'standings' | 'choices'
>;

const minutely = (region: string, table: TablePorts): Minutely => ({
  clusters: () => recordsOfKind(table, clusterPartition(region), 'cluster'),
  counted: () => recordsOfKind(table, countedPartition(region), 'counted'),
  watches: () => recordsOfKind(table, watchPartition(region), 'watch'),
  lookouts: () => recordsOfKind(table, lookoutPartition(region), 'lookout'),
  coolOffs: () => recordsOfKind(table, coolOffPartition(region), 'cool-off'),
  standings: () => recordsOfKind(table, standingPartition(region), 'standing'),
  choices: () => recordsOfKind(table, choicePartition(region), 'choice'),
});

/** Whoever dies while it files one leaves it in both places. */
async function incidentsSince(table: TablePorts, region: string, from: Instant): Promise<readonly Incident[]> {
  const since = { from: iso(from), to: LAST };
  const found = await Promise.all([
    queryRecords(table, filedPartition(region), since),
    queryRecords(table, incidentPartition(region)),
  ]);
  const incidents = found.flat().filter((one): one is Incident => one.is === 'incident');
  const unique = new Map(incidents.map((one) => [`${one.openedAt} ${one.cluster}`, one]));
  return [...unique.values()].filter(({ closedAt }) => closedAt === undefined || closedAt >= from);
}

/** After all instants. */
const LAST = '~';

const iso = (at: Instant): string => new Date(at).toISOString();

/** What is to be said, and which reports were made: of the region of the stack. */
export const outboxReader = (region: string, table: TablePorts): Pick<Reader, 'outbox' | 'reported'> => ({
  outbox: () => recordsOfKind(table, outboxPartition(region), 'outbox'),
  reported: () => recordsOfKind(lagging(table), reportedPartition(region), 'reported'),
});

/** Its days are read side by side. The sort key begins with the hour: a shorter text comes before what it begins. */
async function ledgerBetween(
  table: TablePorts,
  region: string,
  { from, to }: { readonly from: Instant; readonly to: Instant },
): Promise<readonly LedgerEntry[]> {
  const between = { from: iso(from), to: iso(to) };
  const days = await Promise.all(
    daysBetween(from, to).map((day) => queryRecords(table, ledgerPartition(region, day), between)),
  );
  return days.flat().filter((one): one is LedgerEntry => one.is === 'ledger');
}
