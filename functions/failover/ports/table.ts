import {
  lendingPartition,
  lookoutPartition,
  preparationKey,
  preparedPartition,
  raisedPartition,
} from '../../../shared/aws/record-keys.ts';
import { doomedIn, placesOf } from '../../../shared/aws/shared-records.ts';
import { getRecords, queryRecords, type TablePorts } from '../../../shared/aws/table.ts';
import type { FailoverTable } from '../reader.ts';

/** What spotkeeper remembers of one region, as far as lending needs it. */
export const tableReader = (region: string, table: TablePorts): FailoverTable => ({
  places: (ids) => placesOf(table, region, ids),
  doomed: (cluster) => doomedIn(table, region, cluster),
  lookouts: async () => (await queryRecords(table, lookoutPartition(region))).filter((one) => one.is === 'lookout'),
  lendings: async (cluster) =>
    (await queryRecords(table, lendingPartition({ region, cluster }))).filter((one) => one.is === 'lending'),
  prepared: async (cluster) =>
    (await queryRecords(table, preparedPartition({ region, cluster }))).filter((one) => one.is === 'prepared'),
  raised: async (cluster) =>
    (await queryRecords(table, raisedPartition({ region, cluster }))).filter((one) => one.is === 'raised'),
  preparation: async (cluster) =>
    (await getRecords(table, [preparationKey({ region, cluster })])).find((one) => one.is === 'preparation'),
});
