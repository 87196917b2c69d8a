import { availableParallelism } from 'node:os';
import { stopwatch } from '../cli/stopwatch.ts';
import { playInWorkers } from '../cli/swarm/workers.ts';
import { firstToCatch, seedsTo } from '../tests/swarm/first-to-catch.ts';
import { lendingMutants } from '../tests/swarm/lending-mutants.ts';
import { mutants } from '../tests/swarm/mutants.ts';
import type { Benchmark, Figure } from './figure.ts';

const MOST_SEEDS = 100;
const defects = [...mutants, ...lendingMutants];

/** Seeds of the swarm without a broken promise, and how many seeds each planted defect needs to be found. */
export function swarm({ seeds }: { seeds: number }): Benchmark {
  return {
    name: 'swarm',
    title: `${seeds} seeds with failover, and ${defects.length} planted defects`,
    async measure() {
      const figures = [...(await unbroken(seeds))];
      for (const defect of defects) {
        const caught = await firstToCatch(defect, seedsTo(MOST_SEEDS));
        const value = caught?.seed ?? Number.POSITIVE_INFINITY;
        figures.push({ what: `found: ${defect.name}`, value, unit: 'seeds', goal: { atMost: MOST_SEEDS } });
      }
      return figures;
    },
  };
}

async function unbroken(count: number): Promise<readonly Figure[]> {
  const seconds = stopwatch();
  const broken: number[] = [];
  let [events, calls] = [0, 0];
  for await (const report of playInWorkers({ from: 1, count, workers: availableParallelism(), failover: true })) {
    if (report.violations.length > 0) broken.push(report.seed);
    events += report.events;
    calls += report.calls;
  }
  const wall = seconds();
  const note = broken.length > 0 ? { note: `seeds ${broken.slice(0, 20).join(', ')}` } : {};
  return [
    { what: 'seeds with a broken promise', value: broken.length, unit: '', goal: { atMost: 0 }, ...note },
    { what: 'wall time', value: wall, unit: 's wall' },
    { what: 'simulated events per second of wall time', value: Math.round(events / wall), unit: '' },
    { what: 'calls answered per second of wall time', value: Math.round(calls / wall), unit: '' },
  ];
}
