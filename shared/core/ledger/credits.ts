import type { Booking, RanInstance, YoungInstance } from '../../model/ledger.ts';
import { addPool, addService, type Books, consumerKey, pageOf } from './books.ts';
import { type CountedInstance, type LedgerAsked, YOUNG_MS } from './counted.ts';
import { HOUR_MS, hourBefore } from './stretches.ts';

/**
 * EC2 took a Spot instance back before it ran an hour, and does not bill it.
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/billing-for-interrupted-spot-instances.html
 */
export const isFree = ({ spot, reclaimed, launchedAt, endedAt }: RanInstance, to: number): boolean =>
  spot && reclaimed && endedAt !== undefined && endedAt <= to && endedAt - launchedAt < HOUR_MS;

/** Takes off again what was booked for an instance that is free. What it would have cost elsewhere stays. */
export function takeOff(books: Books, { pool, endedAt, launchedAt }: RanInstance, booked: readonly Booking[]): void {
  pageOf(books, hourBefore(endedAt ?? launchedAt)).freed.instances += 1;
  for (const { hour, consumer, cost } of booked) {
    const page = pageOf(books, hour);
    addService(page, { consumer, capacity: 'spot', lent: false }, { cost: -cost });
    addPool(page, { capacity: 'spot', ...pool }, { cost: -cost });
    page.freed.cost += cost;
  }
}

/** Bookings by hour and consumer, in this order. */
function merged(bookings: readonly Booking[]): readonly Booking[] {
  const byKey = new Map<string, Booking>();
  for (const booking of bookings) {
    const key = `${booking.hour} ${consumerKey(booking.consumer)}`;
    const cost = booking.cost + (byKey.get(key)?.cost ?? 0);
    byKey.set(key, { hour: booking.hour, consumer: booking.consumer, cost });
  }
  return [...byKey].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, booking]) => booking);
}

/**
 * Whom the next reading must know: all that were launched in the last 70 minutes, and of Spot instances that may still
 * turn out to be free what was booked.
 * @param booked by instance; what was taken off again is not in it
 */
export function nextYoung(
  { young, to }: LedgerAsked,
  counted: readonly CountedInstance[],
  booked: ReadonlyMap<string, readonly Booking[]>,
): YoungInstance[] {
  const next = new Map(young.map(({ instanceId, launchedAt }) => [instanceId, { launchedAt, ranMs: 0 }]));
  for (const { instance, stretch } of counted) {
    const { instanceId, launchedAt } = instance;
    next.set(instanceId, { launchedAt, ranMs: stretch.to - launchedAt });
  }
  return [...next]
    .filter(([, { launchedAt }]) => launchedAt >= to - YOUNG_MS)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([instanceId, { launchedAt, ranMs }]) => ({
      instanceId,
      launchedAt,
      booked: ranMs < HOUR_MS ? merged(booked.get(instanceId) ?? []) : [],
    }));
}
