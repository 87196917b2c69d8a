import type { Context } from '../../../shared/flow.ts';
import type { ContainerInstance, Instance, Manage } from '../../../shared/model/fleet.ts';
import { type Instant, instant, later } from '../../../shared/model/instant.ts';
import type { Absent, KnownCluster, Place } from '../../../shared/model/records.ts';
import { manageOf } from '../../../shared/policy.ts';
import type { Whereabouts } from '../decide/drain.ts';
import type { Directory } from '../decide/map.ts';
import type { Reader } from '../reader.ts';

/** How long an instance may take from its launch to its registration with ECS before we call it absent. */
const REGISTRATION_MS = 600_000;
/** How old the list of clusters may be before it is read again for a look-up. */
const LIST_FRESH_MS = 300_000;

/**
 * Finds doomed instances without tags or user data. The warm map is read in one batch. What it misses is looked up in
 * all managed clusters, many ids a call, unless a complete sweep that the instance is older than did not see it.
 */
export async function whereabouts(
  read: Reader,
  instanceIds: readonly string[],
  context: Context,
): Promise<ReadonlyMap<string, Whereabouts>> {
  const mapped = await read.places(instanceIds);
  const found = new Map<string, Whereabouts>();
  const stale = new Set<string>();
  for (const [id, record] of mapped) {
    if (record.is === 'place' && record.stale) stale.add(id);
    else found.set(id, ofRecord(record));
  }
  const missed = instanceIds.filter((id) => !found.has(id));
  if (missed.length === 0) return found;

  const directory = await read.clusters();
  const sweptSince = completeSince(directory);
  const early = sweptSince === undefined ? undefined : await instancesById(read, missed);
  const candidates = missed.filter(
    (id) => stale.has(id) || !early || isYoungerThan(early.get(id), sweptSince ?? instant(0)),
  );
  if (candidates.length > 0) {
    for (const [id, at] of await lookUp(read, candidates, { directory, context })) found.set(id, at);
  }
  const unfound = missed.filter((id) => !found.has(id));
  const instances = early ?? (unfound.length > 0 ? await instancesById(read, unfound) : new Map<string, Instance>());
  for (const id of unfound) found.set(id, ofInstance(instances.get(id), context.now));
  return found;
}

/** Since when the map is known to hold every instance of every managed cluster; undefined when it never was. */
export function completeSince({ list, clusters }: Directory): Instant | undefined {
  if (list === undefined) return undefined;
  const swept = clusters
    .filter(({ manage, containerInstances }) => manage === 'yes' && containerInstances > 0)
    .map(({ sweptAt }) => sweptAt ?? instant(0));
  const since = Math.min(list.listedAt, ...swept);
  return since > 0 ? instant(since) : undefined;
}

const ofRecord = (record: Place | Absent): Whereabouts =>
  record.is === 'absent'
    ? { is: 'nowhere', learned: false }
    : { ...record, is: 'in-cluster', from: 'map', status: undefined };

/** An instance that EC2 does not know, or that is old enough to have registered long ago, is not ours. */
function ofInstance(instance: Instance | undefined, now: Instant): Whereabouts {
  return instance && later(instance.launchedAt, REGISTRATION_MS) > now
    ? { is: 'unregistered', pool: instance.pool }
    : { is: 'nowhere', learned: true };
}

const isYoungerThan = (instance: Instance | undefined, sweptSince: Instant): boolean =>
  instance !== undefined && later(instance.launchedAt, REGISTRATION_MS) > sweptSince;

const instancesById = async (read: Reader, ids: readonly string[]): Promise<ReadonlyMap<string, Instance>> =>
  new Map((await read.instances(ids)).map((instance) => [instance.instanceId, instance]));

async function lookUp(
  read: Reader,
  instanceIds: readonly string[],
  { directory, context }: { directory: Directory; context: Context },
): Promise<ReadonlyMap<string, Whereabouts>> {
  const managed = await managedClusters(read, directory, context);
  const hits = await Promise.all(managed.map(({ arn }) => read.findContainerInstances(arn, instanceIds)));
  return new Map(hits.flat().map((hit) => [hit.instanceId, inCluster(hit, 'yes')]));
}

const inCluster = ({ arn, cluster, status, pool }: ContainerInstance, manage: Manage): Whereabouts => ({
  is: 'in-cluster',
  cluster,
  containerInstance: arn,
  manage,
  pool,
  from: 'ecs',
  status,
});

type Candidate = { readonly arn: string; readonly containerInstances: number };

/** The clusters worth asking: managed, and not known to be without container instances. */
async function managedClusters(
  read: Reader,
  { list, clusters }: Directory,
  context: Context,
): Promise<readonly Candidate[]> {
  if (list && later(list.listedAt, LIST_FRESH_MS) > context.now) {
    return clusters
      .filter(({ manage }: KnownCluster) => manage === 'yes')
      .map(({ cluster, containerInstances }) => ({ arn: cluster, containerInstances }));
  }
  const described = await read.describeClusters(await read.listClusters());
  return described.filter(
    (cluster) => cluster.containerInstances > 0 && manageOf(cluster, context.policy).manage === 'yes',
  );
}
