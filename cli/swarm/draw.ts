import { keyedRandom } from '../../sim/random.ts';

/** Draws for one entity of a seed: each name has its own sequence, so that a further draw changes no other. */
export class Draw {
  readonly #random: (stream: string, entity: string, n: number) => number;
  readonly #entity: string;
  readonly #counts = new Map<string, number>();

  /** @param entity what is drawn: `cluster 1`, `story` */
  constructor(seed: number, entity: string) {
    this.#random = keyedRandom(seed);
    this.#entity = entity;
  }

  /** True in `share` of the cases. */
  chance(name: string, share: number): boolean {
    return this.#next(name) < share;
  }

  /** A whole number, `least` and `most` included. */
  whole(name: string, least: number, most: number): number {
    return least + Math.floor(this.#next(name) * (most - least + 1));
  }

  /** One of the items. @throws Error when there is none */
  pick<T>(name: string, items: readonly T[]): T {
    const [item] = this.some(name, items, 1);
    if (item === undefined) throw new Error(`nothing to pick ${name} from`);
    return item;
  }

  /** So many of the items (or all), in drawn order. */
  some<T>(name: string, items: readonly T[], count: number): T[] {
    const left = [...items];
    const drawn: T[] = [];
    while (left.length > 0 && drawn.length < count)
      drawn.push(...left.splice(Math.floor(this.#next(name) * left.length), 1));
    return drawn;
  }

  #next(name: string): number {
    const n = this.#counts.get(name) ?? 0;
    this.#counts.set(name, n + 1);
    return this.#random(`swarm ${name}`, this.#entity, n);
  }
}
