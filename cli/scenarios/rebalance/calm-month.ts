import { mainsAreWhole } from '../../failover/promises.ts';
import { changedBetween, groupsAreWhole, replacedBetween } from '../../rebalance/promises.ts';
import type { Scenario } from '../../scenario.ts';
import { rebalancedCluster, spread, ZONES } from './setting.ts';

const DAYS = 30;

export const calmMonth: Scenario = {
  name: 'calm-month',
  title:
    'Thirty days in which nothing happens but prices moving, looked at every half hour. A group is widened once; then nothing changes.',
  seconds: DAYS * 86_400,
  tickMinutes: 30,
  rebalance: true,
  build(region) {
    const cluster = rebalancedCluster(region);
    const types = ['m5.large', 'm5a.large', 'm6i.large', 'm6a.large'];
    const found = types.flatMap((type) => ZONES.map((zone) => ({ pool: { type, zone }, spot: true, count: 1 })));
    spread(region, cluster, { types, desired: 12, maxSize: 24, found });
    region.createService({ cluster, name: 'web', cpu: 512, memory: 1_024, desired: 24 });
  },
  promises: [changedBetween(0, 1), replacedBetween(0, 0), groupsAreWhole, mainsAreWhole],
};
