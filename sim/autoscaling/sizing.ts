import type { Fleet } from '../ec2/fleet.ts';
import type { World } from '../world/world.ts';
import { Backoff } from './backoff.ts';
import { type Group, type GroupInstance, isSuspended } from './group.ts';
import { onDemandShare, templateIsSpot } from './launch-plan.ts';
import type { LaunchFailure, LaunchRequest } from './launches.ts';
import { chooseVictim } from './termination-policy.ts';

type Parts = {
  readonly fleet: Fleet;
  readonly launch: (group: Group, request: LaunchRequest, cause: string) => GroupInstance | LaunchFailure;
  readonly terminate: (group: Group, instance: GroupInstance, cause: string) => void;
  readonly again: (group: Group) => void;
};

/** Keeps a group at its desired capacity. */
export class Sizing {
  readonly #world: World;
  readonly #parts: Parts;
  readonly #backoff: Backoff;

  constructor(world: World, parts: Parts) {
    this.#world = world;
    this.#parts = parts;
    this.#backoff = new Backoff(world);
  }

  /** The next launch need not wait. */
  forgetFailures(group: Group): void {
    this.#backoff.forget(group);
  }

  /** Ends what is too much; stops where only protected instances are left. */
  end(group: Group): void {
    if (isSuspended(group, 'Terminate')) return;
    while (group.spread.total > group.desired) {
      const victim = chooseVictim(group, this.#parts.fleet);
      if (!victim || group.spread.total - victim.weight < group.desired) return;
      const cause = `an instance was taken out of service in response to a difference between desired and actual capacity, shrinking the capacity from ${group.spread.total} to ${group.desired}.`;
      this.#parts.terminate(group, victim, cause);
    }
  }

  /** Launches what is missing of On-Demand and of Spot; each backs off by itself. */
  launch(group: Group): void {
    if (group.deleting || isSuspended(group, 'Launch')) return;
    const wanted = onDemandShare(group, group.desired, templateIsSpot(group.template, this.#parts.fleet));
    const missing = { onDemand: wanted - group.spread.onDemand, spot: group.desired - wanted - group.spread.spot };
    for (const spot of [false, true]) {
      let left = Math.min(spot ? missing.spot : missing.onDemand, group.desired - group.spread.total);
      while (left > 0 && !this.#backoff.isWaiting(group, spot)) {
        const total = group.spread.total;
        const cause = `an instance was started in response to a difference between desired and actual capacity, increasing the capacity from ${total} to ${group.desired}.`;
        const found = this.#parts.launch(group, { spot }, cause);
        if ('code' in found) this.#fail(group, spot, found);
        else {
          this.#backoff.succeeded(group, spot);
          left -= found.weight;
        }
      }
    }
  }

  #fail(group: Group, spot: boolean, failure: LaunchFailure): void {
    const option = spot ? 'Spot' : 'On-Demand';
    this.#world.journal({
      kind: 'launch-failed',
      subject: group.name,
      text: `${group.name} finds no ${option} capacity in any of its pools`,
      data: { pools: group.pools.length, code: failure.code },
    });
    this.#backoff.failed(group, spot, () => this.#parts.again(group));
  }
}
