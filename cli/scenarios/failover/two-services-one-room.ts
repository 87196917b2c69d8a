import { allTakenBack, lentAtMost, mainsAreWhole, neverBelowDesired } from '../../failover/promises.ts';
import { noRequestDropped, noTaskKilled } from '../../promises.ts';
import { AFTER_STANDBYS_SECONDS, type Scenario } from '../../scenario.ts';
import { dryPool, fleetIn, lendingCluster, otherPool, pool, served } from './setting.ts';

export const twoServicesOneRoom: Scenario = {
  name: 'two-services-one-room',
  title:
    'Two services lose two tasks each; the hosts that stay have room for two in all: two are lent, not four and not none.',
  seconds: AFTER_STANDBYS_SECONDS + 1_080,
  failover: true,
  build(region, account) {
    const cluster = lendingCluster(region);
    fleetIn(region, cluster, pool, 1);
    fleetIn(region, cluster, otherPool, 2);
    // Spread over three hosts of four places each: two of each service on the host that goes, six on the others.
    served(region, { cluster, name: 'checkout', desired: 5, placement: [{ type: 'spread', field: 'instanceId' }] });
    served(region, { cluster, name: 'cart', desired: 5, placement: [{ type: 'spread', field: 'instanceId' }] });
    dryPool(region, account, { ...pool, count: 1, backAt: 420 });
  },
  promises: [lentAtMost(3, 1), neverBelowDesired, allTakenBack, mainsAreWhole, noRequestDropped, noTaskKilled],
};
