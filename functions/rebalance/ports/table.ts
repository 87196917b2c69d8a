import {
  advicePartition,
  choicePartition,
  coolOffPartition,
  lookoutPartition,
  raisedPartition,
  replacingPartition,
  scoresPartition,
  standingPartition,
} from '../../../shared/aws/record-keys.ts';
import { doomedIn, placesOf } from '../../../shared/aws/shared-records.ts';
import { queryRecords, type TablePorts } from '../../../shared/aws/table.ts';
import type { StoredRecord } from '../../../shared/model/records.ts';
import type { RebalanceTable } from '../reader.ts';

/** What spotkeeper remembers of one region, as far as choosing and replacing instances needs it. */
export const tableReader = (region: string, table: TablePorts): RebalanceTable => ({
  places: (ids) => placesOf(table, region, ids),
  doomed: (cluster) => doomedIn(table, region, cluster),
  lookouts: () => records(table, lookoutPartition(region), 'lookout'),
  raised: (cluster) => records(table, raisedPartition({ region, cluster }), 'raised'),
  coolOffs: () => records(table, coolOffPartition(region), 'cool-off'),
  standings: () => records(table, standingPartition(region), 'standing'),
  advices: () => records(table, advicePartition(region), 'advice'),
  choices: () => records(table, choicePartition(region), 'choice'),
  replacings: () => records(table, replacingPartition(region), 'replacing'),
  scores: () => records(table, scoresPartition(region), 'scores'),
});

type RecordOf<K extends StoredRecord['is']> = Extract<StoredRecord, { readonly is: K }>;

async function records<K extends StoredRecord['is']>(
  table: TablePorts,
  partition: string,
  kind: K,
): Promise<readonly RecordOf<K>[]> {
  const found = await queryRecords(table, partition);
  return found.filter((one): one is RecordOf<K> => one.is === kind);
}
