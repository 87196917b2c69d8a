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
import { lagging, type TablePorts } from '../../../shared/aws/table.ts';
import type { RebalanceTable } from '../reader.ts';

/**
 * What spotkeeper remembers of one region, as far as choosing and replacing instances needs it. What others write may be
 * a second old: the function looks once a minute. So may be standings and advices, which it writes itself: whoever misses
 * the last ones writes the same again. Under what it begins (choices, replacements and the answers to their calls, scores) are reads of now.
 */
export const tableReader = (region: string, table: TablePorts): RebalanceTable => {
  const lately = lagging(table);
  return {
    places: (ids) => placesOf(lately, region, ids),
    doomed: (cluster) => doomedIn(lately, region, cluster),
    lookouts: () => recordsOfKind(lately, lookoutPartition(region), 'lookout'),
    raised: (cluster) => recordsOfKind(lately, raisedPartition({ region, cluster }), 'raised'),
    coolOffs: () => recordsOfKind(lately, coolOffPartition(region), 'cool-off'),
    standings: () => recordsOfKind(lately, standingPartition(region), 'standing'),
    advices: () => recordsOfKind(lately, advicePartition(region), 'advice'),
    choices: () => recordsOfKind(table, choicePartition(region), 'choice'),
    replacings: () => recordsOfKind(table, replacingPartition(region), 'replacing'),
    answers: (group) => recordsOfKind(table, answerPartition({ region, group }), 'answer'),
    scores: () => recordsOfKind(table, scoresPartition(region), 'scores'),
  };
};
