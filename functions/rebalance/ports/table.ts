import {
  advicePartition,
  answerPartition,
  choicePartition,
  coolOffPartition,
  lookoutPartition,
  raisedPartition,
  replacingPartition,
  scoresPartition,
  standingPartition,
} from '../../../shared/aws/record-keys.ts';
import { doomedIn, placesOf, recordsOfKind } from '../../../shared/aws/shared-records.ts';
import type { TablePorts } from '../../../shared/aws/table.ts';
import type { RebalanceTable } from '../reader.ts';

/** What spotkeeper remembers of one region, as far as choosing and replacing instances needs it. */
export const tableReader = (region: string, table: TablePorts): RebalanceTable => ({
  places: (ids) => placesOf(table, region, ids),
  doomed: (cluster) => doomedIn(table, region, cluster),
  lookouts: () => recordsOfKind(table, lookoutPartition(region), 'lookout'),
  raised: (cluster) => recordsOfKind(table, raisedPartition({ region, cluster }), 'raised'),
  coolOffs: () => recordsOfKind(table, coolOffPartition(region), 'cool-off'),
  standings: () => recordsOfKind(table, standingPartition(region), 'standing'),
  advices: () => recordsOfKind(table, advicePartition(region), 'advice'),
  choices: () => recordsOfKind(table, choicePartition(region), 'choice'),
  replacings: () => recordsOfKind(table, replacingPartition(region), 'replacing'),
  answers: (group) => recordsOfKind(table, answerPartition({ region, group }), 'answer'),
  scores: () => recordsOfKind(table, scoresPartition(region), 'scores'),
});
