import { type Fleet, type FleetListener, isUp } from '../ec2/fleet.ts';
import type { Ec2Instance } from '../ec2/instance.ts';
import { AwsError } from '../service.ts';
import type { World } from '../world/world.ts';
import type { Activity } from './activity.ts';
import { Balance } from './balance.ts';
import { type FoundInstances, type Group, type GroupInstance, isSuspended, leave } from './group.ts';
import { Handovers } from './handovers.ts';
import { onDemandShare, templateIsSpot } from './launch-plan.ts';
import { Launches, type LaunchFailure, type LaunchRequest } from './launches.ts';
import type { LifecycleActions } from './lifecycle-actions.ts';
import { Sizing } from './sizing.ts';
import { Terminations } from './terminations.ts';

/** How soon a notice, a recommendation, and the loss of an instance without one lead to a launch. */
const afterNoticeMs = [1_000, 4_000] as const;
const afterLossMs = [5_000, 30_000] as const;

/**
 * Auto Scaling groups: each keeps its desired capacity, launches a replacement at a Spot notice, and ends surplus
 * instances through their termination hooks.
 * https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-capacity-rebalancing.html
 */
export class AutoScalingGroups implements FleetListener {
  readonly groups = new Map<string, Group>();
  readonly fleet: Fleet;
  readonly #world: World;
  readonly #launches: Launches;
  readonly terminations: Terminations;
  readonly #handovers: Handovers;
  readonly #balance: Balance;
  readonly #sizing: Sizing;
  /** the group of each instance */
  readonly #memberOf = new Map<string, Group>();
  readonly #inServiceListeners: ((group: Group) => void)[] = [];

  /** @param booted hears of every instance of a group whose ECS agent (if any) is up */
  constructor(
    world: World,
    parts: {
      readonly fleet: Fleet;
      readonly actions: LifecycleActions;
      readonly booted: (ec2: Ec2Instance, group: Group) => void;
    },
  ) {
    this.#world = world;
    this.fleet = parts.fleet;
    this.terminations = new Terminations(world, parts);
    this.#launches = new Launches(world, {
      ...parts,
      inService: (group, instance) => this.#inService(group, instance),
      abandoned: (group, instance) => this.#abandoned(group, instance),
    });
    this.#sizing = new Sizing(world, {
      fleet: parts.fleet,
      launch: (group, request, cause) => this.launch(group, request, cause),
      terminate: (group, instance, cause) => this.terminate(group, instance, cause),
      again: (group) => this.reconcile(group),
    });
    this.#handovers = new Handovers({
      fleet: parts.fleet,
      launch: (group, request, cause) => this.launch(group, request, cause),
      terminate: (group, instance, cause) => this.terminate(group, instance, cause),
    });
    this.#balance = new Balance(world, { fleet: parts.fleet, handovers: this.#handovers });
  }

  /**
   * Adds a group with its desired instances running and booted since long ago: those found, then wherever is room.
   * @throws Error when its pools are dry
   */
  add(group: Group, found: readonly FoundInstances[] = []): void {
    this.groups.set(group.name, group);
    const wanted = onDemandShare(group, group.desired, templateIsSpot(group.template, this.fleet));
    for (const { pool, spot, count } of found)
      for (let made = 0; made < count; made += 1) this.#adopt(group, { spot, pool });
    while (group.spread.total < group.desired) {
      this.#adopt(group, { spot: group.spread.onDemand >= wanted });
    }
  }

  #adopt(group: Group, request: LaunchRequest): void {
    const { id } = this.#launches.settled(group, request).ec2;
    this.#memberOf.set(id, group);
  }

  /**
   * Sets the desired capacity: launches what is missing, or ends what is too much through the hooks.
   * @throws AwsError ValidationError when it is outside the group's sizes
   */
  setDesired(group: Group, desired: number): void {
    const { minSize, maxSize } = group;
    const wrong =
      desired > maxSize ? `above max value ${maxSize}` : desired < minSize ? `below min value ${minSize}` : '';
    if (wrong !== '') {
      const message = `New SetDesiredCapacity value ${desired} is ${wrong} for the AutoScalingGroup.`;
      throw new AwsError('ValidationError', message);
    }
    group.desired = desired;
    this.changed(group);
  }

  /** Somebody changed the group: it looks at once at what it should have. */
  changed(group: Group): void {
    this.#sizing.forgetFailures(group);
    this.reconcile(group);
  }

  /** The group of an instance, with the instance's part in it. */
  find(instanceId: string): { group: Group; instance: GroupInstance } | undefined {
    const group = this.#memberOf.get(instanceId);
    const instance = group?.instances.get(instanceId);
    return group && instance ? { group, instance } : undefined;
  }

  /** Puts an instance that the account has into a group, in service at once. */
  attach(group: Group, instance: GroupInstance): void {
    group.instances.set(instance.ec2.id, instance);
    this.#memberOf.set(instance.ec2.id, group);
  }

  /** Takes an instance out of its group; it runs on. */
  detach(group: Group, instance: GroupInstance): void {
    leave(group, instance);
    group.instances.delete(instance.ec2.id);
    this.#memberOf.delete(instance.ec2.id);
  }

  /** DeleteAutoScalingGroup: its instances end without their hooks, and the group with the last of them. */
  remove(group: Group): void {
    group.deleting = true;
    Object.assign(group, { minSize: 0, maxSize: 0, desired: 0 });
    group.hooks.clear();
    if (group.instances.size === 0) this.groups.delete(group.name);
    for (const instance of [...group.instances.values()]) {
      this.terminate(group, instance, 'an instance was taken out of service in response to the deletion of the group.');
    }
  }

  /** Launches one instance now, or tells why not. */
  launch(group: Group, request: LaunchRequest, cause: string): GroupInstance | LaunchFailure {
    const at = new Date(this.#world.now()).toISOString();
    const found = this.#launches.launch(group, request, `At ${at} ${cause}`);
    if (!('code' in found)) this.#memberOf.set(found.ec2.id, group);
    return found;
  }

  /** Ends an instance through the hooks; who calls decides what the desired capacity is. */
  terminate(group: Group, instance: GroupInstance, cause: string): Activity {
    return this.terminations.begin(group, instance, cause);
  }

  /** Replaces an instance, the new one first. */
  handOver(group: Group, old: GroupInstance, cause: string): void {
    this.#handovers.add(group, { old, request: { spot: old.ec2.spot !== undefined }, cause });
  }

  /** Ends an instance that somebody called unhealthy, and launches another. */
  replaceUnhealthy(group: Group, instance: GroupInstance): void {
    if (isSuspended(group, 'HealthCheck') || isSuspended(group, 'ReplaceUnhealthy')) return;
    const cause = 'an instance was taken out of service in response to a user health-check.';
    const delay = this.#world.delay('replace', instance.ec2.id, afterLossMs);
    this.#world.clock.after(delay, () => {
      if (instance.healthy || !instance.stays) return;
      // Only a maintenance policy lets the new instance come first.
      if (group.settings.InstanceMaintenancePolicy) this.handOver(group, instance, cause);
      else this.terminate(group, instance, cause);
      this.reconcile(group);
    });
  }

  /** Calls `listener` whenever an instance of a group comes into service or goes. */
  onChange(listener: (group: Group) => void): void {
    this.#inServiceListeners.push(listener);
  }

  recommended(ec2: Ec2Instance): void {
    const found = this.find(ec2.id);
    if (!found?.group.settings.CapacityRebalance || !found.instance.stays) return;
    const { group, instance } = found;
    this.#world.clock.after(this.#world.delay('rebalance', ec2.id, afterNoticeMs), () => {
      if (!group.settings.CapacityRebalance) return;
      this.handOver(
        group,
        instance,
        'an instance was launched in response to an EC2 instance rebalance recommendation.',
      );
    });
  }

  noticed(ec2: Ec2Instance): void {
    this.#replaceLater(ec2, afterNoticeMs);
  }

  lost(ec2: Ec2Instance): void {
    this.#replaceLater(ec2, afterLossMs);
  }

  ended(ec2: Ec2Instance): void {
    const found = this.find(ec2.id);
    if (!found) return;
    const { group, instance } = found;
    this.#handovers.lost(group, instance);
    this.terminations.ended(group, instance);
    this.#memberOf.delete(ec2.id);
    if (group.deleting && group.instances.size === 0) this.groups.delete(group.name);
    this.#handovers.step(group);
    this.#tell(group);
  }

  /** Launches what is missing, ends what is too much, and mends the balance. */
  reconcile(group: Group): void {
    this.#sizing.end(group);
    this.#sizing.launch(group);
    this.#handovers.step(group);
    this.#balance.step(group);
  }

  #replaceLater(ec2: Ec2Instance, range: readonly [number, number]): void {
    const found = this.find(ec2.id);
    if (!found) return;
    const { group, instance } = found;
    if (!isUp(ec2)) this.#handovers.lost(group, instance);
    if (!instance.stays) return;
    leave(group, instance);
    this.#world.clock.after(this.#world.delay('replace', ec2.id, range), () => this.reconcile(group));
  }

  #inService(group: Group, instance: GroupInstance): void {
    const ended = instance.replaces !== undefined;
    this.#handovers.inService(group, instance);
    if (ended) this.#balance.next(group);
    this.#tell(group);
  }

  #abandoned(group: Group, instance: GroupInstance): void {
    this.#handovers.lost(group, instance);
    leave(group, instance);
    instance.lifecycleState = 'Terminating:Proceed';
    instance.activity = undefined;
    this.fleet.terminate(instance.ec2.id);
    const delay = this.#world.delay('replace', instance.ec2.id, afterLossMs);
    this.#world.clock.after(delay, () => this.reconcile(group));
  }

  #tell(group: Group): void {
    for (const listener of this.#inServiceListeners) listener(group);
  }
}
