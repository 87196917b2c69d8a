import type { Absent, Doomed, Place } from '../model/records.ts';
import { doomedPartition, placeKey } from './record-keys.ts';
import { getRecords, queryRecords, type TablePorts } from './table.ts';

/** Records that one function writes and several read. */

/** On which container instance each EC2 instance is, or that it is on none; by EC2 instance id. */
export async function placesOf(
  table: TablePorts,
  region: string,
  instanceIds: readonly string[],
): Promise<ReadonlyMap<string, Place | Absent>> {
  const records = await getRecords(
    table,
    instanceIds.map((id) => placeKey(region, id)),
  );
  return new Map(records.flatMap((one) => (one.is === 'place' || one.is === 'absent' ? [[one.instanceId, one]] : [])));
}

/** The instances of a cluster that are about to go; undefined: those in no cluster yet. */
export async function doomedIn(
  table: TablePorts,
  region: string,
  cluster: string | undefined,
): Promise<readonly Doomed[]> {
  return (await queryRecords(table, doomedPartition(region, cluster))).filter((one) => one.is === 'doomed');
}
