import { mainsAreWhole, neverBelowDesired } from '../../failover/promises.ts';
import { noRequestDropped } from '../../promises.ts';
import { groupsAreWhole, replacedBetween } from '../../rebalance/promises.ts';
import { at, type Scenario, STORY_AT_SECONDS } from '../../scenario.ts';
import { rebalancedCluster, SIX_TYPES, served, spread } from './setting.ts';

const OLD_ENOUGH = 3_700;

export const adviceStorm: Scenario = {
  name: 'advice-storm',
  title:
    'EC2 recommends to move off all twenty instances of a group at once, twice over. Two at a time are replaced, each once.',
  seconds: STORY_AT_SECONDS + OLD_ENOUGH + 5_400,
  rebalance: true,
  build(region, account) {
    const cluster = rebalancedCluster(region, { 'spotkeeper:max-pool-share': '1', 'spotkeeper:type-choice': 'fixed' });
    const group = spread(region, cluster, { types: SIX_TYPES, desired: 20, maxSize: 40 });
    served(region, { cluster, name: 'web', desired: 40 });
    const all = [...group.instances.keys()];
    for (const again of [0, 30]) {
      for (const id of all) at(account, OLD_ENOUGH + again, () => region.recommendRebalance(id));
    }
  },
  promises: [replacedBetween(10, 20), groupsAreWhole, neverBelowDesired, mainsAreWhole, noRequestDropped],
};
