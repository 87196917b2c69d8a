import { type Group, managedDrainingHook } from '../autoscaling/group.ts';
import { AutoScalingGroups } from '../autoscaling/groups.ts';
import { LifecycleActions } from '../autoscaling/lifecycle-actions.ts';
import { autoScalingOperations } from '../autoscaling/operations.ts';
import { followTemplates } from '../autoscaling/template-changes.ts';
import { Fleet } from '../ec2/fleet.ts';
import type { Ec2Instance } from '../ec2/instance.ts';
import { ec2Operations } from '../ec2/operations.ts';
import { groupAccess } from '../ecs/capacity-providers/group-access.ts';
import type { CapacityProvider } from '../ecs/model/capacity-provider.ts';
import type { Cluster } from '../ecs/model.ts';
import type { AgentCall } from '../ecs/spot-draining.ts';
import { loadBalancerOperations } from '../elbv2/load-balancers.ts';
import { elbv2Operations, type TargetGroups } from '../elbv2/operations.ts';
import { targetGroupOperations } from '../elbv2/target-group-operations.ts';
import type { CapacityOf } from '../market/market.ts';
import type { Operation, Service } from '../service.ts';
import { Ecs } from './ecs.ts';
import type { World } from './world.ts';

/** The services that live in a region's world; the others are given to the account. */
export type RegionalService = Extract<Service['id'], 'ec2' | 'ecs' | 'autoscaling' | 'elbv2'>;

type RegionOptions = {
  readonly agentCall: AgentCall;
  readonly capacityOf: CapacityOf | undefined;
  /** ECS account settings by name */
  readonly ecsSettings: Readonly<Record<string, string>> | undefined;
};

/** The services of one region, each hearing what concerns it from the others. */
export class RegionParts {
  readonly fleet: Fleet;
  readonly ecs: Ecs;
  readonly autoScaling: AutoScalingGroups;
  readonly targetGroups: TargetGroups = new Map();
  readonly operations: Readonly<Record<RegionalService, Readonly<Record<string, Operation>>>>;
  readonly #world: World;
  readonly #actions: LifecycleActions;

  constructor(world: World, { agentCall, capacityOf, ecsSettings: settings }: RegionOptions) {
    this.#world = world;
    this.fleet = new Fleet(world, capacityOf);
    const groups = groupAccess(() => this.autoScaling);
    this.ecs = new Ecs(world, { agentCall, targetGroups: this.targetGroups, groups, settings });
    const actions = new LifecycleActions(world, (hook, group, { ec2 }) => {
      if (hook.name === managedDrainingHook) this.#managedDrains(ec2, group);
    });
    this.#actions = actions;
    const booted = (ec2: Ec2Instance, group: Group) => this.#join(ec2, group);
    this.autoScaling = new AutoScalingGroups(world, { fleet: this.fleet, actions, booted });
    followTemplates(this.fleet, this.autoScaling.groups);
    this.fleet.listeners.push(
      { noticed: (ec2, action) => this.#noteNotice(ec2, action), lost: (ec2) => this.#noteLoss(ec2) },
      this.ecs,
      this.autoScaling,
    );
    this.operations = {
      ec2: ec2Operations(this.fleet),
      ecs: this.ecs.operations,
      autoscaling: autoScalingOperations(world, this.autoScaling, actions),
      elbv2: {
        ...elbv2Operations(this.targetGroups),
        ...targetGroupOperations(world, this.targetGroups),
        ...loadBalancerOperations(this.targetGroups),
      },
    };
  }

  #join(ec2: Ec2Instance, group: Group): void {
    const provider = this.ecs.providers.ofGroup(group.name);
    const cluster = this.#clusterOf(group, provider);
    if (!cluster) return;
    const joining = { cluster, ec2, capacityProviderName: provider?.name, settled: this.#world.quiet };
    this.ecs.join(joining, group.agentDrainsOnSpot);
    // It was to end before it had registered: ECS drains it as soon as it knows it.
    const isLeaving = group.instances.get(ec2.id)?.lifecycleState === 'Terminating:Wait';
    if (isLeaving && group.hooks.has(managedDrainingHook)) this.#managedDrains(ec2, group);
  }

  #managedDrains(ec2: Ec2Instance, group: Group): void {
    const instance = this.ecs.instances.byEc2Id.get(ec2.id);
    const reference = { groupName: group.name, hookName: managedDrainingHook, instanceId: ec2.id };
    if (instance) this.ecs.draining.managedDrainsThen(instance, () => this.#actions.completeIfOpen(reference));
  }

  // User data would say it: a group made through the API joins the cluster that its capacity provider belongs to.
  #clusterOf({ clusterName }: Group, provider: CapacityProvider | undefined): Cluster | undefined {
    if (clusterName !== undefined) return this.ecs.state.clusters.get(clusterName);
    return provider && this.ecs.providers.clustersOf(provider)[0];
  }

  #noteNotice(ec2: Ec2Instance, action: string): void {
    this.#world.tally.interrupted.set(ec2.id, {
      instanceId: ec2.id,
      region: this.#world.region,
      cluster: this.ecs.instances.byEc2Id.get(ec2.id)?.cluster.name,
      action,
      noticedAt: this.#world.now(),
      drainingAt: undefined,
      reclaimedAt: undefined,
    });
  }

  #noteLoss(ec2: Ec2Instance): void {
    if (!ec2.stateReason?.code.startsWith('Server.Spot')) return;
    const { interrupted } = this.#world.tally;
    const known = interrupted.get(ec2.id);
    if (known) known.reclaimedAt = this.#world.now();
    else {
      interrupted.set(ec2.id, {
        instanceId: ec2.id,
        region: this.#world.region,
        cluster: this.ecs.instances.byEc2Id.get(ec2.id)?.cluster.name,
        action: ec2.state === 'stopping' ? 'stop' : 'terminate',
        noticedAt: undefined,
        drainingAt: undefined,
        reclaimedAt: this.#world.now(),
      });
    }
  }
}
