import type { Group } from '../../../sim/autoscaling/group.ts';
import type { Seed } from '../seed.ts';

/** Of one group: who changed its desired capacity, and by how much in all. */
type Size = {
  desired: number;
  /** the largest that it was */
  most: number;
  /** by rebalance, since the beginning: what is still above or below */
  ours: number;
  /** the most of ours that was there when somebody else set the desired capacity: it may or may not be counted in that */
  loose: number;
};

/** Tells whose doing each change of a group's desired capacity was. */
export class Sizes {
  readonly of = new Map<string, Size>();
  readonly #groups: ReadonlyMap<string, Group>;

  constructor({ account, region }: Pick<Seed, 'account' | 'region'>) {
    this.#groups = region.parts.autoScaling.groups;
    this.#look(false);
    account.endpoint.onCall(({ caller }) => this.#look(isRebalance(caller)));
    account.clock.onStep(() => this.#look(false));
  }

  #look(isOurs: boolean): void {
    for (const { name, desired } of this.#groups.values()) {
      const size = this.of.get(name);
      if (!size) this.of.set(name, { desired, most: desired, ours: 0, loose: 0 });
      else if (size.desired !== desired) {
        if (isOurs) size.ours += desired - size.desired;
        else size.loose = Math.max(size.loose, size.ours);
        size.desired = desired;
        size.most = Math.max(size.most, desired);
      }
    }
  }
}

export const isRebalance = (caller: unknown): boolean => String(caller).includes('-rebalance ');
