import { mainsAreWhole, neverBelowDesired } from '../../failover/promises.ts';
import { noRequestDropped } from '../../promises.ts';
import { changedBetween, groupsAreWhole, replacedBetween } from '../../rebalance/promises.ts';
import { at, type Scenario, STORY_AT_SECONDS } from '../../scenario.ts';
import { rebalancedCluster, SIX_TYPES, served, spread } from './setting.ts';

/** Instances are old enough to be replaced after an hour. */
const OLD_ENOUGH = 3_700;

export const rebalanceAdvice: Scenario = {
  name: 'rebalance-advice',
  title:
    'EC2 recommends to move off one of six instances. Another is launched first, the tasks move, the old one is ended empty.',
  seconds: STORY_AT_SECONDS + OLD_ENOUGH + 1_200,
  rebalance: true,
  build(region, account) {
    const cluster = rebalancedCluster(region, { 'spotkeeper:max-pool-share': '1', 'spotkeeper:type-choice': 'fixed' });
    const group = spread(region, cluster, { types: SIX_TYPES, desired: 6, maxSize: 12 });
    served(region, { cluster, name: 'web', desired: 12 });
    const [first] = group.instances.keys();
    if (first !== undefined) at(account, OLD_ENOUGH, () => region.recommendRebalance(first));
  },
  promises: [
    replacedBetween(1, 1),
    changedBetween(0, 0),
    groupsAreWhole,
    neverBelowDesired,
    mainsAreWhole,
    noRequestDropped,
  ],
};
