import { attributesOf } from './attributes.ts';
import type { Chooser } from './chooser.ts';
import type { ContainerInstance, PlacementStrategy, Task } from './model.ts';

type Ranked = {
  readonly candidates: readonly ContainerInstance[];
  readonly siblings: readonly Task[];
  readonly isOpen: (instance: ContainerInstance) => boolean;
  readonly strategies: readonly PlacementStrategy[];
  readonly draw: (key: string) => number;
};

/** Applies strategies in their order to every candidate: `spread` over a field, `binpack` on CPU or memory, `random`. */
export class RankedChooser implements Chooser {
  readonly #options: Ranked;
  readonly #placed: ContainerInstance[] = [];

  constructor(options: Ranked) {
    this.#options = options;
  }

  next(): ContainerInstance | undefined {
    const { candidates, strategies, isOpen } = this.#options;
    let left = candidates.filter(isOpen);
    for (const strategy of strategies) left = lowest(left, this.#rank(strategy));
    const chosen = left.toSorted((a, b) => a.tasks.size - b.tasks.size || a.sequence - b.sequence)[0];
    if (chosen) this.#placed.push(chosen);
    return chosen;
  }

  #rank({ type, field }: PlacementStrategy): (instance: ContainerInstance) => number {
    if (type === 'random') return ({ id }) => this.#options.draw(`${id} ${this.#placed.length}`);
    // The least that is left fills up first.
    if (type === 'binpack') return field?.toLowerCase() === 'cpu' ? ({ cpuLeft }) => cpuLeft : (one) => one.memoryLeft;
    const read = reader(field ?? 'instanceId');
    const hosts = [...this.#options.siblings.flatMap(({ instance }) => instance ?? []), ...this.#placed];
    const tasks = Map.groupBy(hosts, read);
    return (instance) => tasks.get(read(instance))?.length ?? 0;
  }
}

const reader = (field: string): ((instance: ContainerInstance) => string) => {
  if (!field.startsWith('attribute:')) return ({ id }) => id;
  const name = field.slice('attribute:'.length);
  return (instance) => attributesOf(instance).get(name) ?? '';
};

const lowest = (
  instances: readonly ContainerInstance[],
  rank: (instance: ContainerInstance) => number,
): ContainerInstance[] => {
  const ranked = instances.map((instance) => ({ instance, rank: rank(instance) }));
  const least = Math.min(...ranked.map((one) => one.rank));
  return ranked.flatMap((one) => (one.rank === least ? [one.instance] : []));
};
