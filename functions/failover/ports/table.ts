import {
  lendingPartition,
  lookoutPartition,
  preparationKey,
  preparedPartition,
  raisedPartition,
} from '../../../shared/aws/record-keys.ts';
import { doomedIn, placesOf, recordsOfKind } from '../../../shared/aws/shared-records.ts';
import { getRecords, type TablePorts } from '../../../shared/aws/table.ts';
import type { FailoverTable } from '../reader.ts';

/** What spotkeeper remembers of one region, as far as lending needs it. */
export const tableReader = (region: string, table: TablePorts): FailoverTable => ({
  places: (ids) => placesOf(table, region, ids),
  doomed: (cluster) => doomedIn(table, region, cluster),
  lookouts: () => recordsOfKind(table, lookoutPartition(region), 'lookout'),
  lendings: (cluster) => recordsOfKind(table, lendingPartition({ region, cluster }), 'lending'),
  prepared: (cluster) => recordsOfKind(table, preparedPartition({ region, cluster }), 'prepared'),
  raised: (cluster) => recordsOfKind(table, raisedPartition({ region, cluster }), 'raised'),
  preparation: async (cluster) =>
    (await getRecords(table, [preparationKey({ region, cluster })])).find((one) => one.is === 'preparation'),
});
