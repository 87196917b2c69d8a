import { OBSERVE } from '../../../shared/aws/own-ports.ts';
import { clusterPartition, doomedKey, lookoutKey, watchPartition } from '../../../shared/aws/record-keys.ts';
import { doomedIn, placesOf } from '../../../shared/aws/shared-records.ts';
import { getRecords, queryRecords, type TablePorts } from '../../../shared/aws/table.ts';
import type { Log } from '../../../shared/flow.ts';
import type { Watch } from '../../../shared/model/records.ts';
import type { TableReader } from '../reader.ts';

/** What spotkeeper remembers of one region, by kind. */
export function tableReader(region: string, table: TablePorts): TableReader {
  return {
    places: (ids) => placesOf(table, region, ids),
    async clusters() {
      const records = await queryRecords(table, clusterPartition(region));
      return {
        list: records.find((one) => one.is === 'cluster-list'),
        clusters: records.filter((one) => one.is === 'cluster'),
      };
    },
    doomed: (cluster) => doomedIn(table, region, cluster),
    async doomedOf(keys) {
      const records = await getRecords(
        table,
        keys.map((key) => doomedKey({ region, ...key })),
      );
      return records.filter((one) => one.is === 'doomed');
    },
    watches: () => watchesIn(table, region),
    async lookouts(clusters) {
      const records = await getRecords(
        table,
        clusters.map((cluster) => lookoutKey(region, cluster)),
      );
      return records.filter((one) => one.is === 'lookout');
    },
    async observedMaintenance() {
      if (table.prefix === OBSERVE) return [];
      const observed = { ...table, prefix: OBSERVE };
      const watches = await watchesIn(observed, region);
      const doomed = await Promise.all(watches.map(({ cluster }) => doomedIn(observed, region, cluster)));
      return doomed.flat().filter(({ cause }) => cause === 'maintenance');
    },
  };
}

/** The same, but a table that fails is empty: then the map is cold, and what is doomed is looked up in ECS. */
export function tolerantReader(read: TableReader, log: Log): TableReader {
  const orElse = async <T>(what: string, wanted: Promise<T>, otherwise: T): Promise<T> => {
    try {
      return await wanted;
    } catch (error) {
      log.warn('the table cannot be read; going on without it', { what, error: String(error) });
      return otherwise;
    }
  };
  return {
    places: (ids) => orElse('places', read.places(ids), new Map()),
    clusters: () => orElse('clusters', read.clusters(), { list: undefined, clusters: [] }),
    doomed: (cluster) => orElse('doomed', read.doomed(cluster), []),
    doomedOf: (keys) => orElse('doomed', read.doomedOf(keys), []),
    watches: () => orElse('watches', read.watches(), []),
    lookouts: (clusters) => orElse('lookouts', read.lookouts(clusters), []),
    observedMaintenance: () => orElse('observed maintenance', read.observedMaintenance(), []),
  };
}

async function watchesIn(table: TablePorts, region: string): Promise<readonly Watch[]> {
  return (await queryRecords(table, watchPartition(region))).filter((one) => one.is === 'watch');
}
