import type { Instance } from '../../../shared/model/fleet.ts';
import type { AcceptedEvent } from '../decide/demand.ts';
import type { MissedView } from '../decide/missed.ts';
import type { Reader } from '../reader.ts';

/** Which of our instances EC2 took back: those whose end an event told, and on a tick all that EC2 still shows. */
export async function observeMissed(read: Reader, events: readonly AcceptedEvent[]): Promise<MissedView> {
  const told = [...new Set(events.flatMap(hostsThatEnded))];
  const ticked = events.some(({ kind }) => kind === 'ticked');
  const shown = ticked ? await read.reclaimedInstances() : [];
  const ids = [...new Set([...told, ...shown.map(({ instanceId }) => instanceId)])];
  const records = events.flatMap((event) =>
    event.kind === 'ticked' || hostsThatEnded(event).length > 0 ? [event.recordId] : [],
  );
  if (ids.length === 0) return { reclaimed: [], known: [], for: records };
  const places = await read.places(ids);
  const ours = ids.flatMap((id) => {
    const place = places.get(id);
    return place?.is === 'place' && place.manage === 'yes' ? [place] : [];
  });
  const known = await read.doomedOf(ours.map(({ instanceId, cluster }) => ({ instanceId, cluster })));
  const noticed = new Set(known.map(({ instanceId }) => instanceId));
  const open = ours.filter(({ instanceId }) => !noticed.has(instanceId));
  const instances = new Map(shown.map((instance) => [instance.instanceId, instance]));
  const unseen = open.map(({ instanceId }) => instanceId).filter((id) => !instances.has(id));
  for (const instance of unseen.length > 0 ? await read.instances(unseen) : []) {
    instances.set(instance.instanceId, instance);
  }
  const reclaimed = open.flatMap((place) => {
    const instance = instances.get(place.instanceId);
    return instance && wasReclaimed(instance) ? [{ instance, place }] : [];
  });
  return { reclaimed, known, for: records };
}

/** Judged only once it has ended for good: by then its notice, if there was one, is in the table. */
const wasReclaimed = ({ spot, reclaimed, state }: Instance): boolean =>
  spot && reclaimed && (state === 'terminated' || state === 'stopped');

function hostsThatEnded(event: AcceptedEvent): readonly string[] {
  if (event.kind === 'instance-state-changed') return [event.instanceId];
  return event.kind === 'task-changed' && event.host !== undefined ? [event.host] : [];
}
