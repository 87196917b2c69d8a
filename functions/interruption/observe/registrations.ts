import type { Context } from '../../../shared/flow.ts';
import type { Manage } from '../../../shared/model/fleet.ts';
import { manageOf } from '../../../shared/policy.ts';
import type { AcceptedEvent } from '../decide/demand.ts';
import type { Whereabouts } from '../decide/drain.ts';
import type { Reader } from '../reader.ts';

/** Where doomed instances are whose registration is among the events: the event says it, no look-up is needed. */
export async function registrations(
  read: Reader,
  events: readonly AcceptedEvent[],
  { ids, context }: { ids: readonly string[]; context: Context },
): Promise<ReadonlyMap<string, Whereabouts>> {
  const wanted = new Set(ids);
  const registered = events.flatMap((event) =>
    event.kind === 'container-instance-changed' && wanted.has(event.instanceId) ? [event] : [],
  );
  const manage = await manageAnswers(read, [...new Set(registered.map(({ cluster }) => cluster))], context);
  return new Map(
    registered.map(({ instanceId, cluster, containerInstance, status, pool }): [string, Whereabouts] => [
      instanceId,
      { is: 'in-cluster', cluster, containerInstance, manage: manage.get(cluster) ?? 'no', pool, from: 'ecs', status },
    ]),
  );
}

async function manageAnswers(
  read: Reader,
  arns: readonly string[],
  { policy }: Context,
): Promise<ReadonlyMap<string, Manage>> {
  if (arns.length === 0) return new Map();
  const clusters = await read.describeClusters(arns);
  return new Map(clusters.map((cluster) => [cluster.arn, manageOf(cluster, policy).manage]));
}
