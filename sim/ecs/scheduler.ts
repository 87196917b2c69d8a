import type { World } from '../world/world.ts';
import type { FargatePlatform } from './fargate/platform.ts';
import { type ContainerInstance, type EcsService, primary, type Task } from './model.ts';
import { limits, startable, stoppable } from './percents.ts';
import { holdsOlder, isBlueGreen, moveTraffic } from './services/blue-green.ts';
import { daemonsMissing, holdsReplicas } from './services/daemons.ts';
import { ServiceLauncher } from './services/launcher.ts';
import { failedToComeUp, Rollouts } from './services/rollouts.ts';
import { ServiceEvents } from './services/service-events.ts';
import { StartThrottle } from './services/start-throttle.ts';
import { isProtected, surplusOf, surveyOf } from './services/survey.ts';
import { ZoneRebalancing } from './services/zone-rebalancing.ts';
import type { EcsState } from './state.ts';
import type { Tasks } from './tasks.ts';

/** An unfinished service is looked at about every five seconds, and soon after something changed. */
const passEveryMs = [4_500, 5_500] as const;
const soonMs = [300, 1_000] as const;

const stuck =
  'was unable to stop or start tasks during a deployment because of the service deployment configuration. Update the minimumHealthyPercent or maximumPercent value and try again.';

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
  readonly #throttle = new StartThrottle();
  readonly #zones = new ZoneRebalancing();
  readonly #due = new Map<EcsService, { readonly at: number; readonly cancel: () => void }>();
  readonly #passes = new Map<EcsService, number>();
  readonly #steady = new Set<EcsService>();
  /** services that want more than found room, by cluster name */
  readonly #waiting = new Map<string, Set<EcsService>>();

  constructor(parts: SchedulerParts) {
    this.#world = parts.world;
    this.#state = parts.state;
    this.#tasks = parts.tasks;
    this.events = new ServiceEvents(parts.world);
    this.rollouts = new Rollouts(parts.world, this.events);
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
      this.#countComingUp(service, task);
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
    for (const service of instance.cluster.services.values()) if (service.scheduling === 'DAEMON') this.poke(service);
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
      this.#steady.add(service);
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
    const { pendingOnDraining, failed, leaving, staying } = surveyOf(service, this.#world.now());
    for (const task of [...pendingOnDraining, ...failed]) this.#stop(task);
    if (moveTraffic(service, staying, now)) this.#schedule(service, soonMs);
    const missing = service.desired - staying.length;
    const alive = service.tasks.size;
    const allowed = startable({ ...percentsOf(service), staying: staying.length, alive });
    const started = this.#start(service, allowed);
    const tooMany = this.#zones.holds(service, staying) ? 0 : Math.max(0, -missing);
    const surplus = surplusOf(primary(service), { staying, count: tooMany, now });
    const healthy = [...leaving, ...staying].filter((task) => task.healthy).length;
    const going = [...leaving, ...surplus].filter((task) => !isProtected(task, now));
    const stops = stoppable(going, healthy, limits(service).lower);
    for (const task of stops) this.#stop(task);
    // All its tasks are healthy, and none may be started or stopped.
    if (missing > 0 && going.length > 0 && allowed === 0 && stops.length === 0 && alive === healthy) {
      this.events.say(service, stuck);
    }
    const open = this.#startsLater(service) && missing > 0;
    const moving = holdsOlder(service, now) || tooMany < -missing;
    const finished = started >= missing && stops.length === leaving.length + surplus.length && !open && !moving;
    if (finished && service.tasks.size === 0 && service.status === 'DRAINING') service.status = 'INACTIVE';
    if (finished && staying.every((task) => task.healthy) && missing === 0) {
      this.#reachSteadyState(service);
      if (this.#zones.begins(service, staying)) this.#launcher.start(service, primary(service), 1);
    } else if (this.#steady.delete(service)) this.events.resolved(service, 'has reached a steady state.');
    return finished;
  }

  /** @returns whether every instance that stays has its daemon and none is left to stop */
  #passDaemon(service: EcsService): boolean {
    const { pendingOnDraining, failed, leaving, staying } = surveyOf(service, this.#world.now());
    for (const task of [...pendingOnDraining, ...failed]) this.#stop(task);
    const older = leaving.filter(({ instance }) => instance?.status !== 'DRAINING');
    const healthy = [...older, ...staying].filter((task) => task.healthy).length;
    for (const task of stoppable(older, healthy, limits(service).lower)) this.#stop(task);
    for (const task of leaving)
      if (task.instance?.status === 'DRAINING' && !holdsReplicas(task.instance)) this.#stop(task);
    this.#startDaemons(service);
    if (older.length === 0) this.rollouts.complete(service);
    if (service.status === 'DRAINING' && service.tasks.size === 0) service.status = 'INACTIVE';
    return true;
  }

  #startDaemons(service: EcsService): void {
    for (const instance of daemonsMissing(service, this.#state))
      this.#launcher.startOn(instance, service, primary(service));
  }

  #start(service: EcsService, count: number): number {
    if (count > 0 && this.#startsLater(service)) return 0;
    const started = this.#launcher.start(service, primary(service), count);
    const waiting = this.#waiting.get(service.cluster.name) ?? new Set();
    this.#waiting.set(service.cluster.name, waiting);
    if (started >= count) waiting.delete(service);
    else waiting.add(service);
    return started;
  }

  #startsLater(service: EcsService): boolean {
    return this.#throttle.notBefore(service) > this.#world.now();
  }

  #countComingUp(service: EcsService, task: Task): void {
    if (this.rollouts.count(service, task)) this.#throttle.reset(service);
    if (task.healthy && task.desiredStatus === 'RUNNING') this.#throttle.reset(service);
    if (!failedToComeUp(task) || !this.#throttle.failed(service, this.#world.now())) return;
    this.events.say(service, 'is unable to consistently start tasks successfully.');
    this.events.act(service, { name: 'SERVICE_TASK_START_IMPAIRED' });
  }

  #reachSteadyState(service: EcsService): void {
    this.rollouts.complete(service);
    if (this.#steady.has(service)) return;
    this.#steady.add(service);
    this.events.resolved(service, stuck);
    this.events.say(service, 'has reached a steady state.');
    this.events.act(service, { name: 'SERVICE_STEADY_STATE' }, { always: true });
    const names = (primary(service).launch.strategy ?? []).map(({ capacityProvider }) => capacityProvider);
    if (names.length === 0) return;
    const capacityProviderArns = names.map((name) => this.#world.arn('ecs', `capacity-provider/${name}`));
    this.events.act(service, { name: 'CAPACITY_PROVIDER_STEADY_STATE', capacityProviderArns }, { always: true });
  }

  #stop(task: Task): void {
    const reason = task.failedHealthChecks
      ? `Task failed ELB health checks in (target-group ${[...task.targets.keys()][0]?.arn})`
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

// Blue and green run side by side, whatever maximumPercent says.
const percentsOf = (service: EcsService) => (isBlueGreen(service) ? { ...service, maximumPercent: 200 } : service);
