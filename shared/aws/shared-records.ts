import { type Instant, instant, later } from '../model/instant.ts';
import type { Absent, Doomed, Interruption, Place, StoredRecord } from '../model/records.ts';
import type { Drainee } from '../plan/action.ts';
import { doomedPartition, interruptionPartition, placeKey } from './record-keys.ts';
import { getRecords, putRecords, queryRecords, type TablePorts } from './table.ts';

const DISTRUST_MS = 600_000;
const DAY_MS = 24 * 3_600_000;
/** `2026-11-27T10` */
const HOUR_LENGTH = 13;

/** Records that one function writes and several read. */

/** The records of one kind under a partition key; others that stand there are left out. */
export async function recordsOfKind<K extends StoredRecord['is']>(
  table: TablePorts,
  partition: string,
  kind: K,
): Promise<readonly RecordOf<K>[]> {
  return (await queryRecords(table, partition)).filter((one): one is RecordOf<K> => one.is === kind);
}

type RecordOf<K extends StoredRecord['is']> = Extract<StoredRecord, { readonly is: K }>;

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
export const doomedIn = (table: TablePorts, region: string, cluster: string | undefined): Promise<readonly Doomed[]> =>
  recordsOfKind(table, doomedPartition(region, cluster), 'doomed');

/**
 * Interruptions that were noticed from `from` to before `to`; they are kept by the day of their notice, and sorted by its
 * time: the tick of each minute does not read the whole day. Missed ones are sorted by the hour alone.
 */
export async function interruptionsBetween(
  table: TablePorts,
  region: string,
  { from, to }: { readonly from: Instant; readonly to: Instant },
): Promise<readonly Interruption[]> {
  const days = daysBetween(from, to).map((day) => interruptionPartition({ region, noticedAt: day }));
  const between = { from: new Date(from).toISOString().slice(0, HOUR_LENGTH), to: new Date(to).toISOString() };
  const records = (await Promise.all(days.map((partition) => queryRecords(table, partition, between)))).flat();
  return records.filter(
    (one): one is Interruption => one.is === 'interruption' && one.noticedAt >= from && one.noticedAt < to,
  );
}

/** An instant of each UTC day that has a part between two instants. */
export function daysBetween(from: Instant, to: Instant): readonly Instant[] {
  const days: Instant[] = [];
  for (let day = Math.floor(from / DAY_MS) * DAY_MS; day < to; day += DAY_MS) days.push(instant(day));
  return days;
}

/** Marks instances in the map as not being where it says: whoever reads it looks again. */
export const distrustPlaces = (
  table: TablePorts,
  { region, cluster }: { readonly region: string; readonly cluster: string },
  instances: readonly Drainee[],
): Promise<void> =>
  putRecords(
    table,
    instances.map(
      ({ instanceId, containerInstance }): Place => ({
        is: 'place',
        region,
        instanceId,
        cluster,
        containerInstance,
        manage: 'yes',
        pool: undefined,
        stale: true,
        expiresAt: later(instant(table.now()), DISTRUST_MS),
      }),
    ),
  );
