import type { Context } from '../../../shared/flow.ts';
import type { Cluster, ContainerInstance, Manage, Pool } from '../../../shared/model/fleet.ts';
import { type Instant, later } from '../../../shared/model/instant.ts';
import type { Absent, ClusterList, KnownCluster, Place } from '../../../shared/model/records.ts';
import { emptyPlan, type Plan } from '../../../shared/plan/action.ts';
import { manageOf, policyOf } from '../../../shared/policy.ts';

/** The clusters in the table; `list` is undefined until they were read to the end once. */
export type Directory = { readonly list: ClusterList | undefined; readonly clusters: readonly KnownCluster[] };

/** What the map learns: from registrations, and on a tick from a sweep over the clusters that are due for one. */
export type MapView = {
  readonly for: readonly string[];
  readonly registered: readonly ContainerInstance[];
  /** The clusters of those registrations, and on a tick all of the region's; undefined `listedAt`: not listed now. */
  readonly clusters: readonly Cluster[];
  readonly listedAt: Instant | undefined;
  readonly directory: Directory;
  readonly sweptClusters: readonly string[];
  readonly swept: readonly ContainerInstance[];
  readonly mapped: ReadonlyMap<string, Place | Absent>;
};

const PLACE_MS = 24 * 3_600_000;
const CLUSTER_MS = 2 * PLACE_MS;
/**
 * Every other tick writes when the clusters were listed: what rests on it goes by minutes. Less than two minutes, as ticks
 * do not come to the second.
 */
const LIST_EVERY_MS = 90_000;

/** What the warm map learns from registrations and sweeps: only what is new, or about to expire, is written. */
export function decideMap(view: MapView, context: Context): Plan {
  const { region, now, policy } = context;
  const all = view.clusters.map((cluster) => known(cluster, view, context));
  const clusters = all.filter((one) => isChanged(one, view.directory.clusters, now));
  const manage = new Map<string, Manage>(
    [...view.directory.clusters, ...all].map((one) => [one.cluster, one.manage] as const),
  );
  const places = [...view.registered, ...view.swept]
    .filter(({ status }) => status === 'ACTIVE' || status === 'DRAINING')
    .map((instance) => place(instance, manage.get(instance.cluster) ?? 'no', context))
    .filter((one) => isNews(one, view.mapped.get(one.instanceId), now));
  const list: readonly ClusterList[] =
    view.listedAt === undefined || isListed(view)
      ? []
      : [{ is: 'cluster-list', region, listedAt: view.listedAt, expiresAt: later(now, CLUSTER_MS) }];
  const records = [...places, ...clusters, ...list];
  const notes = view.clusters.flatMap((cluster) => [
    ...policyOf(policy, cluster).problems,
    ...manageOf(cluster, policy).problems,
  ]);
  if (records.length === 0) return { ...emptyPlan, notes };
  const because = view.listedAt === undefined ? 'container instances registered' : 'sweep of the clusters';
  return { guards: [], steps: [[{ do: 'remember', for: view.for, region, because, records }]], notes };
}

/** A list that was written shortly before stands for this one. */
const isListed = ({ directory: { list }, listedAt }: MapView): boolean =>
  list !== undefined && listedAt !== undefined && listedAt < later(list.listedAt, LIST_EVERY_MS);

function known(cluster: Cluster, view: MapView, { region, now, policy }: Context): KnownCluster {
  const before = view.directory.clusters.find((one) => one.cluster === cluster.arn);
  return {
    is: 'cluster',
    region,
    cluster: cluster.arn,
    manage: manageOf(cluster, policy).manage,
    containerInstances: cluster.containerInstances,
    sweptAt: view.sweptClusters.includes(cluster.arn) ? view.listedAt : before?.sweptAt,
    expiresAt: later(now, CLUSTER_MS),
  };
}

function isChanged(cluster: KnownCluster, before: readonly KnownCluster[], now: Instant): boolean {
  const known = before.find((one) => one.cluster === cluster.cluster);
  return (
    known === undefined ||
    known.manage !== cluster.manage ||
    known.containerInstances !== cluster.containerInstances ||
    known.sweptAt !== cluster.sweptAt ||
    later(now, CLUSTER_MS / 2) > known.expiresAt
  );
}

const place = (instance: ContainerInstance, manage: Manage, { region, now }: Context): Place => ({
  is: 'place',
  region,
  instanceId: instance.instanceId,
  cluster: instance.cluster,
  containerInstance: instance.arn,
  manage,
  pool: instance.pool,
  stale: false,
  expiresAt: later(now, PLACE_MS),
});

function isNews(seen: Place, before: Place | Absent | undefined, now: Instant): boolean {
  if (before?.is !== 'place' || before.stale) return true;
  const same =
    before.containerInstance === seen.containerInstance &&
    before.manage === seen.manage &&
    isSamePool(before.pool, seen.pool);
  return !same || later(now, PLACE_MS / 2) > before.expiresAt;
}

const isSamePool = (a: Pool | undefined, b: Pool | undefined): boolean => a?.type === b?.type && a?.zone === b?.zone;
