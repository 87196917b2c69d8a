import type { Context, Flow, Phase } from '../../shared/flow.ts';
import { emptyPlan, merge } from '../../shared/plan/action.ts';
import { type Acts, acts } from './acts.ts';
import { type Accepted, type AcceptedEvent, accepts } from './decide/accepts.ts';
import { figures } from './decide/figures.ts';
import { decideLending } from './decide/lend.ts';
import type { PrepareView } from './decide/material.ts';
import { isLongOver } from './decide/preparation.ts';
import { decidePrepare } from './decide/prepare.ts';
import type { ClusterView } from './decide/view.ts';
import { calmView, observeCluster } from './observe/cluster.ts';
import { type Asked, askedClusters } from './observe/clusters.ts';
import { observePrepare, shareOf } from './observe/prepare.ts';
import type { Reader } from './reader.ts';

/** Lends services the tasks that EC2 cannot hold, and takes them back; keeps their standbys ready. */
export const failover: Flow<Accepted, Reader, Acts> = {
  name: 'failover',
  accepts,
  acts,
  phases: [lend(), prepare()],
  figures,
};

/** What cannot wait: the deficits, and what is lent. */
function lend(): Phase<Accepted, Reader, readonly (ClusterView | Failed)[]> {
  return {
    name: 'lend',
    observe: (read, events, context) =>
      each(read, events, { context, look: (asked) => observeCluster(read, asked, context) }),
    decide: (views, events, context) => overall(views, events, (view) => decideLending(view, context)),
  };
}

/** What has time: standbys are made, follow their main services, are proven. No reads for it while instances are about to go. */
function prepare(): Phase<Accepted, Reader, readonly (PrepareView | Failed)[]> {
  return {
    name: 'prepare',
    async observe(now, events, context) {
      const read = unhurried(now);
      const calm = events.filter(
        ({ kind }) => kind === 'ticked' || kind === 'woken' || kind === 'deployment-completed',
      );
      const views = await each(read, calm, {
        context,
        look: async (asked, place) => {
          const most = shareOf(place, context.now);
          if (most === 0) return [];
          // Read first: what is read after it is at least as new as what the last pass made.
          const preparation = await read.preparation(asked.cluster.arn);
          const how = isLongOver(preparation, context.now) ? 'lately' : 'now';
          const prepared: Reader['prepared'] = (cluster) => read.prepared(cluster, how);
          const { view, open } = await calmView({ ...read, prepared }, asked, context);
          return open.length > 0 ? [] : [await observePrepare(read, { view, preparation, most }, context)];
        },
      });
      return views.flat();
    },
    decide: (views, events, context) => overall(views, events, (view) => decidePrepare(view, context)),
  };
}

/**
 * Standbys have time: who learns a second late that an instance is about to go, or that a cluster has services to lend to,
 * prepares a minute too early or too late. What is prepared and lent is read as it is now.
 */
const unhurried = (read: Reader): Reader => ({
  ...read,
  doomed: (cluster) => read.doomed(cluster, 'lately'),
  lookouts: () => read.lookouts('lately'),
  raised: (cluster) => read.raised(cluster, 'lately'),
});

/** A cluster that could not be read. */
type Failed = { readonly for: readonly string[]; readonly error: string };

/** What goes wrong in one cluster must not keep the others waiting. */
async function each<V>(
  read: Reader,
  events: readonly AcceptedEvent[],
  { context, look }: { context: Context; look: (asked: Asked, place: { at: number; of: number }) => Promise<V> },
): Promise<readonly (V | Failed)[]> {
  if (events.length === 0) return [];
  const clusters = await askedClusters(read, events, context);
  return Promise.all(
    clusters.map(async (asked, at) => {
      try {
        return await look(asked, { at, of: clusters.length });
      } catch (error) {
        return { for: asked.for, error: `the pass over ${asked.cluster.arn} failed: ${error}` };
      }
    }),
  );
}

/** One plan of all clusters that these events asked for. */
function overall<V extends { readonly for: readonly string[] }>(
  views: readonly (V | Failed)[],
  events: readonly AcceptedEvent[],
  decide: (view: V) => ReturnType<typeof merge>,
) {
  const records = new Set(events.map(({ recordId }) => recordId));
  const meant = views.filter((view) => view.for.some((id) => records.has(id)));
  const failures = meant.flatMap((view) => ('error' in view ? [{ for: view.for, error: view.error }] : []));
  const plans = meant.flatMap((view) => ('error' in view ? [] : [decide(view)]));
  return merge([{ ...emptyPlan, failures }, ...plans]);
}
