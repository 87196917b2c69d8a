import { allTakenBack, mainsAreWhole, neverBelowDesired } from '../../failover/promises.ts';
import { noRequestDropped, noTaskKilled } from '../../promises.ts';
import type { Promised, Scenario } from '../../scenario.ts';
import { AFTER_STANDBYS_SECONDS } from '../../scenario.ts';
import { dryPool, fleetIn, lendingCluster, otherPool, pool, served } from './setting.ts';

const fargateCarries: Promised = ({ verdict: { lending } }) =>
  lending.taskMinutes.fargate > 0 ? [] : ['Fargate Spot has no capacity, and nothing was lent on Fargate'];

export const fargateSpotDry: Scenario = {
  name: 'fargate-spot-dry',
  title:
    'One of two full hosts gets its notice, EC2 has no other, and Fargate Spot has no capacity: Fargate carries the tasks.',
  seconds: AFTER_STANDBYS_SECONDS + 1_080,
  failover: true,
  build(region, account) {
    const cluster = lendingCluster(region);
    fleetIn(region, cluster, pool, 1);
    fleetIn(region, cluster, otherPool, 1);
    served(region, { cluster, name: 'checkout', desired: 8 });
    region.setFargateCapacity({ spot: true, vcpus: 0 });
    dryPool(region, account, { ...pool, count: 1, backAt: 420 });
  },
  promises: [fargateCarries, neverBelowDesired, allTakenBack, mainsAreWhole, noRequestDropped, noTaskKilled],
};
