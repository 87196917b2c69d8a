import { type Effort, effortFigures, effortOf } from './effort.ts';
import type { Benchmark, Figure } from './figure.ts';
import { installSpotkeeper, inTurns, type Market, openMarket } from './market.ts';

export type BigStormOptions = {
  readonly clusters: number;
  readonly instances: number;
  readonly tasksPerInstance: number;
};

const WARM_MINUTES = 5;
const NOTICES_WITHIN_MS = 30_000;
/** The notice's two minutes, and the half minute in which ECS learns of the end. */
const WATCHED_MS = NOTICES_WITHIN_MS + 150_000;
const GOAL_SECONDS = 30;

/** Notices for every instance of a big account within half a minute: the wall time to simulate notices and ends. */
export function bigStorm(options: BigStormOptions): Benchmark {
  const { clusters, instances, tasksPerInstance } = options;
  return {
    name: 'storm-5000',
    title: `${instances} instances in ${clusters} clusters with ${tasksPerInstance} tasks each are taken back at once`,
    async measure() {
      const market = crowdedMarket(options);
      const { account, region } = market;
      await installSpotkeeper(market, { minutes: WARM_MINUTES });
      const from = account.clock.now();
      for (const { id } of inTurns(market)) {
        const afterMs = account.random('storm', id) * NOTICES_WITHIN_MS;
        account.clock.after(afterMs, () => region.interrupt(id));
      }
      const effort = await effortOf(account, () => account.clock.run(from + WATCHED_MS));
      return figures(market, effort);
    },
  };
}

function crowdedMarket({ clusters, instances, tasksPerInstance }: BigStormOptions): Market {
  const size = Math.ceil(instances / clusters);
  return openMarket({
    clusters: Array.from({ length: clusters }, () => size),
    populate: (region, cluster) => {
      for (let n = 0; n < tasksPerInstance; n += 1) {
        region.createService({ cluster, name: `${cluster.name}-${n}`, desired: size, cpu: 256, networkMode: 'bridge' });
      }
    },
  });
}

function figures({ account }: Market, effort: Effort): readonly Figure[] {
  const interrupted = [...account.tally().interrupted.values()];
  const undrained = interrupted.filter(({ drainingAt }) => drainingAt === undefined);
  return effortFigures(effort, {
    interrupted: interrupted.length,
    undrained: undrained.length,
    goalSeconds: GOAL_SECONDS,
  });
}
