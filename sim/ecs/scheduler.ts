import type { World } from '../world/world.ts';
import { LaunchBudget } from './launch-budget.ts';
import type { ContainerInstance, EcsService, Task } from './model.ts';
import { limits, startable, stoppable } from './percents.ts';
import { hasRoom, Placement } from './placement.ts';
import type { Tasks } from './tasks.ts';

/** An unfinished service is looked at about every five seconds, and soon after something changed. */
const passEveryMs = [4_500, 5_500] as const;
const soonMs = [300, 1_000] as const;

/**
 * The ECS service scheduler: starts what is missing, moves tasks off DRAINING instances within minimumHealthyPercent
 * and maximumPercent, stops daemons last. A service that has all it wants costs nothing until something changes.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/container-instance-draining.html
 */
export class ServiceScheduler {
  readonly #world: World;
  readonly #tasks: Tasks;
  readonly #due = new Map<EcsService, { readonly at: number; readonly cancel: () => void }>();
  readonly #passes = new Map<EcsService, number>();
  readonly #budgets = new Map<EcsService, LaunchBudget>();
  /** services that found no room, by cluster name */
  readonly #waiting = new Map<string, Set<EcsService>>();

  constructor(world: World, tasks: Tasks) {
    this.#world = world;
    this.#tasks = tasks;
  }

  /** Something about the service changed: a pass follows soon. */
  poke(service: EcsService): void {
    this.#schedule(service, soonMs);
  }

  /** A task became healthy, failed its checks or ended. */
  taskChanged(task: Task): void {
    if (task.service) this.poke(task.service);
    if (task.lastStatus !== 'STOPPED') return;
    this.#pokeWaiting(task.cluster.name);
    if (task.instance.status === 'DRAINING') this.#pokeServicesOn(task.instance);
  }

  /** A container instance became ACTIVE or DRAINING. */
  instanceChanged(instance: ContainerInstance): void {
    this.#pokeServicesOn(instance);
    if (instance.status !== 'ACTIVE') return;
    this.#pokeWaiting(instance.cluster.name);
    for (const service of instance.cluster.services.values()) if (service.scheduling === 'DAEMON') this.poke(service);
  }

  /** Gives a service everything it wants at this instant, RUNNING and healthy, as far as there is room. */
  settle(service: EcsService): void {
    const start =
      service.scheduling === 'DAEMON'
        ? this.#missingDaemons(service)
        : this.#places(service, service.desired - service.tasks.size);
    for (const instance of start)
      this.#tasks.settle(this.#tasks.start({ instance, definition: service.definition, service }));
    this.#due.get(service)?.cancel();
    this.#due.delete(service);
    if (service.scheduling === 'REPLICA' && service.tasks.size < service.desired) this.poke(service);
  }

  #schedule(service: EcsService, range: readonly [number, number]): void {
    const due = this.#due.get(service);
    if (due && due.at <= this.#world.now() + range[0]) return;
    const n = this.#passes.get(service) ?? 0;
    const at = this.#world.now() + this.#world.delay('pass', service.arn, [...range, n]);
    if (due && due.at <= at) return;
    due?.cancel();
    const cancel = this.#world.clock.at(at, () => {
      this.#due.delete(service);
      this.#passes.set(service, n + 1);
      const finished = service.scheduling === 'DAEMON' ? this.#passDaemon(service) : this.#passReplica(service);
      if (!finished) this.#schedule(service, passEveryMs);
    });
    this.#due.set(service, { at, cancel });
  }

  /** @returns whether the service has all it wants */
  #passReplica(service: EcsService): boolean {
    const { pendingOnDraining, failed, leaving, staying } = survey(service);
    for (const task of [...pendingOnDraining, ...failed]) this.#tasks.stopByScheduler(task, reasonOf(task));
    const counts = { ...service, staying: staying.length, alive: service.tasks.size };
    const missing = service.desired - staying.length;
    const started = this.#start(service, startable(counts));
    const surplus = missing < 0 ? staying.slice(missing) : [];
    const healthy = [...leaving, ...staying].filter((task) => task.healthy).length;
    const stops = stoppable([...leaving, ...surplus], healthy, limits(service).lower);
    for (const task of stops) this.#tasks.stopByScheduler(task, reasonOf(task));
    return started >= missing && stops.length === leaving.length + surplus.length;
  }

  /** @returns whether every instance that stays has its daemon and none is left to stop */
  #passDaemon(service: EcsService): boolean {
    const { pendingOnDraining, failed, leaving } = survey(service);
    for (const task of [...pendingOnDraining, ...failed]) this.#tasks.stopByScheduler(task, reasonOf(task));
    for (const task of leaving) if (!holdsReplicas(task.instance)) this.#tasks.stopByScheduler(task, reasonOf(task));
    for (const instance of this.#missingDaemons(service)) {
      this.#tasks.start({ instance, definition: service.definition, service });
    }
    return true;
  }

  #start(service: EcsService, count: number): number {
    const allowed = this.#budget(service).take(count, this.#world.now());
    let started = 0;
    for (const instance of this.#places(service, allowed)) {
      this.#tasks.start({ instance, definition: service.definition, service });
      started += 1;
    }
    const waiting = this.#waiting.get(service.cluster.name) ?? new Set();
    this.#waiting.set(service.cluster.name, waiting);
    if (started >= allowed) waiting.delete(service);
    else if (!waiting.has(service)) {
      waiting.add(service);
      this.#world.journal({
        kind: 'task-unplaced',
        subject: service.name,
        text: `${service.name} finds no container instance for ${allowed - started} tasks`,
        data: { cluster: service.cluster.name, tasks: allowed - started },
      });
    }
    return started;
  }

  /** Each instance is given out when the task before has taken its room. */
  *#places(service: EcsService, count: number): Generator<ContainerInstance> {
    if (count <= 0) return;
    const placement = new Placement(service.cluster, service.definition, service.tasks.values());
    for (let n = 0; n < count; n += 1) {
      const instance = placement.next();
      if (!instance) return;
      yield instance;
    }
  }

  #missingDaemons(service: EcsService): ContainerInstance[] {
    const covered = new Set([...service.tasks.values()].map((task) => task.instance));
    const active = [...service.cluster.instances.values()].filter(
      (instance) => instance.status === 'ACTIVE' && instance.agentConnected,
    );
    service.desired = active.length;
    service.facts.desired = active.length;
    return active.filter((instance) => !covered.has(instance) && hasRoom(instance, service.definition));
  }

  #budget(service: EcsService): LaunchBudget {
    const budget = this.#budgets.get(service) ?? new LaunchBudget(this.#world.now());
    this.#budgets.set(service, budget);
    return budget;
  }

  #pokeWaiting(cluster: string): void {
    for (const service of this.#waiting.get(cluster) ?? []) this.poke(service);
  }

  #pokeServicesOn(instance: ContainerInstance): void {
    for (const task of instance.tasks.values()) if (task.service) this.poke(task.service);
  }
}

/** The tasks that are still wanted, sorted by what should become of them; staying ones from old to new. */
const survey = (service: EcsService) => {
  const found = { pendingOnDraining: [] as Task[], failed: [] as Task[], leaving: [] as Task[], staying: [] as Task[] };
  for (const task of service.tasks.values()) {
    if (task.desiredStatus === 'STOPPED') continue;
    if (task.failedHealthChecks) found.failed.push(task);
    else if (task.instance.status !== 'DRAINING') found.staying.push(task);
    else if (task.lastStatus === 'PENDING') found.pendingOnDraining.push(task);
    else found.leaving.push(task);
  }
  return found;
};

/** Daemon tasks are the last to stop, after all replica tasks (managed-instance-draining.html). */
const holdsReplicas = (instance: ContainerInstance): boolean =>
  [...instance.tasks.values()].some((task) => task.service?.scheduling === 'REPLICA');

const reasonOf = (task: Task): string =>
  task.failedHealthChecks
    ? `Task failed ELB health checks in (target-group ${task.service?.targetGroup?.arn})`
    : `Scaling activity initiated by (deployment ${task.startedBy})`;
