import type { World } from '../world/world.ts';
import type { FargatePlatform } from './fargate/platform.ts';
import { type ContainerInstance, type EcsService, primary, type Task } from './model.ts';
import { limits, startable, stoppable } from './percents.ts';
import { holdsOlder, isBlueGreen, moveTraffic } from './services/blue-green.ts';
import { daemonsMissing, daemonsWanted, holdsReplicas } from './services/daemons.ts';
import { ServiceLauncher } from './services/launcher.ts';
import { Rollouts } from './services/rollouts.ts';
import { ServiceEvents } from './services/service-events.ts';
import { StartThrottle } from './services/start-throttle.ts';
import { SteadyStates } from './services/steady-states.ts';
import { failedToStop, isProtected, surplusOf, surveyOf } from './services/survey.ts';
import { ZoneRebalancing } from './services/zone-rebalancing.ts';
import type { EcsState } from './state.ts';
import type { Tasks } from './tasks.ts';

/** An unfinished service is looked at about every five seconds, and soon after something changed. */
const passEveryMs = [4_500, 5_500] as const;
const soonMs = [300, 1_000] as const;

export type SchedulerParts = {
  readonly world: World;
  readonly state: EcsState;
  readonly tasks: Tasks;
  readonly fargate: FargatePlatform;
};

/**
 * The ECS service scheduler: starts what is missing, rolls deployments, moves tasks off DRAINING instances within
 * minimumHealthyPercent and maximumPercent, stops daemons last. A service that has all it wants costs nothing until
 * something changes. https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_services.html
 */
export class ServiceScheduler {
  readonly events: ServiceEvents;
  readonly rollouts: Rollouts;
  readonly #world: World;
  readonly #state: EcsState;
  readonly #tasks: Tasks;
  readonly #launcher: ServiceLauncher;
  readonly #throttle: StartThrottle;
  readonly #zones = new ZoneRebalancing();
  readonly #due = new Map<EcsService, { readonly at: number; readonly cancel: () => void }>();
  readonly #passes = new Map<EcsService, number>();
  readonly #steady: SteadyStates;
  /** services that want more than found room, by cluster name */
  readonly #waiting = new Map<string, Set<EcsService>>();

  constructor(parts: SchedulerParts) {
    this.#world = parts.world;
    this.#state = parts.state;
    this.#tasks = parts.tasks;
    this.events = new ServiceEvents(parts.world);
    this.rollouts = new Rollouts(parts.world, this.events);
    this.#throttle = new StartThrottle(parts.world, this.events);
    this.#steady = new SteadyStates(parts.world, this.events);
    this.#launcher = new ServiceLauncher({ ...parts, events: this.events });
    parts.fargate.onRoom(() => {
      for (const cluster of this.#waiting.keys()) this.#pokeWaiting(cluster);
    });
  }

  /** Something about the service changed: a pass follows soon. */
  poke(service: EcsService): void {
    this.#schedule(service, soonMs);
  }

  /** Somebody changed the service: what kept it from starting tasks may be gone. */
  changed(service: EcsService): void {
    this.#throttle.reset(service);
    this.poke(service);
  }

  /** A task became healthy, failed its checks or ended. */
  taskChanged(task: Task): void {
    const { service } = task;
    if (service) {
      if (this.rollouts.count(service, task)) this.#throttle.reset(service);
      this.#throttle.count(service, task);
      this.poke(service);
    }
    if (task.lastStatus !== 'STOPPED') return;
    this.#pokeWaiting(task.cluster.name);
    if (task.instance?.status === 'DRAINING') this.#pokeServicesOn(task.instance);
  }

  /** A container instance became ACTIVE or DRAINING. */
  instanceChanged(instance: ContainerInstance): void {
    this.#pokeServicesOn(instance);
    if (instance.status !== 'ACTIVE') return;
    this.#pokeWaiting(instance.cluster.name);
    for (const service of instance.cluster.services.values())
      if (service.scheduling === 'DAEMON' || service.zoneRebalancing) this.poke(service);
  }

  /** Gives a service everything it wants at this instant, RUNNING and healthy, as far as there is room. */
  settle(service: EcsService): void {
    if (service.scheduling === 'DAEMON') this.#startDaemons(service);
    else this.#launcher.start(service, primary(service), service.desired - service.tasks.size);
    for (const task of service.tasks.values()) this.#tasks.settle(task);
    this.#due.get(service)?.cancel();
    this.#due.delete(service);
    const placed = [...service.tasks.values()].filter(({ lastStatus }) => lastStatus !== 'PROVISIONING');
    const complete = service.scheduling === 'DAEMON' || placed.length >= service.desired;
    if (!complete) this.poke(service);
    else {
      this.rollouts.complete(service);
      this.#steady.reach(service);
    }
  }

  #schedule(service: EcsService, range: readonly [number, number]): void {
    if (service.status === 'INACTIVE') return;
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
    const now = this.#world.now();
    const { pendingOnDraining, failed, leaving, staying } = surveyOf(service, now);
    const alive = service.tasks.size;
    for (const task of pendingOnDraining) this.#stop(task);
    if (moveTraffic(service, staying, now)) this.#schedule(service, soonMs);
    const percents = percentsOf(service);
    const halted = primary(service).rolloutState === 'FAILED';
    const missing = halted ? Math.min(0, service.desired - staying.length) : service.desired - staying.length;
    const allowed = halted ? 0 : startable({ ...percents, staying: staying.length, alive });
    const started = this.#start(service, allowed);
    const stuck = missing > 0 && started === 0 && alive === staying.length + leaving.length + failed.length;
    const replaced = failedToStop({ failed, staying }, { desired: service.desired, stuck });
    for (const task of replaced) this.#stop(task);
    const tooMany = this.#zones.holds(service, staying) ? 0 : Math.max(0, -missing);
    const surplus = surplusOf(primary(service), { staying, count: tooMany, now });
    const healthy = [...leaving, ...staying].filter((task) => task.healthy).length;
    const going = [...leaving, ...surplus].filter((task) => !isProtected(task, now));
    const stops = stoppable(going, healthy, limits(percents).lower);
    for (const task of stops) this.#stop(task);
    const blocked = missing > 0 && going.length > 0 && allowed === 0 && stops.length === 0;
    if (blocked && alive === healthy) this.#steady.blocked(service);
    const open = this.#throttle.holds(service) && missing > 0;
    const moving = holdsOlder(service, now) || tooMany < -missing;
    const stopped = replaced.length + stops.length === failed.length + leaving.length + surplus.length;
    const finished = started >= missing && stopped && !open && !moving;
    if (finished && service.tasks.size === 0 && service.status === 'DRAINING') service.status = 'INACTIVE';
    const complete = finished && !halted && missing === 0 && staying.every((task) => task.healthy);
    if (complete && service.tasks.size === service.desired) {
      this.rollouts.complete(service);
      this.#steady.reach(service);
      this.#launcher.satisfied(service);
      this.#rebalance(service, staying);
    } else this.#steady.leave(service);
    return finished;
  }

  /** Starts one task in an emptier zone, when the service wants that and maximumPercent leaves room for it. */
  #rebalance(service: EcsService, staying: readonly Task[]): void {
    const deployment = primary(service);
    if (!service.zoneRebalancing || service.tasks.size >= limits(percentsOf(service)).upper) return;
    const zones = this.#zones.emptier(service, staying, this.#launcher.zonesOf(service, deployment));
    if (zones.size === 0) return;
    const started = this.#launcher.startIn(zones, service, deployment);
    if (started) this.#zones.started(service);
    this.#wait(service, !started);
  }

  /** @returns whether there is nothing to do until something changes */
  #passDaemon(service: EcsService): boolean {
    const { pendingOnDraining, failed, leaving, staying } = surveyOf(service, this.#world.now());
    for (const task of [...pendingOnDraining, ...failed]) this.#stop(task);
    const older = leaving.filter(({ instance }) => instance?.status !== 'DRAINING');
    const healthy = [...older, ...staying].filter((task) => task.healthy).length;
    for (const task of stoppable(older, healthy, limits(service).lower)) this.#stop(task);
    for (const task of leaving)
      if (task.instance?.status === 'DRAINING' && !holdsReplicas(task.instance)) this.#stop(task);
    const later = this.#throttle.holds(service);
    const open = later ? 0 : this.#startDaemons(service);
    const wanted = new Set(daemonsWanted(service, this.#state));
    for (const task of staying) if (!task.instance || !wanted.has(task.instance)) this.#stop(task);
    if (service.status === 'DRAINING' && service.tasks.size === 0) service.status = 'INACTIVE';
    const complete = !later && open === 0 && staying.length === service.desired && staying.every((one) => one.healthy);
    if (complete && service.tasks.size === service.desired) {
      this.rollouts.complete(service);
      this.#steady.reach(service);
    } else this.#steady.leave(service);
    return !later;
  }

  /** @returns how many instances have no room for the daemon */
  #startDaemons(service: EcsService): number {
    const deployment = primary(service);
    if (deployment.rolloutState === 'FAILED') return 0;
    const { free, full } = daemonsMissing(service, this.#state);
    for (const instance of free) this.#launcher.startOn(instance, service, deployment);
    this.#wait(service, full > 0);
    return full;
  }

  #start(service: EcsService, count: number): number {
    if (count > 0 && this.#throttle.holds(service)) return 0;
    const started = this.#launcher.start(service, primary(service), count);
    this.#wait(service, started < count);
    return started;
  }

  /** A service that waits for room hears when a task of its cluster ends, or an instance or Fargate has more. */
  #wait(service: EcsService, waits: boolean): void {
    const waiting = this.#waiting.get(service.cluster.name) ?? new Set();
    this.#waiting.set(service.cluster.name, waiting);
    if (waits) waiting.add(service);
    else waiting.delete(service);
  }

  #stop(task: Task): void {
    const groups = [...task.targets];
    const [failing] = groups.find(([, { state }]) => state === 'unhealthy') ?? groups[0] ?? [];
    const reason = task.failedHealthChecks
      ? `Task failed ELB health checks in (target-group ${failing?.arn})`
      : `Scaling activity initiated by (deployment ${task.startedBy})`;
    this.#tasks.stops.byScheduler(task, reason);
  }

  #pokeWaiting(cluster: string): void {
    for (const service of this.#waiting.get(cluster) ?? []) this.poke(service);
  }

  #pokeServicesOn(instance: ContainerInstance): void {
    for (const task of instance.tasks.values()) if (task.service) this.poke(task.service);
  }
}

/**
 * Blue and green run side by side, whatever maximumPercent says; with CodeDeploy the defaults hold.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeploymentConfiguration.html
 */
const percentsOf = (service: EcsService) => ({
  desired: service.desired,
  minimumHealthyPercent: service.controller === 'CODE_DEPLOY' ? 100 : service.minimumHealthyPercent,
  maximumPercent: isBlueGreen(service) ? 200 : service.maximumPercent,
});
