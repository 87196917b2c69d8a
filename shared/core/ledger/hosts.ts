import { type Instant, instant } from '../../model/instant.ts';
import type { RanInstance, RanTask } from '../../model/ledger.ts';
import { architectureName, billedSize, fargateHourly, isArm, isRoom } from './baselines.ts';
import type { CountedInstance, LedgerAsked } from './counted.ts';
import type { Host } from './instance-cost.ts';
import { type Occupant, partsOf, type Room } from './occupancy.ts';

type TasksOf = ReadonlyMap<string, readonly RanTask[]>;

/** By the ARN of the container instance. */
export function tasksByHost(tasks: readonly RanTask[]): TasksOf {
  return Map.groupBy(tasks, ({ on }) => (on.is === 'ec2' ? on.containerInstance : ''));
}

/** An instance with the tasks on it, which run no longer than it does. */
export function hostOf(
  { instance, stretch, ended }: CountedInstance,
  { prices }: LedgerAsked,
  rooms: ReadonlyMap<string, Room>,
  tasksOf: TasksOf,
): Host {
  const { containerInstance, pool, spot } = instance;
  const room = roomOf(instance, rooms);
  const arm = isArm(pool.type);
  const tasks = (containerInstance !== undefined && room && tasksOf.get(containerInstance)) || [];
  const occupants = tasks.flatMap((task): Occupant | [] => {
    const ends = [task.to, instance.endedAt].filter((end) => end !== undefined);
    const endedAt: Instant | undefined = ends.length > 0 ? instant(Math.min(...ends)) : undefined;
    if (room === undefined || (endedAt ?? stretch.to) < task.from) return [];
    return {
      from: task.from,
      to: endedAt ?? stretch.to,
      endedAt,
      who: { consumer: task.consumer, capacity: spot ? 'spot' : 'on-demand', lent: task.lent },
      parts: partsOf(task, room),
      fargateHourly:
        fargateHourly({ ...billedSize(task), extraStorageGb: 0 }, arm, prices.fargate, 'Fargate').hourly ?? 0,
    };
  });
  const known = (arm ? prices.fargate.arm : prices.fargate.x86) !== undefined;
  return {
    ...{ instance, stretch, ended, room, occupants },
    fargate: { known, name: `Fargate ${architectureName(arm)}` },
  };
}

/** What it registered; if that is not known, what others of its type did. */
export const roomOf = ({ room, pool }: RanInstance, rooms: ReadonlyMap<string, Room>): Room | undefined =>
  isRoom(room) ? room : rooms.get(pool.type);
