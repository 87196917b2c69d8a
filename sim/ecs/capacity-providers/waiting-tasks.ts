import type { World } from '../../world/world.ts';
import { closestMisfit, fitOf } from '../fit.ts';
import type { Cluster, Task } from '../model.ts';
import { chooserFor } from '../placement.ts';
import type { Placing } from '../placing.ts';
import type { Tasks } from '../tasks.ts';

/** How soon ECS places waiting tasks once there is room; not published. */
const placedAfterMs = [300, 1_000] as const;

/**
 * Tasks in PROVISIONING: their capacity provider has no room for them, and its managed scaling gets some. Each is
 * placed when there is room, or fails to start after a time (a switch: AWS does not publish it).
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/cluster-auto-scaling.html
 */
export class WaitingTasks {
  readonly #world: World;
  readonly #tasks: Tasks;
  readonly #waiting = new Map<Cluster, Map<Task, Placing>>();
  readonly #due = new Set<Cluster>();

  constructor(world: World, tasks: Tasks) {
    this.#world = world;
    this.#tasks = tasks;
  }

  add(task: Task, placing: Placing): void {
    const tasks = this.#waiting.get(task.cluster) ?? new Map<Task, Placing>();
    this.#waiting.set(task.cluster, tasks.set(task, placing));
    const { clock, switches } = this.#world;
    clock.after(switches.provisioningTimeoutMs, () => {
      if (!this.#waiting.get(task.cluster)?.delete(task)) return;
      this.#tasks.stops.failedToStart(task, whyNot(task, placing));
    });
  }

  /** The task ended, as when its service was scaled in. */
  remove(task: Task): void {
    this.#waiting.get(task.cluster)?.delete(task);
  }

  /** Those of a provider, in the order in which they came. */
  of(provider: string): { readonly task: Task; readonly placing: Placing }[] {
    const all = [...this.#waiting.values()].flatMap((tasks) => [...tasks]);
    return all.flatMap(([task, placing]) => (task.capacityProviderName === provider ? [{ task, placing }] : []));
  }

  /** There may be room: an instance became ACTIVE, its agent is back, or a task of the cluster ended. */
  roomChanged(cluster: Cluster): void {
    if (this.#due.has(cluster) || !this.#waiting.get(cluster)?.size) return;
    this.#due.add(cluster);
    const n = this.#world.ids.next(`waiting ${cluster.name}`);
    this.#world.clock.after(this.#world.delay('place-waiting', cluster.name, [...placedAfterMs, n]), () => {
      if (this.#due.delete(cluster)) this.#place(cluster);
    });
  }

  /** Places now what would be placed in a moment, so that nobody counts it as waiting. */
  placeDue(): void {
    for (const cluster of this.#due) {
      this.#due.delete(cluster);
      this.#place(cluster);
    }
  }

  #place(cluster: Cluster): void {
    const waiting = this.#waiting.get(cluster) ?? new Map<Task, Placing>();
    const alike = Map.groupBy(waiting.keys(), ({ group, definition, capacityProviderName: provider }) =>
      [group, definition.arn, provider].join(' '),
    );
    for (const [kind, tasks] of alike) {
      const [first] = tasks;
      const placing = first && waiting.get(first);
      if (!placing) continue;
      const { definition, group, capacityProviderName: capacityProvider, sequence } = first;
      const siblings =
        first.service?.tasks.values() ?? [...cluster.tasks.values()].filter((task) => task.group === group);
      const draw = (key: string) => this.#world.random('placement', `${kind} ${key}`, sequence);
      const chooser = chooserFor({ cluster, definition, siblings, ...placing, capacityProvider, draw });
      for (const task of tasks) {
        const instance = chooser.next();
        if (!instance) break;
        waiting.delete(task);
        this.#tasks.place(task, instance);
      }
    }
  }
}

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/api_failures_messages.html */
const whyNot = ({ cluster, definition, capacityProviderName: provider }: Task, placing: Placing): string => {
  const instances = [...cluster.instances.values()].filter(
    (instance) => instance.capacityProviderName === provider && instance.status !== 'INACTIVE',
  );
  if (instances.length === 0) return 'EMPTY CAPACITY PROVIDER';
  return closestMisfit(instances, fitOf({ definition, ...placing }))?.reason ?? 'NO ACTIVE INSTANCES';
};
