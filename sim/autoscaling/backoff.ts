import type { World } from '../world/world.ts';
import type { Group } from './group.ts';

/** Auto Scaling tries again after a failed launch, at growing intervals; AWS does not say how long they are. */
const firstMs = [20_000, 40_000] as const;
const mostDoublings = 3;

type Wait = { failures: number; waiting: boolean };

/** When a group may launch again after a failure, for Spot and On-Demand each. */
export class Backoff {
  readonly #world: World;
  readonly #waits = new Map<string, Wait>();

  constructor(world: World) {
    this.#world = world;
  }

  isWaiting(group: Group, spot: boolean): boolean {
    return this.#waits.get(keyOf(group, spot))?.waiting ?? false;
  }

  failed(group: Group, spot: boolean, again: () => void): void {
    const key = keyOf(group, spot);
    const wait = this.#waits.get(key) ?? { failures: 0, waiting: false };
    this.#waits.set(key, wait);
    const factor = 2 ** Math.min(wait.failures, mostDoublings);
    wait.failures += 1;
    wait.waiting = true;
    const ms = factor * this.#world.delay('retry', key, [...firstMs, wait.failures]);
    this.#world.clock.after(ms, () => {
      if (this.#waits.get(key) !== wait) return;
      wait.waiting = false;
      again();
    });
  }

  succeeded(group: Group, spot: boolean): void {
    this.#waits.delete(keyOf(group, spot));
  }

  /** Somebody changed the group: it tries at once. */
  forget(group: Group): void {
    this.succeeded(group, true);
    this.succeeded(group, false);
  }
}

const keyOf = ({ name }: Group, spot: boolean): string => `${name} ${spot ? 'spot' : 'on-demand'}`;
