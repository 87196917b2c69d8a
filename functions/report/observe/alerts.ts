import { each } from '../../../shared/core/each.ts';
import type { Context } from '../../../shared/flow.ts';
import type { Incident } from '../../../shared/model/incident.ts';
import { type Instant, instant, later } from '../../../shared/model/instant.ts';
import type { AcceptedEvent } from '../decide/accepts.ts';
import type { AlertsView } from '../decide/alerts.ts';
import { askedBy } from '../decide/asked.ts';
import { type ClosedSeen, isToCount, isToFile, lentSpan } from '../decide/closed.ts';
import type { Reader } from '../reader.ts';

const HOUR_MS = 3_600_000;
/** What is not done in a minute is done in the next one. */
const MOST_CLOSED = 20;
/** A minute's tick finds what went without a notice some minutes late. */
const MISSED_MS = 5 * 60_000;

/** Reads the clusters with doomed instances, with lent tasks, or with an open incident. In calm that is four queries. */
export async function observeAlerts(
  read: Reader,
  events: readonly AcceptedEvent[],
  { now }: Context,
): Promise<AlertsView> {
  const [watches, lookouts, incidents, interruptions] = await Promise.all([
    read.watches(),
    read.lookouts(),
    read.recentIncidents(),
    read.interruptions(later(now, -MISSED_MS), later(now, 1)),
  ]);
  const open = new Map(incidents.filter(({ closedAt }) => closedAt === undefined).map((one) => [one.cluster, one]));
  const lookoutOf = new Map(lookouts.map((one) => [one.cluster, one]));
  const missed = Map.groupBy(
    interruptions.filter(({ cause }) => cause === 'missed'),
    ({ cluster }) => cluster ?? UNREGISTERED,
  );
  const isLent = (cluster: string) => (lookoutOf.get(cluster)?.lent.tasks ?? 0) > 0;
  const watched = watches.map(({ cluster }) => cluster);
  const clusters = [
    ...new Set([...watched, ...missed.keys(), ...open.keys(), ...[...lookoutOf.keys()].filter(isLent)]),
  ];
  const asked = askedBy(events, 'alerts');
  const { views, failures } = await each(
    clusters.filter((cluster) => cluster !== UNREGISTERED).sort(),
    async (cluster) => {
      const incident = open.get(cluster);
      const [doomed, lendings] = await Promise.all([
        read.doomed(cluster),
        isLent(cluster) || incident !== undefined ? read.lendings(cluster) : [],
      ]);
      return {
        cluster,
        doomed,
        missed: missed.get(cluster) ?? [],
        lendings,
        lookout: lookoutOf.get(cluster),
        incident,
      };
    },
    (cluster, error) => ({ for: asked.for, error: `the look at what is amiss in ${cluster} failed: ${error}` }),
  );
  return { ...asked, clusters: views, closed: await closedIn(read, incidents, now), failures };
}

/** In calm there are none, and nothing is read. */
async function closedIn(read: Reader, incidents: readonly Incident[], now: Instant): Promise<readonly ClosedSeen[]> {
  const toCount = incidents.filter((one) => isToCount(one, now));
  const counted = new Map(
    (toCount.length === 0 ? [] : await read.counted()).map(({ cluster, to }) => [cluster, to] as const),
  );
  const due = incidents.filter((one) => toCount.includes(one) || isToFile(one, now)).slice(0, MOST_CLOSED);
  return Promise.all(
    due.map(async (incident): Promise<ClosedSeen> => {
      const { cluster } = incident;
      const { from, to } = lentSpan(incident);
      const isCounted = toCount.includes(incident) && (counted.get(cluster) ?? 0) >= to;
      return {
        incident,
        entries: isCounted ? await read.ledger(instant(Math.floor(from / HOUR_MS) * HOUR_MS), to) : undefined,
        others: incidents.filter((one) => one !== incident && one.cluster === cluster),
      };
    }),
  );
}

/** Instances in no cluster yet: their storm is that of the cluster that they register with. */
const UNREGISTERED = 'unregistered';
