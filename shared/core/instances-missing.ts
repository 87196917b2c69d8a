import type { TaskShape } from '../model/lending.ts';
import { sizeOf, type TypeSize } from './eni-limits.ts';
import { roomFor, type Space, take } from './placement/space.ts';

/** Tasks of one shape for which there is no room. */
export type Missing = { readonly shape: TaskShape; readonly count: number };

export type InstancesMissing = {
  /** The type that the number is computed with; undefined: no known type of the group holds any of the tasks. */
  readonly type: string | undefined;
  readonly instances: number;
  /** Tasks that an instance of this type cannot hold, however empty. */
  readonly unfit: number;
};

/** The kernel, the agent and ECS_RESERVED_MEMORY take about a tenth of an instance's memory. */
const USABLE_MEMORY = 0.9;

/**
 * How many instances a deficit needs, computed with the smallest of the group's types that fits most of the shapes,
 * the big tasks packed first. Trunking is not counted on. Types that the table does not know are left out.
 */
export function instancesMissing(missing: readonly Missing[], types: readonly string[]): InstancesMissing {
  const wanted = missing.filter(({ count }) => count > 0);
  const [best] = types
    .flatMap((type) => {
      const size = sizeOf(type);
      if (!size) return [];
      const fit = wanted.filter(({ shape }) => roomFor(emptyOf(size), shape) > 0);
      return fit.length > 0 ? [{ type, size, fit }] : [];
    })
    .sort((a, b) => b.fit.length - a.fit.length || bySize(a.size, b.size) || (a.type < b.type ? -1 : 1));
  const all = wanted.reduce((sum, { count }) => sum + count, 0);
  if (!best) return { type: undefined, instances: 0, unfit: all };
  const fitting = best.fit.reduce((sum, { count }) => sum + count, 0);
  return { type: best.type, instances: packed(best.fit, best.size), unfit: all - fitting };
}

/** How many empty instances of a size the tasks fill: each task goes on the first that has room. */
function packed(missing: readonly Missing[], size: TypeSize): number {
  const bins: Space[] = [];
  for (const { shape, count } of missing.toSorted((a, b) => weight(b.shape, size) - weight(a.shape, size))) {
    let from = 0;
    for (let placed = 0; placed < count; placed += 1) {
      let bin = bins[from];
      while (bin && roomFor(bin, shape) === 0) bin = bins[++from];
      if (!bin) {
        bin = emptyOf(size);
        bins.push(bin);
      }
      take(bin, shape);
    }
  }
  return bins.length;
}

const emptyOf = ({ vcpus, memoryMiB, gpus, awsvpcTasks }: TypeSize): Space => ({
  cpu: vcpus * 1024,
  memory: Math.floor(memoryMiB * USABLE_MEMORY),
  gpus,
  interfaces: awsvpcTasks,
  tcp: new Set(),
  udp: new Set(),
});

/** The larger share that a task takes of an instance. */
const weight = (shape: TaskShape, { vcpus, memoryMiB }: TypeSize): number =>
  Math.max(shape.cpu / (vcpus * 1024), shape.memory / memoryMiB);

const bySize = (a: TypeSize, b: TypeSize): number => a.vcpus - b.vcpus || a.memoryMiB - b.memoryMiB;
