import type { Fleet } from '../ec2/fleet.ts';
import type { World } from '../world/world.ts';
import { type Group, isSuspended } from './group.ts';
import type { Handovers } from './handovers.ts';
import { onDemandShare, templateIsSpot } from './launch-plan.ts';
import { chooseVictim } from './termination-policy.ts';

/** How often a group that is out of balance is looked at; AWS does not say. */
const againMs = [240_000, 360_000] as const;

/**
 * Brings a group that has its capacity back into the wanted shape: On-Demand and Spot as the policy says, and the zones
 * level. Each step replaces one instance, the new one first.
 * https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_InstancesDistribution.html ("gradual replacement")
 */
export class Balance {
  readonly #world: World;
  readonly #fleet: Fleet;
  readonly #handovers: Handovers;
  /** cancels the next look */
  readonly #looks = new Map<Group, () => void>();

  constructor(world: World, parts: { readonly fleet: Fleet; readonly handovers: Handovers }) {
    this.#world = world;
    this.#fleet = parts.fleet;
    this.#handovers = parts.handovers;
  }

  /** One step when there is something to do, and another look later. */
  step(group: Group): void {
    if (group.deleting || group.spread.total < group.desired || this.#looks.has(group)) return;
    if (!this.#purchaseOptions(group) && !this.#zonesDiffer(group)) return;
    const n = this.#world.ids.next(`balance ${group.name}`);
    // While replacements are on their way, their ends bring the next step; this one is for those that found no capacity.
    const cancel = this.#world.clock.after(this.#world.delay('balance', group.name, [...againMs, n]), () => {
      this.#looks.delete(group);
      this.#levelZones(group);
      this.step(group);
    });
    this.#looks.set(group, cancel);
  }

  /** A replacement ended: the next may begin without waiting. */
  next(group: Group): void {
    if (this.#handovers.open(group) > 0) return;
    this.#looks.get(group)?.();
    this.#looks.delete(group);
    this.step(group);
  }

  #purchaseOptions(group: Group): boolean {
    if (!group.policy) return false;
    const wanted = onDemandShare(group, group.desired, templateIsSpot(group.template, this.#fleet));
    const missing = wanted - group.spread.onDemand;
    if (missing === 0) return false;
    const spot = missing < 0;
    for (let left = Math.min(Math.abs(missing), this.#handovers.room(group)); left > 0; left -= 1) {
      const old = chooseVictim(group, this.#fleet, ({ ec2 }) => (ec2.spot === undefined) === spot);
      if (!old) break;
      const cause = 'an instance was launched in response to a change of the purchase options of the group.';
      const before = group.spread.onDemand;
      this.#handovers.add(group, { old, request: { spot }, cause });
      if (group.spread.onDemand === before) break;
    }
    return true;
  }

  #zonesDiffer(group: Group): boolean {
    if (isSuspended(group, 'AZRebalance')) return false;
    const { most, emptiest } = zonesOf(group);
    return emptiest !== undefined && most - emptiest.count > 1;
  }

  // Not while a group is still refilled: instances that were just noticed make every group uneven for a moment.
  #levelZones(group: Group): void {
    if (!this.#zonesDiffer(group) || group.spread.total < group.desired) return;
    const { most, emptiest } = zonesOf(group);
    const old = chooseVictim(group, this.#fleet, ({ ec2 }) => group.spread.inZone(ec2) === most);
    if (!old || !emptiest) return;
    const { zone } = emptiest;
    const spot = old.ec2.spot !== undefined;
    const hasCapacity = group.pools.some(
      (pool) => pool.zone === zone && (spot ? this.#fleet.available(pool) : this.#fleet.availableOnDemand(pool)),
    );
    if (!hasCapacity) return;
    const cause = `an instance was launched in ${zone} in response to the zones of the group being out of balance.`;
    this.#handovers.add(group, { old, request: { spot, zones: [zone] }, cause });
  }
}

const zonesOf = (group: Group) => {
  const counts = group.zones.map((zone) => ({ zone, count: group.spread.inZone({ zone }) }));
  const most = Math.max(...counts.map(({ count }) => count));
  const [emptiest] = counts.sort((a, b) => a.count - b.count);
  return { most, emptiest };
};
