import type { Context } from '../../../shared/flow.ts';
import type { ContainerInstance, Instance, Manage } from '../../../shared/model/fleet.ts';
import { type Instant, instant, later } from '../../../shared/model/instant.ts';
import { manageOf } from '../../../shared/policy.ts';
import type { Whereabouts } from '../decide/drain.ts';
import type { Directory } from '../decide/map.ts';
import type { Reader } from '../reader.ts';

/** How long an instance may take from its launch to its registration with ECS before we call it absent. */
const REGISTRATION_MS = 600_000;
/** How old the list of clusters may be before it is read again for a look-up. */
const LIST_FRESH_MS = 300_000;

/**
 * Looks for doomed instances that the map does not know, without tags or user data: in all managed clusters, many ids a
 * call, unless a complete sweep that the instance is older than did not see it. An entry of the map that proved wrong
 * is looked up in any case; those `everywhere` also in clusters that are not to be managed.
 */
export async function whereabouts(
  read: Reader,
  instanceIds: readonly string[],
  { context, everywhere }: { context: Context; everywhere: ReadonlySet<string> },
): Promise<ReadonlyMap<string, Whereabouts>> {
  if (instanceIds.length === 0) return new Map();
  const [directory, places] = await Promise.all([read.clusters(), read.places(instanceIds)]);
  const sweptSince = completeSince(directory);
  const early = sweptSince === undefined ? undefined : await instancesById(read, instanceIds);
  const isStale = (id: string) => places.get(id)?.is === 'place';
  const candidates = instanceIds.filter(
    (id) => everywhere.has(id) || isStale(id) || !early || isYoungerThan(early.get(id), sweptSince ?? instant(0)),
  );
  const found =
    candidates.length > 0
      ? await lookUp(read, candidates, { directory, context, everywhere })
      : new Map<string, Whereabouts>();
  const unfound = instanceIds.filter((id) => !found.has(id));
  const instances = early ?? (unfound.length > 0 ? await instancesById(read, unfound) : new Map<string, Instance>());
  for (const id of unfound) found.set(id, ofInstance(instances.get(id), context.now));
  return found;
}

/** Since when the map is known to hold every instance of every managed cluster; undefined when it never was. */
function completeSince({ list, clusters }: Directory): Instant | undefined {
  if (list === undefined) return undefined;
  const swept = clusters
    .filter(({ manage, containerInstances }) => manage === 'yes' && containerInstances > 0)
    .map(({ sweptAt }) => sweptAt ?? instant(0));
  const since = Math.min(list.listedAt, ...swept);
  return since > 0 ? instant(since) : undefined;
}

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

type LookUp = {
  readonly directory: Directory;
  readonly context: Context;
  readonly everywhere: ReadonlySet<string>;
};

async function lookUp(
  read: Reader,
  instanceIds: readonly string[],
  { directory, context, everywhere }: LookUp,
): Promise<Map<string, Whereabouts>> {
  const all = await candidateClusters(read, directory, context);
  const some = instanceIds.filter((id) => everywhere.has(id));
  const hits = await Promise.all(
    all.map(async ({ arn, manage }) => {
      const ids = manage === 'yes' ? instanceIds : some;
      const seen = ids.length > 0 ? await read.findContainerInstances(arn, ids) : [];
      return seen.map((hit): [string, Whereabouts] => [hit.instanceId, inCluster(hit, manage)]);
    }),
  );
  return new Map(hits.flat());
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

type Candidate = { readonly arn: string; readonly manage: Manage };

/** The clusters that may hold container instances, and whether they are to be managed. */
async function candidateClusters(
  read: Reader,
  { list, clusters }: Directory,
  context: Context,
): Promise<readonly Candidate[]> {
  if (list && later(list.listedAt, LIST_FRESH_MS) > context.now) {
    return clusters.map(({ cluster, manage }) => ({ arn: cluster, manage }));
  }
  const described = await read.describeClusters(await read.listClusters());
  return described
    .filter(({ containerInstances }) => containerInstances > 0)
    .map((cluster) => ({ arn: cluster.arn, manage: manageOf(cluster, context.policy).manage }));
}
