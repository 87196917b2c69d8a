import { isTold, mainsAreWhole } from '../../failover/promises.ts';
import { changedBetween, groupsAreWhole, neverChosen } from '../../rebalance/promises.ts';
import { type Scenario, STORY_AT_SECONDS } from '../../scenario.ts';
import { rebalancedCluster, served, setByHand, spread, ZONES } from './setting.ts';

/** Two network interfaces: one awsvpc task. */
const STARVED = ['t3a.small', 't3a.micro'];

/** Somebody read what is told, and does so. */
const REFRESHED_AT = 600;

export const eniStarved: Scenario = {
  name: 'eni-starved',
  title:
    'Instances of a small type hold no awsvpc task beside the daemon, so a service does not start. The type leaves the list, and a person refreshes the group.',
  seconds: STORY_AT_SECONDS + 2 * 3_600,
  rebalance: true,
  build(region, account) {
    const cluster = rebalancedCluster(region, { 'spotkeeper:burstable': 'allow', 'spotkeeper:max-pool-share': '1' });
    spread(region, cluster, {
      types: ['t3a.small', 't3.small', 't3.medium', 't3a.medium'],
      zones: ZONES,
      desired: 4,
      maxSize: 12,
    });
    served(region, { cluster, name: 'web', desired: 4, cpu: 256, memory: 512 });
    setByHand(account, REFRESHED_AT, { AutoScalingGroupName: 'prod-spot' }, 'StartInstanceRefresh');
    region.createService({ cluster, name: 'agent', scheduling: 'DAEMON', cpu: 128, memory: 128 });
  },
  promises: [
    changedBetween(1, 3),
    neverChosen((type) => STARVED.includes(type), 'which holds one awsvpc task, the daemon'),
    isTold(
      /t3a\.small.*network interface|network interface.*t3a\.small/,
      'that t3a.small has too few network interfaces',
    ),
    groupsAreWhole,
    mainsAreWhole,
  ],
};
