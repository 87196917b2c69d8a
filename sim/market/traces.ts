import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Pool } from '../ec2/instance.ts';
import { isType } from '../ec2/instance-type.ts';
import type { CapacityOf } from './market.ts';
import { type CapacitySource, type MarketStep, script } from './source.ts';

/** One measurement campaign: the capacity of one instance type in several zones over the same time. */
export type Traces = {
  readonly type: string;
  /** of the shortest file: the replay ends there */
  readonly lengthMs: number;
  readonly pools: readonly (Pool & { readonly source: CapacitySource })[];
};

type Trace = { readonly file: string; readonly gapSeconds: number; readonly data: readonly number[] };

/**
 * Reads a folder of Spot capacity traces, `<zone>.json` each: `{"metadata": {"gap_seconds": g}, "data": [n, ...]}`,
 * where n is how many instances the pool could hold at that tick. The name of the folder carries the instance type
 * (`aws-2023-08-27-p3.2xlarge-16node`). The format is that of https://github.com/skypilot-org/spot-traces.
 * @param region only its zones are replayed; default all of the folder
 * @throws Error that names file, place and expectation when a file is not like that or has another tick than the others
 */
export const tracesFrom = (directory: string, region = ''): Traces => {
  const type = basename(directory)
    .split(/-(?=[a-z]+\d)|-(?=\d+node)/)
    .find(isType);
  if (type === undefined) {
    throw new Error(
      `${directory}: expected an instance type in the name of the folder, as in aws-2023-p3.2xlarge-1node`,
    );
  }
  const files = readdirSync(directory).filter((file) => file.endsWith('.json') && file.startsWith(region));
  const traces = files.sort().map((file) => readTrace(join(directory, file)));
  const [first] = traces;
  if (!first) throw new Error(`${directory}: expected one file <zone>.json for each pool, found none`);
  for (const { file, gapSeconds } of traces) {
    if (gapSeconds === first.gapSeconds) continue;
    const expected = `expected ${first.gapSeconds}, as in ${first.file}`;
    throw new Error(`${file}: metadata.gap_seconds is ${gapSeconds}: ${expected}`);
  }
  const ticks = Math.min(...traces.map(({ data }) => data.length));
  return {
    type,
    lengthMs: ticks * first.gapSeconds * 1_000,
    pools: traces.map((trace) => ({
      type,
      zone: basename(trace.file, '.json'),
      source: script(stepsOf(trace, ticks), trace.file),
    })),
  };
};

/** The market that the traces show; pools without a trace hold any number. */
export const marketOf = ({ pools }: Traces): CapacityOf => {
  const sources = new Map(pools.map(({ type, zone, source }) => [`${type}/${zone}`, source]));
  return ({ type, zone }) => sources.get(`${type}/${zone}`);
};

const stepsOf = ({ data, gapSeconds }: Trace, ticks: number): MarketStep[] =>
  data
    .slice(0, ticks)
    .map((capacity, tick) => ({ atMs: tick * gapSeconds * 1_000, capacity }))
    .filter(({ capacity }, tick) => tick === 0 || capacity !== data[tick - 1]);

const readTrace = (file: string): Trace => {
  const content = parse(file);
  const fail = (place: string, value: unknown, expected: string): never => {
    throw new Error(`${file}: ${place} is ${JSON.stringify(value)}: expected ${expected}`);
  };
  if (!isObject(content)) return fail('the content', content, 'an object with metadata and data');
  const { metadata, data } = content;
  const gapSeconds = isObject(metadata) ? metadata.gap_seconds : undefined;
  if (!isWhole(gapSeconds) || gapSeconds === 0) {
    return fail('metadata.gap_seconds', gapSeconds, 'whole seconds, at least 1');
  }
  if (!Array.isArray(data) || data.length === 0) return fail('data', data, 'a list of at least one number');
  const wrong = data.findIndex((value) => !isWhole(value));
  if (wrong >= 0) return fail(`data[${wrong}]`, data[wrong], 'a whole number of instances, at least 0');
  return { file, gapSeconds, data: data as number[] };
};

const parse = (file: string): unknown => {
  const text = readFileSync(file, 'utf8');
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`${file}: ${(error as Error).message}: expected JSON`, { cause: error });
  }
};

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isWhole = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
