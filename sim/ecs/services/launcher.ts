import { TokenBucket } from '../../token-bucket.ts';
import type { World } from '../../world/world.ts';
import { nextProvider } from '../capacity-providers/shares.ts';
import type { Chooser } from '../chooser.ts';
import type { FargatePlatform } from '../fargate/platform.ts';
import { closestMisfit, fitOf } from '../fit.ts';
import type { Tags } from '../model/tags.ts';
import type { ContainerInstance, Deployment, EcsService, Task } from '../model.ts';
import { chooserFor } from '../placement.ts';
import { type Placing, zonesOf } from '../placing.ts';
import type { EcsState } from '../state.ts';
import type { Tasks } from '../tasks.ts';
import type { ServiceEvents } from './service-events.ts';

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

/** Why a task of a service could not be started. */
type Refusal = {
  /** as the EventBridge event names it; undefined: there is no event for it */
  readonly reason?: string;
  readonly capacityProviderArns?: readonly string[];
  readonly containerInstanceArns?: readonly string[];
  /** as the service's message words it */
  readonly message: string;
};

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
    while (started < allowed && batch.startOne()) started += 1;
    const { refusal } = batch;
    if (refusal) {
      const { message, reason, ...where } = refusal;
      events.say(service, `was unable to place a task${message}`);
      if (reason !== undefined) events.act(service, { name: 'SERVICE_TASK_PLACEMENT_FAILURE', reason, ...where });
      if (!this.#short.has(service)) this.#tellUnplaced(service, count - started);
      this.#short.add(service);
    } else if (started > 0) {
      this.#short.delete(service);
      events.resolved(service, 'was unable to place a task');
      events.resolved(service, 'SERVICE_TASK_PLACEMENT_FAILURE');
    }
    return started;
  }

  /** One task of a deployment on exactly this instance: a daemon's. */
  startOn(instance: ContainerInstance, service: EcsService, deployment: Deployment): Task {
    return this.#parts.tasks.start({ ...newTaskOf(service, deployment), instance });
  }

  #tellUnplaced(service: EcsService, tasks: number): void {
    this.#parts.world.journal({
      kind: 'task-unplaced',
      subject: service.name,
      text: `${service.name} finds no place for ${tasks} tasks`,
      data: { cluster: service.cluster.name, tasks },
    });
  }
}

/** The starts of one pass: choosers and counts are made once. */
class Batch {
  refusal: Refusal | undefined;
  readonly #parts: LauncherParts;
  readonly #service: EcsService;
  readonly #deployment: Deployment;
  readonly #placing: Placing;
  readonly #choosers = new Map<string | undefined, Chooser>();
  readonly #counts = new Map<string | undefined, number>();
  #provisioning: number | undefined;

  constructor(parts: LauncherParts, service: EcsService, deployment: Deployment) {
    this.#parts = parts;
    this.#service = service;
    this.#deployment = deployment;
    const { constraints, placement: strategies } = service;
    this.#placing = { constraints, strategies, zones: zonesOf(parts.state, deployment.network) };
    for (const task of service.tasks.values()) {
      if (task.deployment !== deployment || task.desiredStatus !== 'RUNNING') continue;
      this.#count(task.capacityProviderName);
    }
  }

  startOne(): boolean {
    const { launch } = this.#deployment;
    const provider = nextProvider(launch, this.#counts);
    const fargate = launch.launchType === 'FARGATE' || provider === 'FARGATE' || provider === 'FARGATE_SPOT';
    const started = fargate ? this.#onFargate(provider) : this.#onInstance(provider);
    if (started) this.#count(provider);
    return started;
  }

  #count(provider: string | undefined): void {
    this.#counts.set(provider, (this.#counts.get(provider) ?? 0) + 1);
  }

  #onFargate(provider: string | undefined): boolean {
    const { fargate, tasks, world } = this.#parts;
    const kind = provider === 'FARGATE_SPOT' ? 'FARGATE_SPOT' : 'FARGATE';
    const { definition, network } = this.#deployment;
    const zones = (network?.subnets ?? []).map((subnet) => this.#parts.state.zoneOf(subnet));
    const admission = fargate.admit({ definition, kind, zones });
    if (!admission.ok) {
      const { reason, message } = admission;
      const arn = world.arn('ecs', `capacity-provider/${kind}`);
      this.refusal =
        reason === 'RESOURCE:FARGATE'
          ? { reason, capacityProviderArns: [arn], message: `. Reason: ${message}.` }
          : { message: `. Reason: ${message}.` };
      return false;
    }
    const request = { ...newTaskOf(this.#service, this.#deployment), capacityProviderName: provider };
    fargate.add(tasks.start({ ...request, fargate: { zone: admission.zone } }));
    return true;
  }

  #onInstance(provider: string | undefined): boolean {
    const { tasks } = this.#parts;
    const request = { ...newTaskOf(this.#service, this.#deployment), capacityProviderName: provider };
    const instance = this.#chooser(provider).next();
    if (instance) {
      tasks.start({ ...request, instance });
      return true;
    }
    if (provider !== undefined && this.#parts.state.capacityProviders.get(provider)?.managedScaling) {
      if (this.#provisioningTasks() < mostProvisioning) {
        tasks.start({ ...request, placing: this.#placing });
        this.#provisioning = this.#provisioningTasks() + 1;
        return true;
      }
      this.refusal = { message: '. Reason: the cluster has 500 tasks in PROVISIONING already.' };
      return false;
    }
    this.refusal = this.#whyNot(provider);
    return false;
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
    const unmet = ' because no container instance met all of its requirements.';
    if (!found) return { message: `${unmet} Reason: No Container Instances were found in your cluster.` };
    const { instance, reason } = found;
    const arn = provider === undefined ? undefined : this.#parts.state.capacityProviders.get(provider)?.arn;
    return {
      reason,
      ...(arn === undefined ? { containerInstanceArns: [instance.arn] } : { capacityProviderArns: [arn] }),
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

const newTaskOf = (service: EcsService, deployment: Deployment) => ({
  cluster: service.cluster,
  definition: deployment.definition,
  service,
  deployment,
  tags: tagsOf(service, deployment),
});

const tagsOf = ({ propagateTags, tags }: EcsService, { definition }: Deployment): Tags => {
  if (propagateTags === 'SERVICE') return tags;
  return propagateTags === 'TASK_DEFINITION' ? definition.tags : {};
};
