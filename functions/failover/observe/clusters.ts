import type { Context } from '../../../shared/flow.ts';
import { type Instant, instant, later } from '../../../shared/model/instant.ts';
import type { Lookout } from '../../../shared/model/records.ts';
import type { FailoverCluster } from '../../../shared/model/surroundings.ts';
import { manageOf } from '../../../shared/policy.ts';
import type { AcceptedEvent } from '../decide/accepts.ts';
import type { Reader } from '../reader.ts';

/** A cluster to look at, and the queue records that ask for it. */
export type Asked = {
  readonly cluster: FailoverCluster;
  /** false: its owners took it out of spotkeeper's hands, and what was lent there is taken back */
  readonly managed: boolean;
  readonly problems: readonly string[];
  readonly lookout: Lookout | undefined;
  readonly lookouts: readonly Lookout[];
  readonly events: readonly AcceptedEvent[];
  readonly for: readonly string[];
};

/** A cluster without services to lend to is read again after so long, in case one was tagged. */
const SCAN_EVERY_MS = 600_000;
/** So many of them a tick. */
const SCANS_PER_TICK = 10;

/** The managed clusters that the events point at: a notice by its instance, a tick at all that have services to lend to. */
export async function askedClusters(
  read: Reader,
  events: readonly AcceptedEvent[],
  context: Context,
): Promise<readonly Asked[]> {
  const [lookouts, notices] = await Promise.all([read.lookouts(), noticed(read, events)]);
  const known = new Map(lookouts.map((one) => [one.cluster, one]));
  const active = lookouts.filter(({ services }) => services > 0).map(({ cluster }) => cluster);
  const pointed = new Map<string, AcceptedEvent[]>();
  const point = (cluster: string, event: AcceptedEvent) => {
    pointed.set(cluster, [...(pointed.get(cluster) ?? []), event]);
  };
  for (const event of events) {
    if (event.kind === 'spot-interrupted') {
      const place = notices.get(event.instanceId);
      // Who is in no map may be in any cluster that has something to lend.
      for (const cluster of place === undefined ? active : place) point(cluster, event);
    } else if (event.kind === 'woken') point(event.watch, event);
    else if (event.kind !== 'ticked') point(event.cluster, event);
  }
  const ticks = events.filter(({ kind }) => kind === 'ticked');
  const all = ticks.length > 0 ? await read.listClusters() : [];
  for (const cluster of all) for (const tick of ticks) point(cluster, tick);
  const described = await read.describeClusters([...pointed.keys()].sort());
  const scans = new Set(dueForScan(described, known, context.now));
  return described.flatMap((cluster) => {
    const { manage, problems } = manageOf(cluster, context.policy);
    const theirs = pointed.get(cluster.arn) ?? [];
    const managed = manage === 'yes';
    const isActive = (known.get(cluster.arn)?.services ?? 0) > 0;
    if (!isActive && !(managed && scans.has(cluster.arn))) return [];
    const records = [...new Set(theirs.map(({ recordId }) => recordId))];
    return [{ cluster, managed, problems, lookout: known.get(cluster.arn), lookouts, events: theirs, for: records }];
  });
}

/** The clusters of instances under notice; an instance that no map knows is left out. */
async function noticed(read: Reader, events: readonly AcceptedEvent[]): Promise<ReadonlyMap<string, string[]>> {
  const ids = [...new Set(events.flatMap((event) => (event.kind === 'spot-interrupted' ? [event.instanceId] : [])))];
  if (ids.length === 0) return new Map();
  const found = new Map<string, string[]>();
  for (const [id, place] of await read.places(ids)) {
    if (place.is === 'absent') found.set(id, []);
    else if (!place.stale) found.set(id, place.manage === 'yes' ? [place.cluster] : []);
  }
  return found;
}

/** Clusters that had no service to lend to, those read longest ago first. */
function dueForScan(
  clusters: readonly FailoverCluster[],
  known: ReadonlyMap<string, Lookout>,
  now: Instant,
): readonly string[] {
  const when = (arn: string): Instant => known.get(arn)?.scannedAt ?? instant(0);
  return clusters
    .map(({ arn }) => arn)
    .filter((arn) => later(when(arn), SCAN_EVERY_MS) <= now)
    .sort((a, b) => when(a) - when(b) || (a < b ? -1 : 1))
    .slice(0, SCANS_PER_TICK);
}
