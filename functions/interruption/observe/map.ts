import type { Context } from '../../../shared/flow.ts';
import type { Cluster, ContainerInstance } from '../../../shared/model/fleet.ts';
import { type Instant, instant, later } from '../../../shared/model/instant.ts';
import type { KnownCluster, Watch } from '../../../shared/model/records.ts';
import { manageOf } from '../../../shared/policy.ts';
import type { AcceptedEvent } from '../decide/demand.ts';
import type { MapView } from '../decide/map.ts';
import type { Reader } from '../reader.ts';

/** Ticks use at most a quarter of a read bucket of 20 calls/s: this many calls, spread by the pacer. */
const CALLS_PER_TICK = 75;
const SWEEP_EVERY_MS = 600_000;
/** A pass this long overdue does not come any more, and must not keep the map from its sweep. */
const LOST_MS = 120_000;
const PER_CALL = 100;

/** Reads what the map should hold. A sweep waits while an interruption is open: those reads are needed elsewhere. */
export async function observeMap(
  read: Reader,
  events: readonly AcceptedEvent[],
  { watches, context }: { watches: readonly Watch[]; context: Context },
): Promise<MapView> {
  const registered = events.flatMap((event) =>
    event.kind === 'container-instance-changed' ? [registration(event)] : [],
  );
  const ticks = events.filter(({ kind }) => kind === 'ticked');
  const isCalm = watches.every(
    ({ at }) => later(at, -SWEEP_EVERY_MS) > context.now || later(at, LOST_MS) < context.now,
  );
  const records = events.flatMap(({ kind, recordId }) =>
    kind === 'ticked' || kind === 'container-instance-changed' ? [recordId] : [],
  );
  const nothing = { for: records, registered, sweptClusters: [], swept: [], mapped: new Map(), listedAt: undefined };
  if (ticks.length > 0 && isCalm) return { ...nothing, ...(await sweep(read, context)) };
  if (registered.length === 0) return { ...nothing, clusters: [], directory: { list: undefined, clusters: [] } };
  const directory = await read.clusters();
  const known = new Set(directory.clusters.map(({ cluster }) => cluster));
  const unknown = [...new Set(registered.map(({ cluster }) => cluster))].filter((arn) => !known.has(arn));
  return { ...nothing, directory, clusters: unknown.length > 0 ? await read.describeClusters(unknown) : [] };
}

async function sweep(read: Reader, context: Context) {
  const [directory, arns] = await Promise.all([read.clusters(), read.listClusters()]);
  const clusters = await read.describeClusters(arns);
  const due = dueForSweep(clusters, directory.clusters, context);
  const swept = (await Promise.all(due.map(({ arn }) => read.findContainerInstances(arn)))).flat();
  const mapped = await read.places(swept.map(({ instanceId }) => instanceId));
  return { directory, clusters, listedAt: context.now, sweptClusters: due.map(({ arn }) => arn), swept, mapped };
}

/**
 * Managed clusters with instances, and those whose answer changed, so that the map tells it: those read longest ago
 * first, as many as a tick's calls allow, and never none.
 */
function dueForSweep(
  clusters: readonly Cluster[],
  known: readonly KnownCluster[],
  context: Context,
): readonly Cluster[] {
  const before = new Map(known.map((one) => [one.cluster, one]));
  const when = ({ arn }: Cluster): Instant => before.get(arn)?.sweptAt ?? instant(0);
  const isDue = (one: Cluster): boolean => {
    const { manage } = manageOf(one, context.policy);
    const changed = (before.get(one.arn)?.manage ?? manage) !== manage;
    return changed || (manage === 'yes' && later(when(one), SWEEP_EVERY_MS) <= context.now);
  };
  const due = clusters
    .filter((one) => one.containerInstances > 0 && isDue(one))
    .sort((a, b) => when(a) - when(b) || (a.arn < b.arn ? -1 : 1));
  let calls = 0;
  return due.filter((one, index) => {
    calls += 2 * Math.ceil(one.containerInstances / PER_CALL);
    return index === 0 || calls <= CALLS_PER_TICK;
  });
}

const registration = (event: Extract<AcceptedEvent, { kind: 'container-instance-changed' }>): ContainerInstance => ({
  arn: event.containerInstance,
  cluster: event.cluster,
  instanceId: event.instanceId,
  status: event.status,
  tasks: 0,
  pool: event.pool,
});
