import { marketOf, TraceError, type Traces, traceFilesIn, tracesFrom } from '../../sim/market/traces.ts';
import type { Scenario } from '../scenario.ts';

/** What a person asked to have replayed. */
export type ReplayArguments = {
  /** a folder of traces, one pool a file */
  readonly traces: string;
  /** default the instance type in the folder's name */
  readonly type: string | undefined;
  /** default the one with the most files, the first of several */
  readonly region: string | undefined;
  /** how many tasks and instances; default: see defaultTarget */
  readonly target: number | undefined;
  /** Spot price as a share of the On-Demand price; default what the simulated market asks */
  readonly spotRatio: number | undefined;
};

/** What is replayed: the traces of one region, and how many tasks shall run on them. */
export type ReplaySetting = {
  readonly directory: string;
  readonly traces: Traces;
  readonly region: string;
  readonly target: number;
  readonly spotRatio: number | undefined;
  /** Regions of the folder that are not replayed: an ECS service lives in one. */
  readonly otherRegions: readonly string[];
};

/** @throws TraceError when the folder cannot be replayed so */
export function settingOf(asked: ReplayArguments): ReplaySetting {
  const files = traceFilesIn(asked.traces);
  const regions = Map.groupBy(files, (file) => file.slice(0, -'a.json'.length));
  const [largest] = [...regions].sort(([, a], [, b]) => b.length - a.length);
  if (!largest) throw new TraceError(`${asked.traces}: expected one file <zone>.json for each pool, found none`);
  const region = asked.region ?? largest[0];
  if (!regions.has(region)) {
    throw new TraceError(`${asked.traces} has no pool in "${region}": expected ${[...regions.keys()].join(', ')}`);
  }
  const traces = tracesFrom(asked.traces, { region, type: asked.type });
  return {
    directory: asked.traces,
    traces,
    region,
    target: asked.target ?? defaultTarget(traces),
    spotRatio: asked.spotRatio,
    otherRegions: [...regions.keys()].filter((name) => name !== region),
  };
}

/** The most that every other pool together ever held while the largest has nothing: 1 to 8. */
export function defaultTarget({ pools }: Traces): number {
  const most = pools.map(({ source }) => source.usual);
  const others = most.reduce((sum, held) => sum + held, 0) - Math.max(...most);
  return Math.min(8, Math.max(1, others));
}

export const CLUSTER = 'replay';

/** One service of `target` tasks, one on each instance of one Spot group over all pools, from an empty account on. */
export function scenarioOf({ traces, region: name, target, directory }: ReplaySetting): Scenario {
  return {
    name: directory,
    title: `${target} tasks, one on each Spot Instance, on the capacity that ${traces.type} had in ${name}.`,
    seconds: traces.lengthMs / 1000,
    region: name,
    market: () => marketOf(traces),
    build(region, account) {
      const cluster = region.createCluster({ name: CLUSTER });
      const pools = traces.pools.map(({ type, zone }) => ({ type, zone }));
      const group = region.createGroup({ name: 'spot', cluster, pools, desired: 0, maxSize: target });
      region.createService({
        cluster,
        name: 'replay',
        desired: target,
        constraints: [{ type: 'distinctInstance' }],
        networkMode: 'bridge',
        zoneRebalancing: false,
      });
      account.clock.after(0, () => region.parts.autoScaling.setDesired(group, target));
    },
    promises: [],
  };
}
