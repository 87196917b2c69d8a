import { mainsAreWhole, neverBelowDesired } from '../../failover/promises.ts';
import { noRequestDropped } from '../../promises.ts';
import { changedBetween, groupsAreWhole, noPoolAbove, replacedBetween } from '../../rebalance/promises.ts';
import { type Scenario, STORY_AT_SECONDS } from '../../scenario.ts';
import { rebalancedCluster, served, spread, ZONES } from './setting.ts';

export const concentrated: Scenario = {
  name: 'concentrated',
  title:
    'All eight instances of a group are in two pools of one type. In calm, one at a time moves to other types, without a gap.',
  seconds: STORY_AT_SECONDS + 5 * 3_600,
  rebalance: true,
  build(region) {
    const cluster = rebalancedCluster(region, { 'spotkeeper:max-pool-share': '0.25' });
    spread(region, cluster, { types: ['m5.large'], zones: ZONES.slice(0, 2), desired: 8, maxSize: 16 });
    served(region, { cluster, name: 'web', desired: 16 });
  },
  promises: [
    noPoolAbove(0.25),
    replacedBetween(3, 8),
    changedBetween(1, 4),
    groupsAreWhole,
    neverBelowDesired,
    mainsAreWhole,
    noRequestDropped,
  ],
};
