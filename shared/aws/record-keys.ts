import type { Incident } from '../model/incident.ts';
import type { LedgerEntry } from '../model/ledger.ts';
import type {
  CoolOff,
  Doomed,
  Interruption,
  KnownCluster,
  Lending,
  Prepared,
  Raised,
  StoredRecord,
  Watch,
} from '../model/records.ts';

export type Key = { readonly pk: string; readonly sk: string };

/** Where each kind of record stands in the table. The region is in every key. */
export const keyOf = (record: StoredRecord): Key => {
  switch (record.is) {
    case 'place':
    case 'absent':
      return placeKey(record.region, record.instanceId);
    case 'cluster':
      return clusterKey(record.region, record.cluster);
    case 'cluster-list':
      return { pk: clusterPartition(record.region), sk: '#list' };
    case 'doomed':
      return doomedKey(record);
    case 'interruption':
      return { pk: interruptionPartition(record), sk: `${noticedAt(record)} ${record.instanceId}` };
    case 'cool-off':
      return { pk: coolOffPartition(record.region), sk: poolName(record) };
    case 'watch':
      return watchKey(record);
    case 'lending':
      return { pk: lendingPartition(record), sk: record.service };
    case 'prepared':
      return { pk: preparedPartition(record), sk: record.service };
    case 'raised':
      return { pk: raisedPartition(record), sk: record.group };
    case 'lookout':
      return lookoutKey(record.region, record.cluster);
    case 'preparation':
      return preparationKey(record);
    case 'standing':
      return { pk: standingPartition(record.region), sk: poolName(record) };
    case 'advice':
      return { pk: advicePartition(record.region), sk: record.instanceId };
    case 'choice':
      return { pk: choicePartition(record.region), sk: record.group };
    case 'replacing':
      return { pk: replacingPartition(record.region), sk: record.group };
    case 'answer':
      return { pk: answerPartition(record), sk: record.call };
    case 'scores':
      return { pk: scoresPartition(record.region), sk: record.configuration };
    case 'ledger':
      return { pk: ledgerPartition(record.region, record.hour), sk: ledgerKey(record) };
    case 'counted':
      return { pk: countedPartition(record.region), sk: record.cluster };
    case 'incident':
      return incidentKey(record);
    case 'outbox':
      return { pk: outboxPartition(record.region), sk: record.id };
    case 'reported':
      return { pk: reportedPartition(record.region), sk: record.id };
  }
};

/** The map, the clusters and what ran are as they are, whatever mode spotkeeper is in. */
export const isFact = (pk: string): boolean => /^(instance|cluster|ledger|counted) /.test(pk);

/** A place and its negative answer share a key: one read asks for both. */
export const placeKey = (region: string, instanceId: string): Key => ({
  pk: `instance ${region} ${instanceId}`,
  sk: 'place',
});

export const clusterPartition = (region: string): string => `cluster ${region}`;

const clusterKey = (region: string, cluster: KnownCluster['cluster']): Key => ({
  pk: clusterPartition(region),
  sk: cluster,
});

export const doomedPartition = (region: string, cluster: Doomed['cluster']): string =>
  `doomed ${region} ${cluster ?? 'unregistered'}`;

export const doomedKey = ({ region, cluster, instanceId }: Pick<Doomed, 'region' | 'cluster' | 'instanceId'>): Key => ({
  pk: doomedPartition(region, cluster),
  sk: instanceId,
});

export const watchPartition = (region: string): string => `watch ${region}`;

const watchKey = ({ region, cluster }: Watch): Key => ({ pk: watchPartition(region), sk: cluster });

type OfCluster = { readonly region: string; readonly cluster: string };

/** What the services of one cluster are lent. */
export const lendingPartition = ({ region, cluster }: OfCluster | Lending): string => `lending ${region} ${cluster}`;

export const preparedPartition = ({ region, cluster }: OfCluster | Prepared): string => `prepared ${region} ${cluster}`;

export const raisedPartition = ({ region, cluster }: OfCluster | Raised): string => `raised ${region} ${cluster}`;

export const lookoutPartition = (region: string): string => `lookout ${region}`;

/** One for each cluster of a region. */
export const lookoutKey = (region: string, cluster: string): Key => ({ pk: lookoutPartition(region), sk: cluster });

export const preparationKey = ({ region, cluster }: OfCluster): Key => ({ pk: `preparation ${region}`, sk: cluster });

export const coolOffPartition = (region: string): string => `cool-off ${region}`;
export const standingPartition = (region: string): string => `standing ${region}`;
export const advicePartition = (region: string): string => `advice ${region}`;
export const choicePartition = (region: string): string => `choice ${region}`;
export const replacingPartition = (region: string): string => `replacing ${region}`;
export const answerPartition = ({ region, group }: { readonly region: string; readonly group: string }): string =>
  `answer ${region} ${group}`;
export const scoresPartition = (region: string): string => `scores ${region}`;
export const countedPartition = (region: string): string => `counted ${region}`;
export const incidentPartition = (region: string): string => `incident ${region}`;
/** Those that were over long ago: a tick does not read them. */
export const filedPartition = (region: string): string => `filed ${region}`;
export const outboxPartition = (region: string): string => `outbox ${region}`;
export const reportedPartition = (region: string): string => `reported ${region}`;

/** Where it is filed it stands by its end: a report asks for those that were open at some time since. */
const incidentKey = ({ region, cluster, openedAt, closedAt = openedAt, filed }: Incident): Key =>
  filed
    ? { pk: filedPartition(region), sk: `${iso(closedAt)} ${cluster}` }
    : { pk: incidentPartition(region), sk: `${iso(openedAt)} ${cluster}` };

/** The ledger is kept by the UTC day of its hours. */
export const ledgerPartition = (region: string, hour: number): string => `ledger ${region} ${iso(hour).slice(0, 10)}`;

/** A reading that is repeated from the same instant on is the same entry. */
const ledgerKey = ({ hour, cluster, from }: LedgerEntry): string => `${iso(hour)} ${cluster} ${iso(from)}`;

/** Nobody said when a missed one was noticed: two ticks that find it at the same time write one record, by the hour. */
const noticedAt = ({ cause, noticedAt: at }: Interruption): string => iso(at).slice(0, cause === 'missed' ? 13 : 24);

/** Interruptions are kept by the day of their notice. */
export const interruptionPartition = ({ region, noticedAt }: Pick<Interruption, 'region' | 'noticedAt'>): string =>
  `interruption ${region} ${iso(noticedAt).slice(0, 10)}`;

const poolName = ({ pool }: Pick<CoolOff, 'pool'>): string => `${pool.type} ${pool.zone}`;

const iso = (at: number): string => new Date(at).toISOString();
