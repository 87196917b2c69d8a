import {
  lendingPartition,
  lookoutPartition,
  preparationKey,
  preparedPartition,
  raisedPartition,
} from '../../../shared/aws/record-keys.ts';
import { doomedIn, placesOf, recordsOfKind } from '../../../shared/aws/shared-records.ts';
import { getRecords, lagging, type TablePorts } from '../../../shared/aws/table.ts';
import type { FailoverTable } from '../reader.ts';

/** What spotkeeper remembers of one region, as far as lending needs it. */
export const tableReader = (region: string, table: TablePorts): FailoverTable => ({
  places: (ids) => placesOf(table, region, ids),
  doomed: (cluster, how) => doomedIn(asFresh(table, how), region, cluster),
  lookouts: (how) => recordsOfKind(asFresh(table, how), lookoutPartition(region), 'lookout'),
  lendings: (cluster) => recordsOfKind(table, lendingPartition({ region, cluster }), 'lending'),
  prepared: (cluster, how) => recordsOfKind(asFresh(table, how), preparedPartition({ region, cluster }), 'prepared'),
  raised: (cluster, how) => recordsOfKind(asFresh(table, how), raisedPartition({ region, cluster }), 'raised'),
  preparation: async (cluster) =>
    (await getRecords(table, [preparationKey({ region, cluster })])).find((one) => one.is === 'preparation'),
});

const asFresh = (table: TablePorts, how: 'now' | 'lately' = 'now'): TablePorts =>
  how === 'lately' ? lagging(table) : table;
