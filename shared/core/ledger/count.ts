import type { Booking, LedgerEntry, RanInstance, RanTask, YoungInstance } from '../../model/ledger.ts';
import { roomsOf, usualHostOf } from './baselines.ts';
import type { Books } from './books.ts';
import { type CountedInstance, countedOf, type LedgerAsked } from './counted.ts';
import { isFree, nextYoung, takeOff } from './credits.ts';
import { entriesOf } from './entries.ts';
import { enterFargateTask } from './fargate-cost.ts';
import { hostOf, roomOf, tasksByHost } from './hosts.ts';
import { enterInstance } from './instance-cost.ts';
import { enterLostTask } from './lost-tasks.ts';
import type { Room } from './occupancy.ts';

export type Counting = {
  /** One for each UTC hour that is touched, sorted. */
  readonly entries: readonly LedgerEntry[];
  /** For the next reading. */
  readonly young: readonly YoungInstance[];
};

/**
 * Counts what ran in a cluster from `from` to before `to`: whole nano-dollars, in ledger entries whose lines of
 * services and of pools have the same sums. The order of what is asked does not matter, and the same asked twice is
 * the same entries under the same keys. An empty window counts nothing.
 *
 * An instance's cost belongs to the tasks on it by the larger of CPU and memory share, the rest to nobody (`idle`).
 * Spot instances that EC2 took back in their first hour are free: what was booked is taken off where it was booked.
 * What has no price is in no sum, only in seconds, and is named.
 */
export function countLedger(asked: LedgerAsked): Counting {
  if (asked.from >= asked.to) return { entries: [], young: asked.young };
  const instances = asked.instances.toSorted(by(({ instanceId }) => instanceId));
  const tasks = asked.tasks.toSorted(by(({ arn }) => arn));
  const known = new Set(asked.young.map(({ instanceId }) => instanceId));
  const counted = instances.flatMap((instance) => countedOf(instance, asked, known) ?? []);
  const rooms = roomsOf(instances);
  const tasksOf = tasksByHost(tasks);
  const books: Books = new Map();
  const booked = new Map<string, Booking[]>(asked.young.map((one) => [one.instanceId, [...one.booked]]));
  for (const one of counted) {
    const { instanceId, spot } = one.instance;
    const bookings = booked.get(instanceId) ?? [];
    if (spot) booked.set(instanceId, bookings);
    enterInstance(books, hostOf(one, asked, rooms, tasksOf), asked.prices, (hour, consumer, cost) => {
      if (spot && cost > 0) bookings.push({ hour, consumer, cost });
    });
  }
  enterOthers(books, asked, { instances, counted, rooms, tasks });
  const countedIds = new Set(counted.map(({ instance }) => instance.instanceId));
  for (const instance of instances) {
    const bookings = booked.get(instance.instanceId) ?? [];
    if (!isFree(instance, asked.to) || (bookings.length === 0 && !countedIds.has(instance.instanceId))) continue;
    takeOff(books, instance, bookings);
    booked.set(instance.instanceId, []);
  }
  return { entries: entriesOf(books, asked), young: nextYoung(asked, counted, booked) };
}

const by =
  <T>(name: (one: T) => string) =>
  (a: T, b: T): number =>
    name(a) < name(b) ? -1 : Number(name(a) > name(b));

type Seen = {
  readonly instances: readonly RanInstance[];
  readonly counted: readonly CountedInstance[];
  readonly rooms: ReadonlyMap<string, Room>;
  readonly tasks: readonly RanTask[];
};

/** Tasks on Fargate, and those of which the instance is not known. */
function enterOthers(books: Books, asked: LedgerAsked, { instances, counted, rooms, tasks }: Seen): void {
  const ran = counted.map(({ instance, stretch }) => ({ instance, ms: stretch.to - stretch.from }));
  const usual = usualHostOf(ran, rooms, asked.prices);
  const hosts = new Set(
    instances.filter((one) => roomOf(one, rooms) !== undefined).map(({ containerInstance }) => containerInstance),
  );
  for (const task of tasks) {
    const { on } = task;
    if (on.is === 'fargate') enterFargateTask(books, { task, on, window: asked }, asked.prices, usual);
    else if (!hosts.has(on.containerInstance)) enterLostTask(books, task, asked);
  }
}
