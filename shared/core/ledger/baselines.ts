import type { FargatePrices, NanoUsd, PriceBook, RanInstance, RanTask } from '../../model/ledger.ts';
import { fargateSize } from '../fargate/sizes.ts';
import { partsOf, type Room, wholeOf } from './occupancy.ts';

/** Graviton types have a `g` after their generation, as `c7gn`; the first of them was `a1`. */
const GRAVITON = /^(a1\.|[a-z]+\d+[a-z]*g)/;

/**
 * Does a type have processors of AWS's own (Arm)?
 * https://docs.aws.amazon.com/ec2/latest/instancetypes/instance-type-names.html
 */
export const isArm = (type: string): boolean => GRAVITON.test(type);

export const architectureName = (arm: boolean): string => (arm ? 'ARM' : 'x86');

type Size = { readonly cpu: number; readonly memory: number };

/** A price, or what is missing for it by name: `Fargate Spot ARM`. */
export type Hourly = { readonly hourly: NanoUsd | undefined; readonly missing: readonly string[] };

/** What CPU units, MiB, and GB of storage above the free 20 cost on Fargate, an hour. */
export function fargateHourly(
  { cpu, memory, extraStorageGb }: Size & { readonly extraStorageGb: number },
  arm: boolean,
  prices: FargatePrices,
  name: 'Fargate' | 'Fargate Spot',
): Hourly {
  const rate = arm ? prices.arm : prices.x86;
  const storage = extraStorageGb > 0 ? prices.storageGb : 0;
  const missing = [
    ...(rate === undefined ? [`${name} ${architectureName(arm)}`] : []),
    ...(storage === undefined ? [`${name} storage`] : []),
  ];
  if (rate === undefined || storage === undefined) return { hourly: undefined, missing };
  return { hourly: (cpu / 1024) * rate.vcpu + (memory / 1024) * rate.gb + extraStorageGb * storage, missing };
}

/** What Fargate would bill for a task: the smallest of its sizes that holds it; as it is if none does. */
export const billedSize = ({ cpu, memory }: Size): Size => fargateSize(cpu, memory) ?? { cpu, memory };

/** The type of which a cluster's instances ran longest, and what it costs On-Demand, an hour. */
export type UsualHost = { readonly room: Room; readonly hourly: NanoUsd };

/**
 * Instances with GPUs and the like: nobody would run a task there that runs on Fargate, which has none.
 * https://docs.aws.amazon.com/ec2/latest/instancetypes/ac.html
 */
const ACCELERATED = /^(dl|f|gr?|inf|p|trn|vt)\d/;

/** Undefined: no instance of Linux ran, other than accelerated ones, whose room and On-Demand price are known. */
export function usualHostOf(
  ran: readonly { readonly instance: RanInstance; readonly ms: number }[],
  rooms: ReadonlyMap<string, Room>,
  { onDemand }: PriceBook,
): UsualHost | undefined {
  const msByType = new Map<string, number>();
  for (const { instance, ms } of ran) {
    const { type } = instance.pool;
    if (instance.platform === undefined && rooms.has(type) && onDemand.has(type) && !ACCELERATED.test(type))
      msByType.set(type, (msByType.get(type) ?? 0) + ms);
  }
  const [type = ''] = [...msByType].sort(([a, some], [b, others]) => others - some || (a < b ? -1 : 1))[0] ?? [];
  const [room, hourly] = [rooms.get(type), onDemand.get(type)];
  return room && hourly !== undefined ? { room, hourly } : undefined;
}

/** What each type registers with ECS, as far as an instance of it shows; instances are taken in the order of their ids. */
export function roomsOf(instances: readonly RanInstance[]): ReadonlyMap<string, Room> {
  const rooms = new Map<string, Room>();
  for (const { pool, room } of instances) if (isRoom(room) && !rooms.has(pool.type)) rooms.set(pool.type, room);
  return rooms;
}

export const isRoom = (room: Room | undefined): room is Room => room !== undefined && wholeOf(room) > 0;

/** What a Fargate task would cost on instances of a cluster, an hour: its share of the usual host. */
export const onDemandHourly = (task: RanTask, { room, hourly }: UsualHost): NanoUsd =>
  (hourly * partsOf(task, room)) / wholeOf(room);
