import type { Context } from '../../../shared/flow.ts';
import { later } from '../../../shared/model/instant.ts';
import type { AcceptedEvent } from '../decide/accepts.ts';
import { askedBy } from '../decide/asked.ts';
import { type IncidentSeen, isToTell, outboxId, type TellView } from '../decide/tell.ts';
import type { Reader } from '../reader.ts';

/** What could not be put into the outbox for so long is in the reports only. */
const LATE_MS = 24 * 3_600_000;

/** Reads the incidents that are open or were lately, and of those that are to be told what became of their instances. */
export async function observeTell(read: Reader, events: readonly AcceptedEvent[], context: Context): Promise<TellView> {
  const { now, policy } = context;
  const view = { ...askedBy(events, 'tell'), hasSlack: read.hasSlack };
  if (policy.alerts === 'off') return { ...view, incidents: [] };
  const incidents = (await read.recentIncidents()).filter(
    ({ closedAt }) => closedAt === undefined || closedAt >= later(now, -LATE_MS),
  );
  if (incidents.length === 0) return { ...view, incidents: [] };
  const outbox = new Map((await read.outbox()).map((one) => [one.id, one]));
  const asked = incidents
    .map((incident) => ({ incident, outbox: outbox.get(outboxId(incident)) }))
    .filter((one) => isToTell(one, view.hasSlack, context));
  return {
    ...view,
    incidents: await Promise.all(
      asked.map(async (one): Promise<IncidentSeen> => {
        const { cluster, openedAt } = one.incident;
        const [doomed, interruptions] = await Promise.all([
          read.doomed(cluster),
          read.interruptions(openedAt, later(now, 1)),
        ]);
        return { ...one, doomed, interruptions };
      }),
    ),
  };
}
