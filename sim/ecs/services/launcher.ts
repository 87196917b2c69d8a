import { TokenBucket } from '../../token-bucket.ts';
import type { World } from '../../world/world.ts';
import { nextProvider } from '../capacity-providers/shares.ts';
import type { Chooser } from '../chooser.ts';
import type { FargatePlatform } from '../fargate/platform.ts';
import { closestMisfit, fitOf } from '../fit.ts';
import type { ContainerInstance, Deployment, EcsService, Task } from '../model.ts';
import { chooserFor } from '../placement.ts';
import { type Placing, zonesOf } from '../placing.ts';
import type { EcsState } from '../state.ts';
import type { Tasks } from '../tasks.ts';
import { isFargate } from './launch-settings.ts';
import { newTaskOf } from './new-service-task.ts';
import type { ServiceAction, ServiceEvents } from './service-events.ts';

/** 500 tasks a minute per service, of which what one pass of five seconds starts at once; https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-quotas.html */
const launchRate = { burst: 42, refillPerSecond: 500 / 60 };

/** Tasks in PROVISIONING per cluster (service quota L-B7718569). */
const mostProvisioning = 500;

export type LauncherParts = {
  readonly world: World;
  readonly state: EcsState;
  readonly tasks: Tasks;
  readonly fargate: FargatePlatform;
  readonly events: ServiceEvents;
};

/** Why a task of a service could not be started: as the service's message words it, and its event if there is one. */
type Refusal = { readonly message: string; readonly action?: ServiceAction };

const unplaced = 'was unable to place a task';
const throttled = 'operations are being throttled. Will try again later.';

/** Starts tasks of services: on the instances of a cluster or of a capacity provider, or on Fargate. */
export class ServiceLauncher {
  readonly #parts: LauncherParts;
  readonly #rates = new Map<EcsService, TokenBucket>();
  /** services whose last start found no place */
  readonly #short = new Set<EcsService>();

  constructor(parts: LauncherParts) {
    this.#parts = parts;
  }

  /** Starts up to `count` tasks of a deployment. @returns how many were started, PROVISIONING ones included */
  start(service: EcsService, deployment: Deployment, count: number): number {
    if (count <= 0) return 0;
    const { world, events } = this.#parts;
    const rate = this.#rates.get(service) ?? new TokenBucket(launchRate, world.now());
    this.#rates.set(service, rate);
    // The past was not rushed.
    const allowed = world.quiet ? count : rate.take(world.now(), count);
    const batch = new Batch(this.#parts, service, deployment);
    let started = 0;
    for (let n = 0; n < allowed; n += 1) if (batch.startOne()) started += 1;
    for (const { message, action } of batch.refusals.values()) {
      events.say(service, message);
      if (action) events.act(service, action);
    }
    if (batch.refusals.size > 0) {
      if (!this.#short.has(service)) this.#tellUnplaced(service, count - started);
      this.#short.add(service);
    } else if (started > 0) this.satisfied(service);
    return started;
  }

  /** A service lacks no place any more: it may say so again when it does. */
  satisfied(service: EcsService): void {
    if (!this.#short.delete(service)) return;
    for (const about of [unplaced, 'SERVICE_TASK_PLACEMENT_FAILURE', throttled, 'ECS_OPERATION_THROTTLED'])
      this.#parts.events.resolved(service, about);
  }

  /** One more task of a deployment, in one of these zones or not at all; nobody hears of it when there is no room. */
  startIn(zones: ReadonlySet<string>, service: EcsService, deployment: Deployment): boolean {
    return new Batch(this.#parts, service, deployment, zones).startOne();
  }

  /** The zones that a service's tasks may be in: of its subnets on Fargate, else of the ACTIVE instances. */
  zonesOf({ cluster }: EcsService, { launch, network }: Deployment): ReadonlySet<string> {
    if (isFargate(launch)) return new Set((network?.subnets ?? []).map((subnet) => this.#parts.state.zoneOf(subnet)));
    const active = [...cluster.instances.values()].filter(({ status }) => status === 'ACTIVE');
    return new Set(active.map(({ zone }) => zone));
  }

  /** One task of a deployment on exactly this instance: a daemon's. */
  startOn(instance: ContainerInstance, service: EcsService, deployment: Deployment): Task {
    return this.#parts.tasks.start({ ...newTaskOf(service, deployment), instance });
  }

  #tellUnplaced(service: EcsService, tasks: number): void {
    this.#parts.world.journal({
      kind: 'task-unplaced',
      subject: service.name,
      text: `${service.name} finds no place for ${tasks} task${tasks === 1 ? '' : 's'}`,
      data: { cluster: service.cluster.name, tasks },
    });
  }
}

/** The starts of one pass: choosers and counts are made once. */
class Batch {
  /** by provider: one that has no room is not asked again, and keeps its share of the tasks */
  readonly refusals = new Map<string | undefined, Refusal>();
  readonly #zones: ReadonlySet<string> | undefined;
  readonly #parts: LauncherParts;
  readonly #service: EcsService;
  readonly #deployment: Deployment;
  readonly #placing: Placing;
  readonly #choosers = new Map<string | undefined, Chooser>();
  readonly #counts = new Map<string | undefined, number>();
  readonly #perZone = new Map<string, number>();
  #provisioning: number | undefined;

  constructor(parts: LauncherParts, service: EcsService, deployment: Deployment, zones?: ReadonlySet<string>) {
    this.#parts = parts;
    this.#service = service;
    this.#deployment = deployment;
    const { constraints, placement: strategies } = service;
    this.#placing = { constraints, strategies, zones: zonesOf(parts.state, deployment.network) };
    this.#zones = zones;
    for (const { desiredStatus, failedHealthChecks, instance, zone, ...task } of service.tasks.values()) {
      if (desiredStatus !== 'RUNNING' || failedHealthChecks || instance?.status === 'DRAINING') continue;
      if (zone !== undefined) this.#countZone(zone);
      if (task.deployment === deployment) this.#count(task.capacityProviderName);
    }
  }

  startOne(): boolean {
    const { launch } = this.#deployment;
    const provider = nextProvider(launch, this.#counts);
    this.#count(provider);
    if (this.refusals.has(provider)) return false;
    const refusal = isFargate(launch) ? this.#onFargate(provider) : this.#onInstance(provider);
    if (refusal) this.refusals.set(provider, refusal);
    return refusal === undefined;
  }

  #countZone(zone: string): void {
    this.#perZone.set(zone, (this.#perZone.get(zone) ?? 0) + 1);
  }

  #count(provider: string | undefined): void {
    this.#counts.set(provider, (this.#counts.get(provider) ?? 0) + 1);
  }

  #onFargate(provider: string | undefined): Refusal | undefined {
    const { fargate, tasks, world } = this.#parts;
    const kind = provider === 'FARGATE_SPOT' ? 'FARGATE_SPOT' : 'FARGATE';
    const { definition, network } = this.#deployment;
    const zones = (network?.subnets ?? [])
      .map((subnet) => this.#parts.state.zoneOf(subnet))
      .filter((zone) => this.#zones?.has(zone) ?? true);
    const admission = fargate.admit({ definition, kind, zones, siblings: this.#perZone });
    if (admission.ok) {
      const request = { ...newTaskOf(this.#service, this.#deployment), capacityProviderName: provider };
      fargate.add(tasks.start({ ...request, fargate: { zone: admission.zone } }));
      this.#countZone(admission.zone);
      return undefined;
    }
    const { reason, message } = admission;
    if (reason === 'THROTTLED')
      return { message: throttled, action: { name: 'ECS_OPERATION_THROTTLED', reason: 'Rate exceeded' } };
    const capacityProviderArns = [world.arn('ecs', `capacity-provider/${kind}`)];
    return {
      message: `${unplaced}. Reason: ${message}.`,
      ...(reason === 'RESOURCE:FARGATE'
        ? { action: { name: 'SERVICE_TASK_PLACEMENT_FAILURE', capacityProviderArns, reason } }
        : {}),
    };
  }

  #onInstance(provider: string | undefined): Refusal | undefined {
    const { tasks } = this.#parts;
    const request = { ...newTaskOf(this.#service, this.#deployment), capacityProviderName: provider };
    const instance = this.#chooser(provider).next();
    // The emptiest zone with room comes first, so that there is none better than this.
    const wanted = instance === undefined || (this.#zones?.has(instance.zone) ?? true);
    if (instance && wanted) {
      tasks.start({ ...request, instance });
      return undefined;
    }
    if (this.#zones) return { message: unplaced };
    if (provider !== undefined && this.#parts.state.capacityProviders.get(provider)?.managedScaling) {
      if (this.#provisioningTasks() < mostProvisioning) {
        tasks.start({ ...request, placing: this.#placing });
        this.#provisioning = this.#provisioningTasks() + 1;
        return undefined;
      }
      return { message: `${unplaced}. Reason: the cluster has 500 tasks in PROVISIONING already.` };
    }
    return this.#whyNot(provider);
  }

  #chooser(provider: string | undefined): Chooser {
    const known = this.#choosers.get(provider);
    if (known) return known;
    const { cluster, tasks, name } = this.#service;
    const chooser = chooserFor({
      cluster,
      definition: this.#deployment.definition,
      siblings: tasks.values(),
      ...this.#placing,
      capacityProvider: provider,
      draw: (key) => this.#parts.world.random('placement', `${name} ${key}`, tasks.size),
    });
    this.#choosers.set(provider, chooser);
    return chooser;
  }

  // A cluster with many waiting tasks is rare: they are counted when a task has to wait.
  #provisioningTasks(): number {
    this.#provisioning ??= [...this.#service.cluster.tasks.values()].filter(
      ({ lastStatus, launchType }) => lastStatus === 'PROVISIONING' && launchType === 'EC2',
    ).length;
    return this.#provisioning;
  }

  #whyNot(provider: string | undefined): Refusal {
    const { cluster } = this.#service;
    const instances = [...cluster.instances.values()].filter(
      ({ capacityProviderName }) => provider === undefined || capacityProviderName === provider,
    );
    const fit = fitOf({ definition: this.#deployment.definition, ...this.#placing });
    const found = closestMisfit(instances, fit);
    const unmet = `${unplaced} because no container instance met all of its requirements.`;
    if (!found) return { message: `${unmet} Reason: No Container Instances were found in your cluster.` };
    const { instance, reason } = found;
    const arn = provider === undefined ? undefined : this.#parts.state.capacityProviders.get(provider)?.arn;
    const where = arn === undefined ? { containerInstanceArns: [instance.arn] } : { capacityProviderArns: [arn] };
    return {
      action: { name: 'SERVICE_TASK_PLACEMENT_FAILURE', ...where, reason },
      message: `${unmet} The closest matching (container-instance ${instance.id}) ${shortage(reason)}`,
    };
  }
}

const shortage = (reason: string): string => {
  if (reason === 'RESOURCE:CPU') return 'has insufficient CPU units available.';
  if (reason === 'RESOURCE:MEMORY') return 'has insufficient memory available.';
  if (reason === 'RESOURCE:PORTS') return 'is already using a port required by your task.';
  if (reason === 'ATTRIBUTE') return 'is missing an attribute required by your task.';
  return `encountered error "${reason}".`;
};
