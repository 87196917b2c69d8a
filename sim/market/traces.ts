import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Pool } from '../ec2/instance.ts';
import { isType } from '../ec2/instance-type.ts';
import { JsonTextError, parseJson } from '../json-text.ts';
import type { CapacityOf } from './market.ts';
import { type CapacitySource, type MarketStep, script } from './source.ts';

/** A folder of traces that cannot be replayed: file, place and expectation in one line. */
export class TraceError extends Error {
  override readonly name = 'TraceError';
}

/** One measurement campaign: the capacity of one instance type in several zones over the same time. */
export type Traces = {
  readonly type: string;
  /** of the shortest file: the replay ends there */
  readonly lengthMs: number;
  readonly pools: readonly (Pool & { readonly source: CapacitySource; readonly ticks: number })[];
  /** how many ticks are replayed */
  readonly ticks: number;
};

export type TraceOptions = {
  /** only its zones are replayed; default all of the folder */
  readonly region?: string | undefined;
  /** the instance type; default the one in the name of the folder */
  readonly type?: string | undefined;
};

type Trace = { readonly file: string; readonly gapSeconds: number; readonly data: readonly number[] };

/**
 * Reads a folder of Spot capacity traces, `<zone>.json` each: `{"metadata": {"gap_seconds": g}, "data": [n, ...]}`,
 * where n is how many instances the pool could hold at that tick. The name of the folder carries the instance type
 * (`aws-2023-08-27-p3.2xlarge-16node`). The format is that of https://github.com/skypilot-org/spot-traces.
 * @throws TraceError that names file, place and expectation when a file is not like that, cannot be read or has another
 *   tick than the others
 */
export const tracesFrom = (directory: string, { region = '', type = typeIn(directory) }: TraceOptions = {}): Traces => {
  if (!isType(type)) throw new TraceError(`the instance type is "${type}": expected one that EC2 has`);
  const traces = traceFilesIn(directory)
    .filter((file) => file.startsWith(region))
    .map((file) => readTrace(join(directory, file)));
  const [first] = traces;
  if (!first) throw new TraceError(`${directory}: expected one file <zone>.json for each pool, found none`);
  for (const { file, gapSeconds } of traces) {
    if (gapSeconds === first.gapSeconds) continue;
    const expected = `expected ${first.gapSeconds}, as in ${first.file}`;
    throw new TraceError(`${file}: metadata.gap_seconds is ${gapSeconds}: ${expected}`);
  }
  const ticks = Math.min(...traces.map(({ data }) => data.length));
  return {
    type,
    lengthMs: ticks * first.gapSeconds * 1_000,
    pools: traces.map((trace) => ({
      type,
      zone: basename(trace.file, '.json'),
      source: script(stepsOf(trace, ticks), trace.file),
      ticks: trace.data.length,
    })),
    ticks,
  };
};

/**
 * The names of the files that are traces, sorted.
 * @throws TraceError when the folder cannot be read, or has a file that is not named after a zone
 */
export const traceFilesIn = (directory: string): readonly string[] => {
  const files = namesIn(directory).filter((file) => file.endsWith('.json'));
  const wrong = files.find((file) => !zoneFile.test(file));
  if (wrong === undefined) return files.sort();
  throw new TraceError(`${join(directory, wrong)}: expected the name of a zone, as in us-west-2a.json`);
};

const zoneFile = /^[a-z]{2}(-[a-z]+)+-\d[a-z]\.json$/;

const namesIn = (directory: string): string[] => {
  try {
    return readdirSync(directory);
  } catch (error) {
    throw new TraceError(`${directory}: ${(error as Error).message}: expected a folder of traces`, { cause: error });
  }
};

/** The market that the traces show; pools without a trace hold any number. */
export const marketOf = ({ pools }: Traces): CapacityOf => {
  const sources = new Map(pools.map(({ type, zone, source }) => [`${type}/${zone}`, source]));
  return ({ type, zone }) => sources.get(`${type}/${zone}`);
};

const typeIn = (directory: string): string => {
  const found = basename(directory)
    .split(/-(?=[a-z]+\d)|-(?=\d+node)/)
    .find(isType);
  if (found !== undefined) return found;
  throw new TraceError(
    `${directory}: expected an instance type in the name of the folder, as in aws-2023-p3.2xlarge-1node`,
  );
};

const stepsOf = ({ data, gapSeconds }: Trace, ticks: number): MarketStep[] =>
  data
    .slice(0, ticks)
    .map((capacity, tick) => ({ atMs: tick * gapSeconds * 1_000, capacity }))
    .filter(({ capacity }, tick) => tick === 0 || capacity !== data[tick - 1]);

/** A tick of a day: longer ones measure nothing. */
const longestGapSeconds = 86_400;

const readTrace = (file: string): Trace => {
  const content = parse(file);
  const fail = (place: string, value: unknown, expected: string): never => {
    throw new TraceError(`${file}: ${place} is ${JSON.stringify(value)}: expected ${expected}`);
  };
  if (!isObject(content)) return fail('the content', content, 'an object with metadata and data');
  const { metadata, data } = content;
  const gapSeconds = isObject(metadata) ? metadata.gap_seconds : undefined;
  if (!isWhole(gapSeconds) || gapSeconds === 0 || gapSeconds > longestGapSeconds) {
    return fail('metadata.gap_seconds', gapSeconds, `whole seconds from 1 to ${longestGapSeconds}`);
  }
  if (!Array.isArray(data) || data.length === 0) return fail('data', data, 'a list of at least one number');
  const wrong = data.findIndex((value) => !isWhole(value));
  if (wrong >= 0) return fail(`data[${wrong}]`, data[wrong], 'a whole number of instances, at least 0');
  return { file, gapSeconds, data: data as number[] };
};

const parse = (file: string): unknown => {
  try {
    return parseJson(readFileSync(file, 'utf8'));
  } catch (error) {
    if (error instanceof JsonTextError) throw new TraceError(`${file}: ${error.message}`, { cause: error });
    throw new TraceError(`${file}: ${(error as Error).message}: expected a file to read`, { cause: error });
  }
};

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isWhole = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
