import type { TaskShape } from '../../model/lending.ts';

/** What is free on one instance; `take` makes it less. Copied before it is changed. */
export type Space = {
  cpu: number;
  memory: number;
  gpus: number;
  /** awsvpc tasks that it can still take; Infinity: no limit is known */
  interfaces: number;
  readonly tcp: Set<number>;
  readonly udp: Set<number>;
};

/** How many tasks of a shape an instance can still take; two that want the same host port are not told apart. */
export function roomFor(space: Space, shape: TaskShape): number {
  if (shape.tcp.some((port) => space.tcp.has(port)) || shape.udp.some((port) => space.udp.has(port))) return 0;
  const tasks = Math.min(
    share(space.cpu, shape.cpu),
    share(space.memory, shape.memory),
    share(space.gpus, shape.gpus),
    share(space.interfaces, shape.interfaces),
  );
  return Math.max(0, tasks);
}

const share = (free: number, each: number): number => (each > 0 ? Math.floor(free / each) : Number.POSITIVE_INFINITY);

/** Places one task, for which there must be room. */
export function take(space: Space, shape: TaskShape): void {
  space.cpu -= shape.cpu;
  space.memory -= shape.memory;
  space.gpus -= shape.gpus;
  space.interfaces -= shape.interfaces;
  for (const port of shape.tcp) space.tcp.add(port);
  for (const port of shape.udp) space.udp.add(port);
}
