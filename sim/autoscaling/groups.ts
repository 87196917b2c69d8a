import type { Fleet, FleetListener } from '../ec2/fleet.ts';
import { isUp } from '../ec2/fleet.ts';
import type { Ec2Instance, Pool } from '../ec2/instance.ts';
import type { World } from '../world/world.ts';
import { launchFailed, launchSucceeded, terminateSucceeded } from './events.ts';
import type { FoundInstances, Group, GroupInstance } from './group.ts';
import type { LifecycleActions } from './lifecycle-actions.ts';

/** Auto Scaling tries again after a failed launch; the interval is not documented. */
const retryMs = [20_000, 40_000] as const;

/** How soon a notice, and how soon the loss of an instance without one, leads to a launch. */
const afterNoticeMs = [1_000, 4_000] as const;
const afterLossMs = [5_000, 30_000] as const;

/**
 * Auto Scaling groups: each keeps its desired number of instances, launches a replacement at a Spot notice, and ends
 * surplus ones through their termination hooks.
 * https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-capacity-rebalancing.html
 */
export class AutoScalingGroups implements FleetListener {
  readonly groups = new Map<string, Group>();
  readonly #world: World;
  readonly #fleet: Fleet;
  readonly #actions: LifecycleActions;
  readonly #booted: (ec2: Ec2Instance, group: Group) => void;
  readonly #retrying = new Set<Group>();

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
    this.#fleet = parts.fleet;
    this.#actions = parts.actions;
    this.#booted = parts.booted;
  }

  /** Adds a group with its desired instances running and booted since long ago: those found, then wherever is room. */
  add(group: Group, found: readonly FoundInstances[] = []): void {
    this.groups.set(group.name, group);
    for (const { pool, count } of found) for (let made = 0; made < count; made += 1) this.#adopt(group, pool);
    while (group.instances.size < group.desired) {
      const pool = this.#choosePool(group);
      if (!pool) throw new Error(`no pool of ${group.name} has capacity`);
      this.#adopt(group, pool);
    }
  }

  #adopt(group: Group, pool: Pool): void {
    const ec2 = this.#fleet.launch({ ...pool, spot: group.spot, tags: tagsOf(group), settled: true });
    group.instances.set(ec2.id, { ec2, lifecycleState: 'InService', stays: true });
    group.spread.add(ec2);
    this.#booted(ec2, group);
  }

  /**
   * Sets the desired capacity: launches what is missing, or ends what is too much through the hooks.
   * @throws Error when it is outside the group's sizes
   */
  setDesired(group: Group, desired: number): void {
    if (desired < group.minSize || desired > group.maxSize) {
      throw new Error(`${desired} is not between ${group.minSize} and ${group.maxSize}, the sizes of ${group.name}`);
    }
    group.desired = desired;
    this.#reconcile(group);
  }

  /** The group of an instance, with the instance's part in it. */
  find(instanceId: string): { group: Group; instance: GroupInstance } | undefined {
    for (const group of this.groups.values()) {
      const instance = group.instances.get(instanceId);
      if (instance) return { group, instance };
    }
    return undefined;
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
    this.#actions.drop(ec2.id);
    found.group.instances.delete(ec2.id);
    terminateSucceeded(this.#world, found.group, ec2);
  }

  #replaceLater(ec2: Ec2Instance, range: readonly [number, number]): void {
    const found = this.find(ec2.id);
    if (!found?.instance.stays) return;
    leave(found.group, found.instance);
    this.#world.clock.after(this.#world.delay('replace', ec2.id, range), () => this.#reconcile(found.group));
  }

  #reconcile(group: Group): void {
    while (group.spread.total > group.desired) this.#terminateOne(group);
    while (group.spread.total < group.desired) {
      const pool = this.#choosePool(group);
      if (!pool) {
        this.#fail(group);
        break;
      }
      this.#launch(group, pool);
    }
  }

  #launch(group: Group, pool: Pool): void {
    const world = this.#world;
    const ec2 = this.#fleet.launch({ ...pool, spot: group.spot, tags: tagsOf(group) });
    const instance: GroupInstance = { ec2, lifecycleState: 'Pending', stays: true };
    group.instances.set(ec2.id, instance);
    group.spread.add(ec2);
    world.journal({
      kind: 'instance-launched',
      subject: ec2.id,
      text: `${group.name} launches ${ec2.id} (${ec2.type} in ${ec2.zone})`,
      data: { group: group.name, type: ec2.type, zone: ec2.zone },
    });
    launchSucceeded(world, group, ec2);
    world.clock.after(world.delay('in-service', ec2.id, [10_000, 20_000]), () => {
      if (instance.lifecycleState === 'Pending') instance.lifecycleState = 'InService';
    });
    world.clock.after(Math.floor(group.bootMs * (0.8 + 0.4 * world.random('boot', ec2.id))), () => {
      if (isUp(ec2)) this.#booted(ec2, group);
    });
  }

  #fail(group: Group): void {
    if (this.#retrying.has(group)) return;
    this.#retrying.add(group);
    const world = this.#world;
    world.journal({
      kind: 'launch-failed',
      subject: group.name,
      text: `${group.name} finds no Spot capacity in any of its pools`,
      data: { pools: group.pools.length },
    });
    launchFailed(world, group);
    world.clock.after(world.delay('retry', group.name, [...retryMs, world.ids.next(`retry ${group.name}`)]), () => {
      this.#retrying.delete(group);
      this.#reconcile(group);
    });
  }

  // The zone with the fewest instances, there the type with the fewest, then the order of the group's own list.
  #choosePool({ pools, spot, spread }: Group): Pool | undefined {
    const open = pools.filter((pool) => !spot || this.#fleet.available(pool));
    return open.sort((a, b) => spread.inZone(a) - spread.inZone(b) || spread.inPool(a) - spread.inPool(b))[0];
  }

  // The default termination policy, shortened: the fullest zone, there the oldest instance.
  // https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-termination-policies.html
  #terminateOne(group: Group): void {
    const { spread } = group;
    const candidates = [...group.instances.values()].filter(({ stays }) => stays);
    const [victim] = candidates.sort(
      (a, b) => spread.inZone(b.ec2) - spread.inZone(a.ec2) || a.ec2.launchedAt - b.ec2.launchedAt,
    );
    if (!victim) throw new Error(`${group.name} has no instance to end`);
    leave(group, victim);
    this.#actions.open(group, victim);
  }
}

/** The instance no longer counts towards the desired capacity. */
const leave = (group: Group, instance: GroupInstance): void => {
  instance.stays = false;
  group.spread.add(instance.ec2, -1);
};

const tagsOf = (group: Group): Record<string, string> => ({ ...group.tags, 'aws:autoscaling:groupName': group.name });
