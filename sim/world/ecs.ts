import type { FleetListener } from '../ec2/fleet.ts';
import type { Ec2Instance } from '../ec2/instance.ts';
import { accountSettingOperations } from '../ecs/account-settings.ts';
import { attributeOperations } from '../ecs/attribute-operations.ts';
import { clusterOperations } from '../ecs/cluster-operations.ts';
import { ContainerInstances, type Registration } from '../ecs/container-instances.ts';
import { definitionOperations } from '../ecs/definitions/operations.ts';
import { FargatePlatform } from '../ecs/fargate/platform.ts';
import { instanceOperations } from '../ecs/instance-operations.ts';
import { type ContainerInstance, type EcsService, primary } from '../ecs/model.ts';
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

/** How ECS itself reacts to the notice of an instance. */
export type OwnDraining = { readonly agent: boolean; readonly managed: boolean };

/** Amazon ECS in one region: its parts, put together and listening to the fleet. */
export class Ecs implements FleetListener {
  readonly state: EcsState;
  readonly fargate: FargatePlatform;
  readonly instances: ContainerInstances;
  readonly tasks: Tasks;
  readonly scheduler: ServiceScheduler;
  readonly draining: SpotDraining;
  readonly operations: Readonly<Record<string, Operation>>;
  readonly #world: World;
  readonly #own = new Map<string, OwnDraining>();
  readonly #watched = new Map<EcsService, Set<TargetGroup>>();

  constructor(world: World, agentCall: AgentCall, targetGroups: ReadonlyMap<string, TargetGroup>) {
    this.#world = world;
    this.state = new EcsState((subnet) => subnet.replace(/^subnet-/, ''));
    this.fargate = new FargatePlatform(world);
    this.tasks = new Tasks(world, (task) => {
      if (task.lastStatus === 'STOPPED') this.fargate.remove(task);
      this.scheduler.taskChanged(task);
    });
    const { state, tasks, fargate } = this;
    this.scheduler = new ServiceScheduler({ world, state, tasks, fargate });
    this.instances = new ContainerInstances(world, this.tasks, (instance) => this.scheduler.instanceChanged(instance));
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
      ...clusterOperations(world, state),
      ...tagOperations(state),
      ...accountSettingOperations(world, state),
      ...definitionOperations(world, state),
      ...instanceOperations(state, this.instances),
      ...attributeOperations(state, (instance) => this.scheduler.instanceChanged(instance)),
      ...taskOperations(state, tasks),
      ...runTaskOperations({ world, state, tasks, fargate }),
      ...protectionOperations(world, state, (service) => this.scheduler.poke(service)),
    };
  }

  /** The agent on an EC2 instance registers with a cluster. */
  join(joining: Omit<Registration, 'trunking'>, own: OwnDraining): void {
    const registration = { ...joining, trunking: this.state.settings.get('awsvpcTrunking') === 'enabled' };
    this.#own.set(registration.ec2.id, own);
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
      targetGroup.onForeignDeregistration = (target) => {
        before?.(target);
        this.tasks.targetTaken(service, target);
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
    if (ec2.state === 'terminated') this.instances.deregister(ec2.id);
  }

  #drainDoomed(instance: ContainerInstance): void {
    const own = this.#own.get(instance.ec2InstanceId);
    if (own?.agent) this.draining.agentDrains(instance);
    if (own?.managed) this.draining.managedDrains(instance);
  }
}
