import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import type { Benchmark } from './figure.ts';

export type DecideOptions = { readonly types: number; readonly zones: number; readonly groups: number };

/** What the process tells: see rebalance-decide-process.ts. */
export type Decided = {
  readonly milliseconds: number;
  /** The slowest group, milliseconds. */
  readonly slowest: number;
  /** MiB on the heap beyond what was there before catalogue and prices were; garbage counts until it is collected. */
  readonly heapGrowth: number;
  /** MiB that the whole process held at most, Node.js included. */
  readonly peak: number;
  readonly candidates: number;
  readonly chosen: number;
};

/** What the choice of types costs, in a process of its own, so that nobody else's memory is counted. */
export function rebalanceDecide({ types, zones, groups }: DecideOptions): Benchmark {
  return {
    name: 'rebalance-decide',
    title: `${types} types x ${zones} zones x ${groups} groups: candidates, ranks, choices`,
    async measure() {
      const script = join(import.meta.dirname, 'rebalance-decide-process.ts');
      const sizes = [types, zones, groups].map(String);
      const told: Decided = JSON.parse(execFileSync(process.execPath, [script, ...sizes], { encoding: 'utf8' }));
      return [
        { what: 'all groups, in a cold process', value: told.milliseconds, unit: 'ms wall', goal: { atMost: 2_000 } },
        { what: 'the slowest group', value: told.slowest, unit: 'ms wall' },
        { what: 'growth of the heap at most, garbage included', value: told.heapGrowth, unit: 'MiB' },
        { what: 'peak memory of the process', value: told.peak, unit: 'MiB', goal: { atMost: 256 } },
        { what: 'candidates of a group, on average', value: told.candidates, unit: '' },
        { what: 'types chosen for a group, on average', value: told.chosen, unit: '' },
      ];
    },
  };
}
