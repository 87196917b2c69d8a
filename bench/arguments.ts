import { parseArgs } from 'node:util';
import { positive, UsageError } from '../cli/command-line.ts';
import type { Benchmark } from './figure.ts';
import { runningCost, runningCostSizes, type Size } from './running-cost.ts';
import { traces } from './traces/traces.ts';

export type BenchArguments = { readonly chosen: readonly Benchmark[]; readonly json: boolean };

const options = {
  json: { type: 'boolean', default: false },
  traces: { type: 'string' },
  target: { type: 'string' },
  region: { type: 'string' },
  instances: { type: 'string' },
} as const;

/**
 * @param argv what stands after the script's name
 * @param benchmarks all there are
 * @throws UsageError that says in one line what is allowed
 */
export function benchArguments(argv: readonly string[], benchmarks: readonly Benchmark[]): BenchArguments {
  const { values, positionals } = parsed(argv, benchmarks);
  const [name] = positionals;
  const { json, traces: directory, target, region, instances } = values;
  if (instances !== undefined) {
    if (name !== 'running-cost') throw new UsageError('--instances goes with the benchmark running-cost');
    return { chosen: [runningCost({ sizes: sizesOf(instances) })], json };
  }
  const ofTraces = Object.entries({ traces: directory, target, region }).find(([, value]) => value !== undefined);
  if (ofTraces && name !== 'traces') throw new UsageError(`--${ofTraces[0]} goes with the benchmark traces`);
  if (ofTraces && directory === undefined) throw new UsageError(`--${ofTraces[0]} needs --traces DIR`);
  if (directory !== undefined) {
    const asked = { directory, region, target: target === undefined ? undefined : positive('target', target, 1_000) };
    return { chosen: [traces(asked)], json };
  }
  const chosen = name === undefined ? benchmarks : benchmarks.filter((one) => one.name === name);
  if (chosen.length === 0 || positionals.length > 1) throw new UsageError(allowed(benchmarks));
  return { chosen, json };
}

/** Of the accounts of running-cost, those of one size: the largest takes minutes. */
function sizesOf(instances: string): readonly Size[] {
  const sizes = runningCostSizes.filter((size) => String(size.instances) === instances);
  if (sizes.length > 0) return sizes;
  const known = [...new Set(runningCostSizes.map((size) => size.instances))].join(', ');
  throw new UsageError(`--instances is "${instances}"; running-cost has accounts of ${known}`);
}

function parsed(argv: readonly string[], benchmarks: readonly Benchmark[]) {
  try {
    return parseArgs({ args: [...argv], options, allowPositionals: true });
  } catch (error) {
    if (error instanceof TypeError) throw new UsageError(allowed(benchmarks));
    throw error;
  }
}

const allowed = (benchmarks: readonly Benchmark[]): string =>
  `npm run bench takes --json and at most one name: ${benchmarks.map((one) => one.name).join(', ')}; ` +
  'traces takes --traces DIR, --target N, --region R; running-cost takes --instances N';
