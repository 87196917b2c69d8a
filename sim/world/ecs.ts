import type { FleetListener } from '../ec2/fleet.ts';
import type { Ec2Instance } from '../ec2/instance.ts';
import { accountSettingOperations } from '../ecs/account-settings.ts';
import { attributeOperations } from '../ecs/attribute-operations.ts';
import type { GroupAccess } from '../ecs/capacity-providers/group-access.ts';
import { ManagedScaling } from '../ecs/capacity-providers/managed-scaling.ts';
import { capacityProviderOperations } from '../ecs/capacity-providers/operations.ts';
import { CapacityProviders } from '../ecs/capacity-providers/providers.ts';
import { WaitingTasks } from '../ecs/capacity-providers/waiting-tasks.ts';
import { clusterOperations } from '../ecs/cluster-operations.ts';
import { ContainerInstances, type Registration } from '../ecs/container-instances.ts';
import { definitionOperations } from '../ecs/definitions/operations.ts';
import { FargatePlatform } from '../ecs/fargate/platform.ts';
import { instanceOperations } from '../ecs/instance-operations.ts';
import { type ContainerInstance, type EcsService, primary, type Task } from '../ecs/model.ts';
import { runTaskOperations } from '../ecs/run-task.ts';
import { ServiceScheduler } from '../ecs/scheduler.ts';
import { serviceOperations } from '../ecs/services/operations.ts';
import type { NewDeployment } from '../ecs/services/rollouts.ts';
import { type AgentCall, SpotDraining } from '../ecs/spot-draining.ts';
import { EcsState } from '../ecs/state.ts';
import { tagOperations } from '../ecs/tag-operations.ts';
import { taskOperations } from '../ecs/task-operations.ts';
import { protectionOperations } from '../ecs/task-protection.ts';
import { Tasks } from '../ecs/tasks.ts';
import type { TargetGroup } from '../elbv2/target-group.ts';
import type { Operation } from '../service.ts';
import type { World } from './world.ts';

/** What ECS reaches of the rest of its region. */
export type EcsSurroundings = {
  readonly agentCall: AgentCall;
  readonly targetGroups: ReadonlyMap<string, TargetGroup>;
  readonly groups: GroupAccess;
  /** settings of the account, such as awsvpcTrunking */
  readonly settings?: Readonly<Record<string, string>> | undefined;
};

/** What else hears of tasks, at the instant it happens. */
export type TaskWatcher = {
  /** it takes its room on an instance */
  placed(task: Task, instance: ContainerInstance): void;
  /** it is STOPPED, and its room is free again */
  stopped(task: Task): void;
};

/** Amazon ECS in one region: its parts, put together and listening to the fleet. */
export class Ecs implements FleetListener {
  readonly state: EcsState;
  readonly fargate: FargatePlatform;
  readonly instances: ContainerInstances;
  readonly providers: CapacityProviders;
  readonly tasks: Tasks;
  readonly scheduler: ServiceScheduler;
  readonly draining: SpotDraining;
  readonly operations: Readonly<Record<string, Operation>>;
  readonly watchers: TaskWatcher[] = [];
  readonly #world: World;
  readonly #waiting: WaitingTasks;
  readonly #scaling: ManagedScaling;
  /** EC2 instances whose agent drains them at a Spot notice */
  readonly #agentDrains = new Set<string>();
  readonly #watched = new Map<EcsService, Set<TargetGroup>>();

  constructor(world: World, { agentCall, targetGroups, groups, settings }: EcsSurroundings) {
    this.#world = world;
    this.state = new EcsState((subnet) => subnet.replace(/^subnet-/, ''), settings);
    this.fargate = new FargatePlatform(world);
    this.tasks = new Tasks(world, {
      changed: (task) => this.#taskChanged(task),
      placed: (task, instance) => {
        for (const watcher of this.watchers) watcher.placed(task, instance);
        this.#scaling.wake(instance.capacityProviderName);
      },
      waits: (task, placing) => {
        this.#waiting.add(task, placing);
        this.#scaling.wake(task.capacityProviderName);
      },
    });
    const { state, tasks, fargate } = this;
    this.#waiting = new WaitingTasks(world, tasks);
    this.#scaling = new ManagedScaling({ world, state, groups, waiting: this.#waiting });
    this.providers = new CapacityProviders(world, { state, groups, scaling: this.#scaling });
    this.scheduler = new ServiceScheduler({ world, state, tasks, fargate });
    this.instances = new ContainerInstances(world, this.tasks, (instance) => this.#instanceChanged(instance));
    this.draining = new SpotDraining(world, this.instances, agentCall);
    this.operations = {
      ...serviceOperations({
        world,
        state,
        scheduler: this.scheduler,
        targetGroups,
        add: (service, deployment) => this.addService(service, deployment),
        watchTargets: (service) => this.watchTargets(service),
      }),
      ...clusterOperations(world, state, this.providers),
      ...capacityProviderOperations({ world, state, providers: this.providers, groups }),
      ...tagOperations(state),
      ...accountSettingOperations(world, state),
      ...definitionOperations(world, state),
      ...instanceOperations(state, this.instances),
      ...attributeOperations(state, (instance) => this.#instanceChanged(instance)),
      ...taskOperations(state, tasks),
      ...runTaskOperations({ world, state, tasks, fargate }),
      ...protectionOperations(world, state, (service) => this.scheduler.poke(service)),
    };
  }

  /** The agent on an EC2 instance registers with a cluster. @param agentDrains does it drain at a Spot notice? */
  join(joining: Omit<Registration, 'trunking'>, agentDrains = false): void {
    const registration = { ...joining, trunking: this.state.settings.get('awsvpcTrunking') === 'enabled' };
    if (agentDrains) this.#agentDrains.add(registration.ec2.id);
    const instance = this.instances.register(registration);
    const interrupted = this.#world.tally.interrupted.get(registration.ec2.id);
    if (interrupted) interrupted.cluster = registration.cluster.name;
    if (registration.ec2.reclaimAt !== undefined) this.#drainDoomed(instance);
  }

  /** Adds a service with its first deployment; its target groups tell the scheduler what others do to their targets. */
  addService(service: EcsService, settings: NewDeployment): void {
    service.cluster.services.set(service.name, service);
    this.scheduler.rollouts.begin(service, settings);
    this.watchTargets(service);
  }

  /** Listens to the target groups of a service's PRIMARY deployment. */
  watchTargets(service: EcsService): void {
    for (const { targetGroup } of primary(service).loadBalancers) {
      const watched = this.#watched.get(service) ?? new Set();
      this.#watched.set(service, watched);
      if (watched.has(targetGroup)) continue;
      watched.add(targetGroup);
      const before = targetGroup.onForeignDeregistration;
      targetGroup.onForeignDeregistration = (target, caller) => {
        before?.(target, caller);
        this.tasks.targetTaken(service, target, caller);
      };
    }
  }

  noticed(ec2: Ec2Instance): void {
    const instance = this.instances.byEc2Id.get(ec2.id);
    if (instance) this.#drainDoomed(instance);
  }

  lost(ec2: Ec2Instance): void {
    this.instances.lose(ec2.id, ec2.state === 'stopping' ? 'stopped' : 'terminated');
  }

  ended(ec2: Ec2Instance): void {
    if (ec2.state !== 'terminated') return;
    this.instances.deregister(ec2.id);
    this.#agentDrains.delete(ec2.id);
  }

  #taskChanged(task: Task): void {
    if (task.lastStatus === 'STOPPED') {
      for (const watcher of this.watchers) watcher.stopped(task);
      this.fargate.remove(task);
      this.#waiting.remove(task);
      this.#waiting.roomChanged(task.cluster);
      this.#scaling.wake(task.instance?.capacityProviderName ?? task.capacityProviderName);
    }
    this.scheduler.taskChanged(task);
  }

  #instanceChanged(instance: ContainerInstance): void {
    if (instance.status === 'ACTIVE') this.#waiting.roomChanged(instance.cluster);
    this.#scaling.wake(instance.capacityProviderName);
    this.scheduler.instanceChanged(instance);
  }

  #drainDoomed(instance: ContainerInstance): void {
    if (this.#agentDrains.has(instance.ec2InstanceId)) this.draining.agentDrains(instance);
    const provider = this.state.capacityProviders.get(instance.capacityProviderName ?? '');
    if (provider?.managedDraining) this.draining.managedDrains(instance);
  }
}
