import { type Ec2Instance, sizeOf } from '../ec2/instance.ts';
import type { World } from '../world/world.ts';
import { announceContainerInstance } from './announce.ts';
import type { Tags } from './model/tags.ts';
import type { Cluster, ContainerInstance } from './model.ts';
import { registeredCapacity } from './registered-capacity.ts';
import type { Tasks } from './tasks.ts';

/** How long an INACTIVE container instance can still be described; AWS says only that it may be removed later. */
const visibleWhenInactiveMs = 3_600_000;

/** REGISTERING lasts some seconds, longer with awsvpc trunking. */
const registeringMs = 3_000;

export type Registration = {
  readonly cluster: Cluster;
  readonly ec2: Ec2Instance;
  readonly capacityProviderName?: string | undefined;
  readonly tags?: Tags;
  readonly attributes?: Readonly<Record<string, string>> | undefined;
  /** the account setting awsvpcTrunking at this moment */
  readonly trunking: boolean;
  /** the registration ends in REGISTRATION_FAILED with this reason */
  readonly failsWith?: string | undefined;
  /** true: it has been ACTIVE since long before now */
  readonly settled?: boolean;
};

/** The container instances of a region: registration, DRAINING, and the end with their host. */
export class ContainerInstances {
  readonly byEc2Id = new Map<string, ContainerInstance>();
  readonly #world: World;
  readonly #tasks: Tasks;
  readonly #changed: (instance: ContainerInstance) => void;
  /** those whose host is down */
  readonly #lost = new WeakSet<ContainerInstance>();

  /** @param changed hears of every container instance that became ACTIVE, DRAINING or INACTIVE */
  constructor(world: World, tasks: Tasks, changed: (instance: ContainerInstance) => void) {
    this.#world = world;
    this.#tasks = tasks;
    this.#changed = changed;
  }

  /** The agent of a booted instance registers: REGISTERING, then ACTIVE. */
  register(registration: Registration): ContainerInstance {
    const world = this.#world;
    const instance = newContainerInstance(world, registration);
    registration.cluster.instances.set(instance.id, instance);
    this.byEc2Id.set(instance.ec2InstanceId, instance);
    if (registration.settled) {
      this.#activate(instance);
      return instance;
    }
    announceContainerInstance(world, instance);
    world.clock.after(registeringMs, () => {
      if (instance.status !== 'REGISTERING' || !instance.agentConnected) return;
      if (registration.failsWith === undefined) this.#activate(instance);
      else this.#failRegistration(instance, registration.failsWith);
    });
    return instance;
  }

  /**
   * Sets ACTIVE or DRAINING; the caller has checked that it is one of the two already.
   * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/container-instance-draining.html
   */
  setStatus(instance: ContainerInstance, status: 'ACTIVE' | 'DRAINING', by: string): void {
    if (instance.status === status) return;
    const world = this.#world;
    instance.status = status;
    if (status === 'DRAINING') {
      const interrupted = world.tally.interrupted.get(instance.ec2InstanceId);
      if (interrupted) interrupted.drainingAt ??= world.now();
      world.journal({
        kind: 'draining',
        subject: instance.ec2InstanceId,
        text: `${instance.ec2InstanceId} in ${instance.cluster.name} is DRAINING, set by ${by}`,
        data: { cluster: instance.cluster.name, by, tasks: instance.tasks.size },
      });
    }
    announceContainerInstance(world, instance);
    this.#changed(instance);
  }

  /**
   * The agent loses its connection to ECS, or has it again. Without it the tasks run on and nothing is placed.
   * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_container_instance_events.html
   */
  setAgent(instance: ContainerInstance, connected: boolean): void {
    if (instance.agentConnected === connected || instance.status === 'INACTIVE') return;
    instance.agentConnected = connected;
    announceContainerInstance(this.#world, instance);
    if (connected) this.#changed(instance);
  }

  /** The host goes down: its tasks die at this instant and its agent is gone. */
  lose(ec2InstanceId: string, how: 'terminated' | 'stopped'): void {
    const instance = this.byEc2Id.get(ec2InstanceId);
    if (!instance || this.#lost.has(instance)) return;
    this.#lost.add(instance);
    instance.agentConnected = false;
    const reason = `Host EC2 (instance ${ec2InstanceId}) ${how}.`;
    for (const task of [...instance.tasks.values()]) this.#tasks.stops.withHost(task, reason);
    announceContainerInstance(this.#world, instance);
  }

  /**
   * DeregisterContainerInstance with `force`: the tasks are no longer ECS's.
   * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeregisterContainerInstance.html
   */
  abandon(instance: ContainerInstance): void {
    for (const task of [...instance.tasks.values()]) this.#tasks.stops.orphan(task);
    instance.agentConnected = false;
    this.deregister(instance.ec2InstanceId);
  }

  /** ECS deregisters the container instance of a terminated host. */
  deregister(ec2InstanceId: string): void {
    const instance = this.byEc2Id.get(ec2InstanceId);
    if (!instance) return;
    instance.status = 'INACTIVE';
    this.byEc2Id.delete(ec2InstanceId);
    announceContainerInstance(this.#world, instance);
    this.#changed(instance);
    this.#world.clock.after(visibleWhenInactiveMs, () => instance.cluster.instances.delete(instance.id));
  }

  #failRegistration(instance: ContainerInstance, reason: string): void {
    instance.status = 'REGISTRATION_FAILED';
    instance.statusReason = reason;
    announceContainerInstance(this.#world, instance);
  }

  #activate(instance: ContainerInstance): void {
    instance.status = 'ACTIVE';
    this.#world.journal({
      kind: 'instance-registered',
      subject: instance.ec2InstanceId,
      text: `${instance.ec2InstanceId} is ACTIVE in ${instance.cluster.name}`,
      data: { cluster: instance.cluster.name },
    });
    announceContainerInstance(this.#world, instance);
    this.#changed(instance);
  }
}

const newContainerInstance = (world: World, registration: Registration): ContainerInstance => {
  const { cluster, ec2, settled } = registration;
  const id = world.ids.hex('container-instance-id', 32);
  const { cpu, memory, gpus, eniSlots, trunking } = registeredCapacity(ec2.type, registration.trunking);
  return {
    sequence: world.ids.next('container-instance'),
    id,
    arn: world.arn('ecs', `container-instance/${cluster.name}/${id}`),
    cluster,
    ec2InstanceId: ec2.id,
    instanceType: ec2.type,
    zone: ec2.zone,
    architecture: sizeOf(ec2.type).arch,
    privateIp: ec2.privateIp,
    capacityProviderName: registration.capacityProviderName,
    tags: registration.tags ?? {},
    attributes: new Map(Object.entries(registration.attributes ?? {})),
    registeredAt: settled ? ec2.launchedAt : world.now(),
    cpu,
    memory,
    gpus,
    eniSlots,
    trunking,
    cpuLeft: cpu,
    memoryLeft: memory,
    gpusLeft: gpus,
    eniSlotsLeft: eniSlots,
    portsInUse: new Set(),
    nextDynamicPort: 32_768,
    status: 'REGISTERING',
    statusReason: undefined,
    agentConnected: true,
    version: 0,
    tasks: new Map(),
  };
};
