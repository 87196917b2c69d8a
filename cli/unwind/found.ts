import { autoScalingGroups } from '../../shared/aws/auto-scaling-groups.ts';
import { listClusters } from '../../shared/aws/ecs-clusters.ts';
import { describeTasks, listTasks } from '../../shared/aws/ecs-tasks.ts';
import type { FailoverClients } from '../../shared/aws/failover-clients.ts';
import { describeHosts } from '../../shared/aws/hosts.ts';
import {
  lendingPartition,
  lookoutPartition,
  preparationKey,
  preparedPartition,
  raisedPartition,
} from '../../shared/aws/record-keys.ts';
import { serviceDetails } from '../../shared/aws/service-details.ts';
import { getRecords, queryRecords, type TablePorts } from '../../shared/aws/table.ts';
import type { Task } from '../../shared/model/fleet.ts';
import { type ServiceDetail, STANDBY_OF } from '../../shared/model/lending.ts';
import type { Preparation } from '../../shared/model/preparation.ts';
import type { Lending, Lookout, Prepared, Raised } from '../../shared/model/records.ts';
import { namedClusters } from '../operator.ts';

/** One Region, and spotkeeper's table if it was found. */
export type Place = {
  readonly region: string;
  readonly clients: FailoverClients;
  readonly table: TablePorts | undefined;
};

/** A standby, and how its main service does without it; undefined: the main service is gone. */
export type Standby = {
  readonly service: ServiceDetail;
  readonly main: { readonly desired: number; readonly serving: number } | undefined;
};

/** A raised On-Demand base, and what it is now; undefined: the group is gone, or has no base any more. */
export type Base = { readonly record: Raised; readonly now: number | undefined };

/** What of one cluster is spotkeeper's. */
export type Found = {
  readonly region: string;
  readonly cluster: string;
  readonly standbys: readonly Standby[];
  readonly bases: readonly Base[];
  readonly records: readonly (Lending | Prepared | Lookout | Preparation)[];
};

/** The clusters of a Region, in the order of their ARNs. @throws UsageError for a name that is not there */
export async function clustersOf({ region, clients }: Place, names: readonly string[]): Promise<readonly string[]> {
  return namedClusters([...(await listClusters(clients.ecs))].sort(), { names, region });
}

/** Reads what of a cluster is to be unwound. Nothing is remembered: a second look sees what was done since. */
export async function lookAt({ region, clients, table }: Place, cluster: string): Promise<Found> {
  const [standbys, records] = await Promise.all([standbysOf(clients, cluster), recordsOf(table, { region, cluster })]);
  const raised = records.filter((one) => one.is === 'raised');
  const groups = await autoScalingGroups(
    clients,
    raised.map(({ group }) => group),
  );
  const baseOf = (name: string) => groups.find((group) => group.name === name)?.onDemand?.base;
  return {
    region,
    cluster,
    standbys,
    bases: raised.map((record) => ({ record, now: baseOf(record.group) })),
    records: records.filter((one) => one.is !== 'raised'),
  };
}

/** Standbys by their tag, whatever their names are; those that are being deleted already are left out. */
export async function standbysOf(clients: Pick<FailoverClients, 'ecs'>, cluster: string): Promise<readonly Standby[]> {
  const services = await serviceDetails(clients.ecs, cluster);
  const active = services.filter(({ status }) => status === 'ACTIVE');
  const standbys = active.filter(isStandby).sort((a, b) => (a.name < b.name ? -1 : 1));
  const lends = new Set(standbys.flatMap(({ tags, desired }) => (desired > 0 ? [tags[STANDBY_OF]] : [])));
  const mains = active.filter((one) => !isStandby(one));
  const serving = await servingOf(
    clients,
    cluster,
    mains.filter(({ name }) => lends.has(name)),
  );
  return standbys.map((service) => {
    const main = mains.find(({ name }) => name === service.tags[STANDBY_OF]);
    return { service, main: main && { desired: main.desired, serving: serving.get(main.name) ?? main.running } };
  });
}

const isStandby = ({ tags }: ServiceDetail): boolean => tags[STANDBY_OF] !== undefined;

/** Running tasks of each service; those on instances that drain do not count, they are about to end. */
async function servingOf(
  { ecs }: Pick<FailoverClients, 'ecs'>,
  cluster: string,
  mains: readonly ServiceDetail[],
): Promise<ReadonlyMap<string, number>> {
  if (mains.length === 0) return new Map();
  const hosts = await describeHosts(ecs, cluster);
  const draining = new Set(hosts.flatMap(({ arn, status }) => (status === 'DRAINING' ? [arn] : [])));
  if (draining.size === 0) return new Map();
  const stays = ({ lastStatus, desiredStatus, containerInstance }: Task) =>
    lastStatus === 'RUNNING' && desiredStatus === 'RUNNING' && !draining.has(containerInstance ?? '');
  const counts = mains.map(async ({ name }) => {
    const tasks = await describeTasks(ecs, cluster, await listTasks(ecs, { cluster, service: name }));
    return [name, tasks.filter(stays).length] as const;
  });
  return new Map(await Promise.all(counts));
}

async function recordsOf(table: TablePorts | undefined, place: { region: string; cluster: string }) {
  if (table === undefined) return [];
  const [lendings, prepared, raised, lookouts, preparation] = await Promise.all([
    queryRecords(table, lendingPartition(place)),
    queryRecords(table, preparedPartition(place)),
    queryRecords(table, raisedPartition(place)),
    queryRecords(table, lookoutPartition(place.region)),
    getRecords(table, [preparationKey(place)]),
  ]);
  return [
    ...lendings.filter((one) => one.is === 'lending'),
    ...prepared.filter((one) => one.is === 'prepared'),
    ...raised.filter((one) => one.is === 'raised'),
    ...lookouts.filter((one) => one.is === 'lookout').filter(({ cluster }) => cluster === place.cluster),
    ...preparation.filter((one) => one.is === 'preparation'),
  ];
}
