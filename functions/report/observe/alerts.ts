import { each } from '../../../shared/core/each.ts';
import type { Context } from '../../../shared/flow.ts';
import { later } from '../../../shared/model/instant.ts';
import type { AcceptedEvent } from '../decide/accepts.ts';
import type { AlertsView } from '../decide/alerts.ts';
import { askedBy } from '../decide/asked.ts';
import type { Reader } from '../reader.ts';

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
    read.incidents(now),
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
  return { ...asked, clusters: views, failures };
}

/** Instances in no cluster yet: their storm is that of the cluster that they register with. */
const UNREGISTERED = 'unregistered';
