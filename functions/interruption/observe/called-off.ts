import type { CalledOffView } from '../decide/called-off.ts';
import type { AcceptedEvent } from '../decide/demand.ts';
import type { Reader } from '../reader.ts';

/** The open records of instances whose maintenance is closed. */
export async function observeCalledOff(read: Reader, events: readonly AcceptedEvent[]): Promise<CalledOffView> {
  const closed = events.filter((event) => event.kind === 'maintenance-scheduled' && event.closed);
  const ids = closed.flatMap((event) => (event.kind === 'maintenance-scheduled' ? event.instanceIds : []));
  const records = closed.map(({ recordId }) => recordId);
  if (ids.length === 0) return { open: [], for: records };
  const places = await read.places(ids);
  const keys = ids.flatMap((instanceId) => {
    const place = places.get(instanceId);
    return place?.is === 'place' ? [{ instanceId, cluster: place.cluster }] : [];
  });
  const known = await read.doomedOf(keys);
  return { open: known.filter((one) => one.cause === 'maintenance' && one.closedAt === undefined), for: records };
}
