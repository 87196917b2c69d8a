import type { Instant } from '../../model/instant.ts';
import type { RanInstance, RanTask } from '../../model/ledger.ts';
import { type Who, whoKey } from './books.ts';
import { endsIn, overlapMs, restOfMinute, type Stretch } from './stretches.ts';

/** A task on an instance. */
export type Occupant = Stretch & {
  /** When it ended; undefined: it runs on. */
  readonly endedAt: Instant | undefined;
  readonly who: Who;
  /** What it reserves, in parts of `wholeOf` the instance. */
  readonly parts: number;
  /** What it would cost on Fargate, nano-dollars an hour. */
  readonly fargateHourly: number;
};

export type Room = NonNullable<RanInstance['room']>;

/** All of an instance, in parts: a whole number, so that what tasks reserve adds up exactly. */
export const wholeOf = ({ cpu, memory }: Room): number => cpu * memory;

/** The larger of a task's CPU and memory share of an instance, in its parts. */
export const partsOf = ({ cpu, memory }: Pick<RanTask, 'cpu' | 'memory'>, room: Room): number =>
  Math.max(cpu * room.memory, memory * room.cpu);

/** What one consumer had of an instance in a stretch. */
export type Use = {
  readonly who: Who;
  /** Milliseconds of the whole instance; never more than the stretch, all uses and the idle room together. */
  readonly weight: number;
  /** milliseconds that its tasks ran */
  readonly ms: number;
  /** What its tasks would have cost on Fargate, nano-dollars an hour times milliseconds. */
  readonly fargateNanoMs: number;
};

/** `idle`: milliseconds of the whole instance that nobody used. */
export type Occupied = { readonly uses: readonly Use[]; readonly idle: number };

/**
 * Who used an instance in each of some stretches, which follow one another without gaps. Where tasks reserve more than
 * there is (one most of the CPU, another most of the memory), what they reserve is scaled to the whole at that time.
 */
export function occupancy(
  whole: number,
  occupants: readonly Occupant[],
  stretches: readonly Stretch[],
): readonly Occupied[] {
  const clocks = clocksOf(whole, occupants, stretches);
  return stretches.map((stretch) => {
    const uses = new Map<string, { who: Who; weight: number; ms: number; fargateNanoMs: number }>();
    for (const occupant of occupants) {
      const ms = overlapMs(occupant, stretch);
      // Fargate bills a minute at least: the missing rest is where the task ended.
      const rest = endsIn(stretch, occupant.endedAt) ? restOfMinute(occupant.from, occupant.endedAt) : 0;
      if (ms + rest === 0) continue;
      const key = whoKey(occupant.who);
      const use = uses.get(key) ?? { who: occupant.who, weight: 0, ms: 0, fargateNanoMs: 0 };
      uses.set(key, use);
      use.ms += ms;
      use.fargateNanoMs += occupant.fargateHourly * (ms + rest);
      const [from, to] = [Math.max(occupant.from, stretch.from), Math.min(occupant.to, stretch.to)];
      if (ms > 0) use.weight += (occupant.parts / whole) * (clocks.shared(to) - clocks.shared(from));
    }
    return { uses: [...uses.values()], idle: clocks.idle(stretch.to) - clocks.idle(stretch.from) };
  });
}

type Clocks = { readonly shared: (at: number) => number; readonly idle: (at: number) => number };

/**
 * Two clocks, milliseconds: one slows down while tasks reserve more than the whole, so that a task's share times the
 * clock's time is what it had; the other runs for the room that nobody reserved.
 */
function clocksOf(whole: number, occupants: readonly Occupant[], stretches: readonly Stretch[]): Clocks {
  const [begin, end] = [stretches[0]?.from ?? 0, stretches.at(-1)?.to ?? 0];
  const changes = new Map<number, number>();
  const change = (at: number, parts: number): void => void changes.set(at, (changes.get(at) ?? 0) + parts);
  for (const { from, to } of stretches) for (const edge of [from, to]) change(edge, 0);
  for (const { from, to, parts } of occupants) {
    if (to <= begin || from >= end || to <= from) continue;
    change(Math.max(from, begin), parts);
    change(Math.min(to, end), -parts);
  }
  const shared = new Map<number, number>();
  const idle = new Map<number, number>();
  let [held, last, sharedMs, idleMs] = [0, begin, 0, 0];
  for (const [at, parts] of [...changes].sort(([a], [b]) => a - b)) {
    sharedMs += (at - last) * (held > whole ? whole / held : 1);
    idleMs += (at - last) * (held < whole ? 1 - held / whole : 0);
    shared.set(at, sharedMs);
    idle.set(at, idleMs);
    [held, last] = [held + parts, at];
  }
  return { shared: (at) => shared.get(at) ?? 0, idle: (at) => idle.get(at) ?? 0 };
}
