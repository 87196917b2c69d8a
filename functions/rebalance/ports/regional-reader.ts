import { hasTerminationHook, isRefreshing } from '../../../shared/aws/auto-scaling-groups.ts';
import { groupsOfProviders } from '../../../shared/aws/capacity-providers.ts';
import { describeFailoverClusters, listClusters } from '../../../shared/aws/ecs-clusters.ts';
import { describeTasks, listTasks, type TaskList } from '../../../shared/aws/ecs-tasks.ts';
import { describeHosts, matchingHosts } from '../../../shared/aws/hosts.ts';
import { instanceCatalogue } from '../../../shared/aws/instance-types.ts';
import { describeImage, launchTemplate } from '../../../shared/aws/launch-templates.ts';
import { deregistrationDelay } from '../../../shared/aws/load-balancing.ts';
import { onDemandPrices, spotPrices } from '../../../shared/aws/prices.ts';
import type { RebalanceClients } from '../../../shared/aws/rebalance-clients.ts';
import { remembered, rememberedEach, rememberedOfNames } from '../../../shared/aws/remembered.ts';
import {
  detachedInstances,
  failedLaunches,
  groupInstances,
  scalingGroups,
} from '../../../shared/aws/scaling-groups.ts';
import { serviceDetails } from '../../../shared/aws/service-details.ts';
import { subnetZones } from '../../../shared/aws/subnet-zones.ts';
import type { TablePorts } from '../../../shared/aws/table.ts';
import { describeTaskDefinition } from '../../../shared/aws/task-definitions.ts';
import type { Log } from '../../../shared/flow.ts';
import { instant } from '../../../shared/model/instant.ts';
import type { TemplateRef } from '../../../shared/model/offerings.ts';
import type { Place } from '../../../shared/model/records.ts';
import type { Reader } from '../reader.ts';
import { scoresReader } from './scores.ts';
import { tableReader } from './table.ts';

/** The phases of one run ask for the same; a change of ours drops it. */
const RUN_MS = 3_000;
const PROVIDERS_MS = 300_000;
/** Which cluster an instance is in does not change while it lives. */
const PLACES_MS = 600_000;
const SPOT_PRICES_MS = 1_800_000;
/** A revision never changes, and neither does what a target group waits for, as a rule. */
const LASTING_MS = 3_600_000;
/** New types and On-Demand prices come some times a year. */
const DAY_MS = 24 * 3_600_000;

/** All of a region is read at once: the argument of what is remembered says nothing. */
const ALL = 'all';

export type RegionalReader = {
  readonly reader: Reader;
  /** What was read of the groups and their instances is out of date now. */
  readonly groupsChanged: () => void;
  /** What was read of a cluster's hosts is out of date now. */
  readonly hostsChanged: (cluster: string) => void;
};

/** All that the rebalance function reads of one region. */
export function makeReader(
  region: string,
  clients: RebalanceClients,
  { table, log }: { readonly table: TablePorts; readonly log: Log },
): RegionalReader {
  const { now } = table;
  const groups = groupReads(clients, now);
  const clusters = clusterReads(clients, now);
  const own = tableReader(region, table);
  return {
    reader: {
      ...own,
      places: rememberedEach((ids) => placesIn(own, ids), { now, forMs: PLACES_MS }),
      ...groups.reads,
      ...clusters.reads,
      ...offeringReads(region, clients, { now, log }),
      placementScores: scoresReader(region, clients, { table, stored: own.scores }),
    },
    groupsChanged: groups.changed,
    hostsChanged: clusters.changed,
  };
}

/** An instance that is in no cluster may be in one a minute later: that is not to be remembered. */
async function placesIn(own: Pick<Reader, 'places'>, ids: readonly string[]): Promise<ReadonlyMap<string, Place>> {
  const found = await own.places(ids);
  return new Map([...found].flatMap(([id, place]) => (place.is === 'place' ? [[id, place] as const] : [])));
}

type GroupReads = Pick<
  Reader,
  'groups' | 'groupInstances' | 'detached' | 'failedLaunches' | 'isRefreshing' | 'hasTerminationHook'
>;

function groupReads({ autoscaling, ec2 }: RebalanceClients, now: () => number) {
  const lately = { now, forMs: RUN_MS };
  const groups = remembered(() => scalingGroups(autoscaling), lately);
  const instances = remembered(() => groupInstances(ec2), lately);
  const detached = remembered(() => detachedInstances(ec2), lately);
  const failed = remembered(() => failedLaunches(autoscaling, instant(now())), lately);
  const reads: GroupReads = {
    groups: () => groups(ALL),
    groupInstances: () => instances(ALL),
    detached: () => detached(ALL),
    failedLaunches: () => failed(ALL),
    isRefreshing: remembered((group) => isRefreshing(autoscaling, group), lately),
    hasTerminationHook: remembered((group) => hasTerminationHook(autoscaling, group), { now, forMs: PROVIDERS_MS }),
  };
  const changed = () => {
    for (const read of [groups, instances, detached, failed]) read.forget(ALL);
  };
  return { reads, changed };
}

type ClusterReads = Pick<
  Reader,
  | 'listClusters'
  | 'describeClusters'
  | 'groupsOfProviders'
  | 'services'
  | 'taskDefinition'
  | 'hosts'
  | 'matchingHosts'
  | 'tasks'
  | 'tasksOn'
  | 'stoppingOn'
  | 'subnetZones'
  | 'deregistrationDelay'
>;

function clusterReads({ ecs, ec2, elb }: RebalanceClients, now: () => number) {
  const lately = { now, forMs: RUN_MS };
  const lasting = { now, forMs: LASTING_MS };
  const clusters = remembered(() => listClusters(ecs), lately);
  const hosts = remembered((cluster) => describeHosts(ecs, cluster), lately);
  const tasks = async (list: TaskList) => describeTasks(ecs, list.cluster, await listTasks(ecs, list));
  // All groups of a cluster ask for those of all instances that are to be drained.
  const tasksOn = remembered((on) => {
    const [cluster = '', containerInstance = ''] = on.split(' ');
    return tasks({ cluster, containerInstance });
  }, lately);
  const reads: ClusterReads = {
    listClusters: () => clusters(ALL),
    describeClusters: rememberedOfNames((arns) => describeFailoverClusters(ecs, arns), lately),
    groupsOfProviders: rememberedOfNames((names) => groupsOfProviders(ecs, names), { now, forMs: PROVIDERS_MS }),
    services: remembered((cluster) => serviceDetails(ecs, cluster), lately),
    taskDefinition: remembered((arn) => describeTaskDefinition(ecs, arn), lasting),
    hosts,
    matchingHosts: (cluster, expression) => matchingHosts(ecs, cluster, expression),
    tasks: (cluster, service) => tasks({ cluster, service }),
    tasksOn: (cluster, containerInstance) => tasksOn(`${cluster} ${containerInstance}`),
    stoppingOn: async (cluster, containerInstance) => {
      const listed = await tasks({ cluster, containerInstance, desiredStatus: 'STOPPED' });
      return listed.filter(({ lastStatus }) => lastStatus !== 'STOPPED').length;
    },
    subnetZones: rememberedEach((ids) => subnetZones(ec2, ids), lasting),
    deregistrationDelay: remembered((arn) => deregistrationDelay(elb, arn), lasting),
  };
  return { reads, changed: hosts.forget };
}

type OfferingReads = Pick<Reader, 'image' | 'templateType' | 'drainsByAgent' | 'catalogue' | 'prices'>;

function offeringReads(
  region: string,
  { ec2, pricing }: RebalanceClients,
  { now, log }: { readonly now: () => number; readonly log: Log },
): OfferingReads {
  // `$Latest` and `$Default` move on.
  const templates = remembered((ref) => launchTemplate(ec2, JSON.parse(ref) as TemplateRef), {
    now,
    forMs: PROVIDERS_MS,
  });
  const template = (ref: TemplateRef) => templates(JSON.stringify(ref));
  const images = remembered((id) => describeImage(ec2, id), { now, forMs: DAY_MS });
  // EC2 offers types in every region: an answer without any is asked for again.
  const catalogue = remembered(() => instanceCatalogue(ec2), {
    now,
    forMs: DAY_MS,
    isEmpty: ({ types, zones }) => types.size === 0 || zones.size === 0,
  });
  const isEmpty = ({ size }: ReadonlyMap<string, number>) => size === 0;
  const spot = remembered(() => spotPrices(ec2, instant(now())), { now, forMs: SPOT_PRICES_MS, isEmpty });
  const onDemand = remembered(() => onDemandPrices(pricing, region), { now, forMs: DAY_MS, isEmpty });
  /** Without the Price List, which some partitions lack, types are still told apart by their Spot prices. */
  const listed = async (): Promise<ReadonlyMap<string, number>> => {
    try {
      return await onDemand(ALL);
    } catch (error) {
      log.warn('On-Demand prices cannot be read; going on without them', { region, error: String(error) });
      return new Map();
    }
  };
  return {
    image: async (ref) => {
      const id = (await template(ref))?.imageId;
      return id === undefined ? undefined : images(id);
    },
    templateType: async (ref) => (await template(ref))?.type,
    drainsByAgent: async (ref) => (await template(ref))?.drainsByAgent ?? false,
    catalogue: () => catalogue(ALL),
    prices: async (types) => {
      const wanted = new Set(types);
      const [pools, list] = await Promise.all([spot(ALL), listed()]);
      return {
        spot: new Map([...pools].filter(([pool]) => wanted.has(pool.slice(0, pool.indexOf(' '))))),
        onDemand: new Map([...list].filter(([type]) => wanted.has(type))),
      };
    },
  };
}
