import { parseArgs } from 'node:util';
import { benchmarks } from './benchmarks.ts';
import { type Benchmark, isReached, table } from './figure.ts';

// `npm run bench [-- NAME --json]`: prints the figures of one benchmark, or of all. It is a report: a goal that is not
// reached is said, not an error.
const options = { json: { type: 'boolean' } } as const;
const { values, positionals } = parseArgs({ options, allowPositionals: true, strict: false });
const [name] = positionals;
const chosen = name === undefined ? benchmarks : benchmarks.filter((one) => one.name === name);
const unknown = Object.keys(values).filter((flag) => !(flag in options));
if (chosen.length === 0 || positionals.length > 1 || unknown.length > 0) {
  console.error(`npm run bench takes --json and at most one name: ${benchmarks.map((one) => one.name).join(', ')}`);
  process.exitCode = 2;
} else {
  for (const benchmark of chosen) console.log(await report(benchmark, values.json === true));
}

async function report(benchmark: Benchmark, json: boolean): Promise<string> {
  const figures = await benchmark.measure();
  if (!json) return `${table(benchmark, figures)}\n`;
  const measured = figures.map((figure) => ({ ...figure, reached: isReached(figure) }));
  return JSON.stringify({ name: benchmark.name, title: benchmark.title, figures: measured });
}
