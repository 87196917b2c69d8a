import { runDrill } from '../cli/run-drill.ts';
import type { Scenario } from '../cli/scenario.ts';
import { SIX_TYPES, SPOT_ONLY, ZONES } from '../cli/scenarios/rebalance/setting.ts';
import type { LoggedCall } from '../sim/calls.ts';
import type { Benchmark } from './figure.ts';

export type RebalanceTickOptions = {
  readonly groups: number;
  readonly instances: number;
  /** Until every group was reviewed for the first time. */
  readonly leadSeconds: number;
  readonly watchedSeconds: number;
};

const SEED = 1;
const TICK_SECONDS = 60;
const GOAL = 30;

/** What a tick of the rebalance function calls while nothing changes; each group in a cluster of its own. */
export function rebalanceTick(options: RebalanceTickOptions): Benchmark {
  const { groups, instances, leadSeconds, watchedSeconds } = options;
  return {
    name: 'rebalance-tick',
    title: `AWS calls of a tick of rebalance in calm, ${groups} groups of ${instances} instances`,
    async measure() {
      const { account, rebalance } = await runDrill(calm(options), { seed: SEED });
      const from = account.clock.now() - watchedSeconds * 1000;
      const calls = account.endpoint.calls.entries.filter(({ at, caller }) => at >= from && /rebalance/.test(caller));
      const ticks = Map.groupBy(calls, ({ at }) => Math.floor((at - from) / (TICK_SECONDS * 1000)));
      const counts = [...ticks.values()].map((some) => some.length).sort((a, b) => a - b);
      const many = watchedSeconds / TICK_SECONDS;
      return [
        {
          what: `calls a tick, mean of ${many} ticks, DynamoDB counted in`,
          value: Math.round((calls.length / many) * 10) / 10,
          unit: 'calls',
          goal: { atMost: GOAL },
          note: byOperation(calls, many),
        },
        { what: 'calls of the busiest tick', value: counts.at(-1) ?? 0, unit: 'calls', goal: { atMost: GOAL } },
        { what: 'calls of the quietest tick', value: counts[0] ?? 0, unit: 'calls' },
        {
          what: `types of groups changed in ${leadSeconds + watchedSeconds} s`,
          value: rebalance.changes.length,
          unit: 'changes',
          goal: { atMost: groups },
        },
      ];
    },
  };
}

const calm = ({ groups, instances, leadSeconds, watchedSeconds }: RebalanceTickOptions): Scenario => ({
  name: 'rebalance-tick',
  title: `${groups} groups that nothing happens to`,
  seconds: leadSeconds + watchedSeconds,
  rebalance: true,
  promises: [],
  build(region) {
    const pools = SIX_TYPES.flatMap((type) => ZONES.map((zone) => ({ type, zone })));
    const found = Array.from({ length: instances }, (_, n) => pools[(n * 5) % pools.length] ?? { type: '', zone: '' });
    for (let n = 0; n < groups; n += 1) {
      const cluster = region.createCluster({ name: `prod-${n}`, tags: { 'spotkeeper:rebalance': 'on' } });
      region.createGroup({
        name: `spot-${n}`,
        cluster,
        pools,
        desired: instances,
        maxSize: 2 * instances,
        distribution: SPOT_ONLY,
        found: found.map((pool) => ({ pool, spot: true, count: 1 })),
      });
      region.createService({ cluster, name: 'web', desired: instances, cpu: 512, memory: 1_024 });
    }
  },
});

const byOperation = (calls: readonly LoggedCall[], ticks: number): string =>
  [...Map.groupBy(calls, ({ operation }) => operation)]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([operation, { length }]) => `${operation} ${Math.round((length / ticks) * 10) / 10}`)
    .join(', ');
