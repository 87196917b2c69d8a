import type { Installation } from '../cli/installation.ts';
import buckets from '../shared/core/buckets.json' with { type: 'json' };
import { carriedWithin } from '../shared/core/pacing.ts';
import type { Benchmark, Figure } from './figure.ts';
import { installSpotkeeper, inTurns, type Market, openMarket } from './market.ts';

export type StopsOptions = {
  readonly clusters: number;
  readonly instancesPerCluster: number;
  readonly tasksPerInstance: number;
};

const NOTICE_MS = 120_000;
const STOP_TIMEOUT_SECONDS = 30;
const CPU_OF_INSTANCE = 2_048;
const WARM_MINUTES = 5;

/**
 * Every instance of every cluster gets a notice, minimumHealthyPercent is 100 and nowhere is room: ECS itself stops
 * nothing, and StopTask is one call for one task from the bucket that the drains draw from. How many tasks get SIGTERM?
 */
export function stops(options: StopsOptions): Benchmark {
  const { clusters, instancesPerCluster, tasksPerInstance } = options;
  return {
    name: 'stops',
    title: `${clusters * instancesPerCluster} instances with ${tasksPerInstance} tasks each, no room anywhere`,
    async measure() {
      const market = crowdedMarket(options);
      const installation = await installSpotkeeper(market, { minutes: WARM_MINUTES });
      const { account, region } = market;
      const from = account.clock.now();
      for (const { id } of inTurns(market)) region.interrupt(id);
      await account.clock.run(from + NOTICE_MS + 60_000);
      return figures(options, market, { installation, from });
    },
  };
}

function crowdedMarket({ clusters, instancesPerCluster, tasksPerInstance }: StopsOptions): Market {
  return openMarket({
    clusters: Array.from({ length: clusters }, () => instancesPerCluster),
    populate: (region, cluster) => {
      region.createService({
        cluster,
        name: 'crowd',
        desired: instancesPerCluster * tasksPerInstance,
        cpu: Math.floor(CPU_OF_INSTANCE / tasksPerInstance),
        stopTimeoutSeconds: STOP_TIMEOUT_SECONDS,
      });
    },
  });
}

function figures(
  options: StopsOptions,
  { account }: Market,
  { installation, from }: { installation: Installation; from: number },
): readonly Figure[] {
  const tasks = options.clusters * options.instancesPerCluster * options.tasksPerInstance;
  const { stoppedByCaller, killedWithoutSigterm, sigtermCutShort } = account.tally().tasks;
  const drainCalls = Math.ceil(options.instancesPerCluster / 10) * options.clusters;
  const stopCalls = account.endpoint.calls.entries.filter(
    ({ at, operation, outcome }) => at >= from && operation === 'StopTask' && outcome === 'ok',
  );
  const inFull = stopCalls.filter(({ at }) => at <= from + NOTICE_MS - STOP_TIMEOUT_SECONDS * 1000).length;
  const bound = stopsWithin(NOTICE_MS, drainCalls, tasks);
  const fullBound = stopsWithin(NOTICE_MS - STOP_TIMEOUT_SECONDS * 1000, drainCalls, tasks);
  return [
    { what: 'tasks', value: tasks, unit: '' },
    { what: 'got SIGTERM before their host went', value: tasks - killedWithoutSigterm.length, unit: '' },
    { what: 'the account’s bucket allows, less the drains', value: bound, unit: '' },
    { what: `got it ${STOP_TIMEOUT_SECONDS} s or more before (the whole stop timeout)`, value: inFull, unit: '' },
    { what: 'the account’s bucket allows until then, less the drains', value: fullBound, unit: '' },
    { what: 'stopped by spotkeeper to their end', value: stoppedByCaller, unit: '' },
    { what: 'had SIGTERM, but were cut short by their host', value: sigtermCutShort.length, unit: '' },
    { what: 'spotkeeper said could not be carried', value: saidBeyond(installation, from), unit: '' },
    ...stopCallsPerTenSeconds(stopCalls, from),
  ];
}

/** How many tasks the bucket could stop within `ms` of the notice after `drainCalls` drains, at most all of them. */
export function stopsWithin(ms: number, drainCalls: number, tasks: number): number {
  const bucket = buckets.categories['ecs-cluster-resource-modify'];
  return Math.min(tasks, Math.max(0, carriedWithin(ms, bucket) - drainCalls));
}

/** The most stops that one plan of spotkeeper named as beyond the bucket. */
function saidBeyond({ transcript }: Installation, from: number): number {
  const notes = transcript.lines
    .filter(({ at, message }) => at >= from && message === 'plan')
    .flatMap(({ fields }) => (Array.isArray(fields.notes) ? fields.notes.map(String) : []));
  const beyond = notes.flatMap((note) => {
    const said = /(\d+) stops are still to make, .* carries (\d+)/.exec(note);
    return said ? [Number(said[1]) - Number(said[2])] : [];
  });
  return Math.max(0, ...beyond);
}

function stopCallsPerTenSeconds(calls: readonly { readonly at: number }[], from: number): readonly Figure[] {
  const tens = Map.groupBy(calls, ({ at }) => Math.floor((at - from) / 10_000));
  const numbers = Array.from({ length: 13 }, (_, ten) => tens.get(ten)?.length ?? 0);
  const note = `StopTask calls in each ten seconds from the notices on: ${numbers.join(' ')}`;
  return [{ what: 'StopTask calls accepted', value: calls.length, unit: '', note }];
}
