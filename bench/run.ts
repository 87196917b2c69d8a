import { UsageError } from '../cli/command-line.ts';
import { TraceError } from '../sim/market/traces.ts';
import { benchArguments } from './arguments.ts';
import { benchmarks } from './benchmarks.ts';
import { type Benchmark, isReached, table } from './figure.ts';

// `npm run bench [-- NAME --json]`: prints the figures of one benchmark, or of all. It is a report: a goal that is not
// reached is said, not an error.
try {
  const { chosen, json } = benchArguments(process.argv.slice(2), benchmarks);
  for (const benchmark of chosen) console.log(await report(benchmark, json));
} catch (error) {
  if (!(error instanceof UsageError || error instanceof TraceError)) throw error;
  console.error(error.message);
  process.exitCode = 2;
}

async function report(benchmark: Benchmark, json: boolean): Promise<string> {
  const figures = await benchmark.measure();
  if (!json) return `${table(benchmark, figures)}\n`;
  const measured = figures.map((figure) => ({ ...figure, reached: isReached(figure) }));
  return JSON.stringify({ name: benchmark.name, title: benchmark.title, figures: measured });
}
