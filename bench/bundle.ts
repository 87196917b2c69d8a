import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { buildFunctions, functionNames } from '../scripts/build.mjs';
import type { Benchmark, Figure } from './figure.ts';

/** The trial that the design rests on: six SDK clients and middy, esbuild, the same two plugins. */
const TRIAL = { kilobytes: 365, initMs: 101 };

/** Size and start of each function's bundle, in cold processes. The only benchmark of real time. */
export function bundle({ rounds }: { rounds: number }): Benchmark {
  return {
    name: 'bundle',
    title: 'the functions’ bundles: size, and wall time to initialise over an empty module',
    async measure() {
      const folder = mkdtempSync(join(tmpdir(), 'spotkeeper-bench-'));
      try {
        await buildFunctions({ outdir: folder });
        const empty = join(folder, 'empty.mjs');
        writeFileSync(empty, 'export const handler = () => {};\n');
        return functionNames().flatMap((name) =>
          figuresOf(name, { file: join(folder, name, 'index.mjs'), empty, rounds }),
        );
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    },
  };
}

function figuresOf(name: string, measured: Omit<Init, 'flags'>): readonly Figure[] {
  const kilobytes = statSync(measured.file).size / 1024;
  const note = `the trial of six clients: ${TRIAL.kilobytes} KB`;
  return [
    { what: `${name}: bundle, minified`, value: kilobytes, unit: 'KB', note },
    ...[[], ['--enable-source-maps']].map((flags) => {
      const figure = init({ ...measured, flags });
      return { ...figure, what: `${name}: ${figure.what}` };
    }),
  ];
}

type Init = {
  readonly file: string;
  readonly empty: string;
  readonly rounds: number;
  readonly flags: readonly string[];
};

/** Cold processes of the bundle and of the empty module take turns, so that a busy moment of the machine hits both. */
function init({ file, empty, rounds, flags }: Init): Figure {
  const own: number[] = [];
  const base: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    base.push(importMs(empty, flags));
    own.push(importMs(file, flags));
  }
  const load = loadavg()[0]?.toFixed(1);
  const machine = `${cpus().length} x ${cpus()[0]?.model ?? 'unknown CPU'}, load ${load}, Node.js ${process.version}`;
  return {
    what: `initialise, ${flags.length > 0 ? flags.join(' ') : 'no source maps'}`,
    value: Math.round(median(own) - median(base)),
    unit: 'ms wall',
    note: `median of ${rounds} cold processes; ${machine}; the trial: ${TRIAL.initMs} ms without source maps`,
  };
}

/** Milliseconds that a fresh process needs to import a module, by its own clock. */
function importMs(file: string, flags: readonly string[]): number {
  const url = JSON.stringify(pathToFileURL(file).href);
  const script = `const from = performance.now(); await import(${url}); console.log(performance.now() - from)`;
  const env = {
    PATH: process.env.PATH,
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: 'none',
    AWS_SECRET_ACCESS_KEY: 'none',
    SPOTKEEPER_TABLE: 'table',
    SPOTKEEPER_WAKE_UP_QUEUE_URL: 'http://127.0.0.1/queue',
    SPOTKEEPER_RECOMMENDATION_QUEUE_URL: 'http://127.0.0.1/queue',
  };
  const output = execFileSync(process.execPath, [...flags, '--input-type=module', '--eval', script], { env });
  return Number(output.toString());
}

/** The middle one of the numbers, the mean of the two middle ones when their count is even. */
export function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
  const lower = sorted[Math.ceil(sorted.length / 2) - 1] ?? Number.NaN;
  return (lower + upper) / 2;
}
