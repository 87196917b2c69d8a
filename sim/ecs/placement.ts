import type { Cluster, ContainerInstance, Task, TaskDefinition } from './model.ts';

/** The instances of a zone that may still have room, asked in turn from `head` on. */
type Zone = { tasks: number; readonly queue: ContainerInstance[]; head: number };

/**
 * Chooses instances for the tasks of one service (or group) in one pass: the zone with the fewest of its tasks first,
 * there the instance that had the fewest tasks, in turn. An instance that had no room once is not asked again, so a
 * pass costs no more than instances + tasks.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-placement-strategies.html (services spread over zones)
 */
export class Placement {
  readonly #definition: TaskDefinition;
  readonly #zones = new Map<string, Zone>();

  /** @param siblings the tasks among which to spread */
  constructor(cluster: Cluster, definition: TaskDefinition, siblings: Iterable<Task>) {
    this.#definition = definition;
    const ready = [...cluster.instances.values()].filter((instance) => hasRoom(instance, definition));
    for (const instance of ready.sort((a, b) => a.tasks.size - b.tasks.size || a.sequence - b.sequence)) {
      const zone = this.#zones.get(instance.zone);
      if (zone) zone.queue.push(instance);
      else this.#zones.set(instance.zone, { tasks: 0, queue: [instance], head: 0 });
    }
    for (const task of siblings) {
      const zone = this.#zones.get(task.instance.zone);
      if (zone && task.desiredStatus === 'RUNNING' && task.instance.status !== 'DRAINING') zone.tasks += 1;
    }
  }

  /** The instance for the next task; the caller places it before asking again. Undefined: nowhere is room. */
  next(): ContainerInstance | undefined {
    for (let zone = this.#emptiest(); zone; zone = this.#emptiest()) {
      const instance = zone.queue[zone.head++];
      if (!instance || !hasRoom(instance, this.#definition)) continue;
      zone.queue.push(instance);
      zone.tasks += 1;
      return instance;
    }
    return undefined;
  }

  #emptiest(): Zone | undefined {
    let best: Zone | undefined;
    for (const zone of this.#zones.values()) {
      if (zone.head < zone.queue.length && (!best || zone.tasks < best.tasks)) best = zone;
    }
    return best;
  }
}

/** Is the instance ACTIVE with a connected agent, and has it the CPU, the memory and the fixed port the task needs? */
export const hasRoom = (instance: ContainerInstance, definition: TaskDefinition): boolean =>
  instance.status === 'ACTIVE' &&
  instance.agentConnected &&
  instance.cpuLeft >= definition.cpu &&
  instance.memoryLeft >= definition.memory &&
  !(definition.hostPort > 0 && instance.portsInUse.has(definition.hostPort));
