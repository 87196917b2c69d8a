import { dirname, resolve } from 'node:path';
import type { Pool } from '../../sim/ec2/instance.ts';
import type { CapacityOf } from '../../sim/market/market.ts';
import { seeded } from '../../sim/market/seeded.ts';
import { type CapacitySource, constant, script } from '../../sim/market/source.ts';
import { marketOf, TraceError, type Traces, tracesFrom } from '../../sim/market/traces.ts';
import type { KeyedRandom } from '../../sim/random.ts';
import { STORY_AT_SECONDS } from '../scenario.ts';
import { poolOf } from './build.ts';
import type { ScenarioFile } from './format.ts';
import type { CapacityPart } from './market-format.ts';
import { ScenarioFileError } from './read.ts';

/**
 * What the Spot pools of a file hold over time. A pool's own source comes first, then traces, then the seed's; a pool
 * without any holds any number.
 * @param path of the file: folders of traces are relative to it
 * @throws ScenarioFileError for traces that cannot be read
 */
export function marketFrom(
  { account, simulation }: ScenarioFile,
  path: string,
): ((random: KeyedRandom) => CapacityOf) | undefined {
  const parts = simulation.capacity;
  if (parts.length === 0) return undefined;
  const own = new Map(parts.flatMap(sourceOf));
  const measured = parts.flatMap((part, index) =>
    part.source === 'traces' ? marketOf(tracesOf(part, { path, index, region: account.region })) : [],
  );
  const seed = parts.find((part) => part.source === 'seed');
  return (random) => {
    const drawn: CapacityOf = seed ? seeded(random, { ...seed, capacity: seed.instances }) : () => undefined;
    return (pool) => own.get(keyOf(pool)) ?? measured.map((of) => of(pool)).find(Boolean) ?? drawn(pool);
  };
}

function sourceOf(part: CapacityPart, index: number): readonly (readonly [string, CapacitySource])[] {
  const place = `simulation.capacity[${index}]`;
  if (part.source === 'constant') {
    const { instances, price } = part;
    const source = price === undefined ? constant(instances) : script([{ atMs: 0, capacity: instances, price }]);
    return [[keyOf(poolOf(part)), source]];
  }
  if (part.source !== 'script') return [];
  const steps = part.steps.map(({ at, instances, price }) => ({
    atMs: Math.round(Math.max(0, STORY_AT_SECONDS + at) * 1000),
    capacity: instances,
    ...(price !== undefined && { price }),
  }));
  try {
    return [[keyOf(poolOf(part)), script(steps, 'steps')]];
  } catch (error) {
    throw new ScenarioFileError(`${place}.${error instanceof Error ? error.message : error}`);
  }
}

type Place = { readonly path: string; readonly index: number; readonly region: string };

function tracesOf(
  { directory, InstanceType: type }: Extract<CapacityPart, { source: 'traces' }>,
  { path, index, region }: Place,
): Traces {
  try {
    return tracesFrom(resolve(dirname(path), directory), { region, ...(type !== undefined && { type }) });
  } catch (error) {
    if (!(error instanceof TraceError)) throw error;
    throw new ScenarioFileError(`simulation.capacity[${index}].directory: ${error.message}`);
  }
}

const keyOf = ({ type, zone }: Pool): string => `${type}/${zone}`;
