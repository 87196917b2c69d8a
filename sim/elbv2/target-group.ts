import type { DropReason } from '../world/tally.ts';
import type { World } from '../world/world.ts';
import { InFlight } from './in-flight.ts';

/** What stands behind a target: it answers requests only while `serving`. */
export type Backend = {
  readonly process: 'starting' | 'serving' | 'stopping' | 'gone';
  /** false: it never passes a health check; default true */
  readonly passesChecks?: boolean;
};

/** The traffic of a target group: brought up to now before anything changes who gets requests. */
export type Load = {
  advance(): void;
  drop(reason: DropReason, count: number): void;
  /** the group whose load balancer the requests come to */
  readonly origin: TargetGroup;
  /** requests go to another group from now on */
  moveTo(group: TargetGroup): void;
};

export type Target = {
  readonly sequence: number;
  readonly id: string;
  readonly port: number;
  readonly zone: string | undefined;
  readonly backend: Backend;
  readonly inFlight: InFlight;
  readonly registeredAt: number;
  state: 'initial' | 'healthy' | 'unhealthy' | 'draining' | 'unused';
  readonly whenHealthy: (() => void)[];
  readonly whenUnhealthy: (() => void)[];
  readonly whenGone: (() => void)[];
};

export type TargetGroupOptions = {
  readonly name: string;
  readonly kind: 'application' | 'network';
  readonly targetType: 'instance' | 'ip';
  readonly port: number;
  /** 0 to 3,600; AWS's default is 300 */
  readonly deregistrationDelaySeconds: number;
  readonly healthCheckIntervalSeconds: number;
  readonly healthyThresholdCount: number;
};

export type TargetPlace = { readonly id: string; readonly port: number; readonly zone?: string | undefined };

/**
 * A target group with the life of its targets: initial, healthy, draining, gone.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-target-group-attributes.html
 */
export class TargetGroup {
  readonly sequence: number;
  readonly arn: string;
  readonly loadBalancerArn: string;
  options: TargetGroupOptions;
  tags: Readonly<Record<string, string>> = {};
  readonly targets = new Map<string, Target>();
  /** Who gets new requests: healthy targets, and deregistered ones that the load balancer has not let go yet. */
  readonly routable: Target[] = [];
  load: Load | undefined;
  /** Called when a target is deregistered through the API, not by ECS, and told by whom. */
  onForeignDeregistration: ((target: Target, caller: string) => void) | undefined;
  readonly #world: World;
  readonly #backends = new Map<string, Backend>();

  constructor(world: World, options: TargetGroupOptions) {
    this.#world = world;
    this.options = options;
    this.sequence = world.ids.next('target-group');
    const id = world.ids.hex('target-group-id', 16);
    const kind = options.kind === 'application' ? 'app' : 'net';
    this.arn = world.arn('elasticloadbalancing', `targetgroup/${options.name}/${id}`);
    this.loadBalancerArn = world.arn('elasticloadbalancing', `loadbalancer/${kind}/${options.name}/${id}`);
  }

  /** The registered (or draining) target of an address. */
  find(id: string, port: number): Target | undefined {
    return this.targets.get(key(id, port));
  }

  /**
   * Registers a target; a registered one stays as it is, a draining one starts again.
   * @param backend what answers; left out, the one last registered at that address (or one that always serves)
   */
  register(place: TargetPlace, backend?: Backend): Target {
    const at = key(place.id, place.port);
    const known = this.targets.get(at);
    if (known && known.state !== 'draining') return known;
    if (known) this.#remove(known);
    const target: Target = {
      sequence: this.#world.ids.next('target'),
      id: place.id,
      port: place.port,
      zone: place.zone,
      backend: backend ?? this.#backends.get(at) ?? { process: 'serving' },
      inFlight: new InFlight(),
      registeredAt: this.#world.now(),
      state: 'initial',
      whenHealthy: [],
      whenUnhealthy: [],
      whenGone: [],
    };
    this.#backends.set(at, target.backend);
    this.targets.set(at, target);
    this.#world.clock.after(this.#untilHealthyMs(target), () => this.passHealthChecks(target));
    return target;
  }

  /** A target becomes healthy (if it is still waiting to); one whose backend fails the checks becomes unhealthy. */
  passHealthChecks(target: Target): void {
    if (target.state !== 'initial') return;
    this.load?.advance();
    if (target.backend.passesChecks === false) {
      target.state = 'unhealthy';
      for (const notify of target.whenUnhealthy) notify();
      return;
    }
    target.state = 'healthy';
    this.routable.push(target);
    for (const notify of target.whenHealthy) notify();
  }

  /** A target fails its health checks: it gets no new requests until it passes them again. */
  failHealthChecks(target: Target): void {
    if (target.state !== 'healthy') return;
    this.load?.advance();
    target.state = 'unhealthy';
    this.#unroute(target);
    for (const notify of target.whenUnhealthy) notify();
  }

  /** An unhealthy target passes its health checks again. */
  recover(target: Target): void {
    if (target.state !== 'unhealthy' || target.backend.passesChecks === false) return;
    this.load?.advance();
    target.state = 'healthy';
    this.routable.push(target);
  }

  /**
   * Who gets the next request. When all targets of an Application Load Balancer are unhealthy, it sends requests to all
   * of them. https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health.html
   */
  receivers(): readonly Target[] {
    if (this.routable.length > 0 || this.options.kind === 'network') return this.routable;
    return [...this.targets.values()].filter(({ state }) => state === 'unhealthy');
  }

  /**
   * Deregisters a target: `draining` until its delay is over; on an Application Load Balancer until it is idle, if
   * that is earlier. What is in flight when the delay ends is cut. Unknown targets are ignored, as AWS does.
   * @param by `ecs`, or the name of another caller
   */
  deregister(place: TargetPlace, by: string): Target | undefined {
    const target = this.find(place.id, place.port);
    if (!target || target.state === 'draining') return target;
    this.load?.advance();
    const wasRouted = target.state === 'healthy';
    target.state = 'draining';
    const { clock, switches } = this.#world;
    const endsAt = clock.now() + this.options.deregistrationDelaySeconds * 1_000;
    const propagationMs = this.options.kind === 'network' ? switches.nlbPropagationMs : switches.albPropagationMs;
    const letGoAt = Math.min(clock.now() + (wasRouted ? propagationMs : 0), endsAt);
    clock.at(letGoAt, () => this.#letGo(target, endsAt));
    if (by !== 'ecs') this.onForeignDeregistration?.(target, by);
    return target;
  }

  /** Forgets what stood behind an address: the task has ended. */
  forget(place: TargetPlace): void {
    this.#backends.delete(key(place.id, place.port));
  }

  /** The load balancer has stopped choosing the target; what is in flight may end. */
  #letGo(target: Target, endsAt: number): void {
    if (target.state !== 'draining') return;
    this.load?.advance();
    this.#unroute(target);
    // Only an Application Load Balancer ends the draining of an idle target early.
    const idleAt = this.options.kind === 'application' ? target.inFlight.endsAt(this.#world.now()) : endsAt;
    this.#world.clock.at(Math.min(idleAt, endsAt), () => this.#finish(target));
  }

  #finish(target: Target): void {
    if (target.state !== 'draining') return;
    this.load?.advance();
    this.load?.drop('deregistration-delay', target.inFlight.cut(this.#world.now()));
    this.#remove(target);
  }

  #remove(target: Target): void {
    target.state = 'unused';
    this.#unroute(target);
    const at = key(target.id, target.port);
    if (this.targets.get(at) === target) this.targets.delete(at);
    for (const notify of target.whenGone) notify();
  }

  #unroute(target: Target): void {
    const index = this.routable.indexOf(target);
    if (index >= 0) this.routable.splice(index, 1);
  }

  // Checks run at a fixed interval with a phase of their own for each target.
  #untilHealthyMs(target: Target): number {
    const intervalMs = this.options.healthCheckIntervalSeconds * 1_000;
    const fullMs = (this.options.healthyThresholdCount - 1) * intervalMs;
    return fullMs + this.#world.delay('health-check', `${this.arn}/${target.id}:${target.port}`, [0, intervalMs]);
  }
}

const key = (id: string, port: number): string => `${id}:${port}`;
