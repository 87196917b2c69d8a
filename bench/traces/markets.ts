import { defaultTarget } from '../../cli/replay/setting.ts';
import { seeded } from '../../sim/market/seeded.ts';
import { type CapacitySource, type MarketStep, script } from '../../sim/market/source.ts';
import { TraceError, traceFilesIn, tracesFrom } from '../../sim/market/traces.ts';
import { keyedRandom } from '../../sim/random.ts';
import type { Market } from './market.ts';

/** What a person asked to have replayed. */
export type TracesAsked = {
  /** a folder of traces, one pool a file */
  readonly directory: string;
  /** default every region of the folder, and all of them together */
  readonly region: string | undefined;
  /** how many tasks; default: see defaultTarget */
  readonly target: number | undefined;
};

/** The replay counts instances, whatever their type, so the name of the folder need not say one. */
const ANY_TYPE = 'm6i.large';

/** For comparison with policies over many regions: no ECS service can run so. */
const ALL = 'all regions';

/**
 * The regions of a folder, each for itself; of several also all together.
 * @throws TraceError when the folder cannot be replayed
 */
export function marketsIn({ directory, region, target }: TracesAsked): readonly Market[] {
  const regions = [...new Set(traceFilesIn(directory).map((file) => file.slice(0, -'a.json'.length)))];
  if (regions.length === 0)
    throw new TraceError(`${directory}: expected one file <zone>.json for each pool, found none`);
  if (region !== undefined && !regions.includes(region)) {
    throw new TraceError(`${directory} has no pool in "${region}": expected ${regions.join(', ')}`);
  }
  const market = (name: string, only: string | undefined): Market => {
    const traces = tracesFrom(directory, { region: only, type: ANY_TYPE });
    const pools = traces.pools.map(({ source }) => source);
    return { name, pools, lengthMs: traces.lengthMs, target: target ?? defaultTarget(traces) };
  };
  const chosen = (region === undefined ? regions : [region]).map((name) => market(name, name));
  return chosen.length === 1 ? chosen : [...chosen, market(ALL, undefined)];
}

const DAY_MS = 86_400_000;
const DRAWN_DAYS = 30;

/** Three small pools that often run short: a month of the seeded market. */
export const drawnMarket = (): Market => ({
  name: 'seed 1',
  pools: ['eu-west-1a', 'eu-west-1b', 'eu-west-1c'].map((zone) => {
    const draw = seeded(keyedRandom(1), { capacity: [3, 8], dropsPerDay: 4, sharedDropsPerDay: 2 });
    return drawnOnce(draw({ type: ANY_TYPE, zone }), DRAWN_DAYS * DAY_MS);
  }),
  lengthMs: DRAWN_DAYS * DAY_MS,
  target: 8,
});

/** The steps of a source, kept: many replays ask for them. */
function drawnOnce(source: CapacitySource, lengthMs: number): CapacitySource {
  const steps: MarketStep[] = [{ atMs: 0, capacity: source.at(0).capacity }];
  for (let step = source.next(0); step && step.atMs < lengthMs; step = source.next(step.atMs)) steps.push(step);
  return script(steps);
}
