import { isTold, mainsAreWhole, neverBelowDesired } from '../../failover/promises.ts';
import { noRequestDropped } from '../../promises.ts';
import { groupsAreWhole, replacedBetween } from '../../rebalance/promises.ts';
import { at, type Scenario, STORY_AT_SECONDS } from '../../scenario.ts';
import { rebalancedCluster, SIX_TYPES, served, spread, ZONES } from './setting.ts';

const OLD_ENOUGH = 3_700;

export const iceEverywhere: Scenario = {
  name: 'ice-everywhere',
  title:
    'No pool of a group has capacity left, and EC2 recommends to move off two instances. None is taken out before another has come.',
  seconds: STORY_AT_SECONDS + OLD_ENOUGH + 3_600,
  rebalance: true,
  build(region, account) {
    const cluster = rebalancedCluster(region, { 'spotkeeper:max-pool-share': '1', 'spotkeeper:type-choice': 'fixed' });
    const group = spread(region, cluster, { types: SIX_TYPES, desired: 6, maxSize: 12 });
    served(region, { cluster, name: 'web', desired: 12 });
    for (const type of SIX_TYPES) for (const zone of ZONES) region.setAvailable({ type, zone }, false);
    for (const id of [...group.instances.keys()].slice(0, 2)) {
      at(account, OLD_ENOUGH, () => region.recommendRebalance(id));
    }
  },
  promises: [
    replacedBetween(0, 0),
    isTold(/InsufficientInstanceCapacity|no Spot capacity|UnfulfillableCapacity/, 'that EC2 has no other instance'),
    groupsAreWhole,
    neverBelowDesired,
    mainsAreWhole,
    noRequestDropped,
  ],
};
