import { allTakenBack, lentAtMost, mainsAreWhole, wholeFrom } from '../../failover/promises.ts';
import { noRequestDropped } from '../../promises.ts';
import { AFTER_STANDBYS_SECONDS, afterStandbys, type Scenario } from '../../scenario.ts';
import { lendingCluster, served } from './setting.ts';

/** Two network interfaces are left for tasks. */
const small = { type: 't3.medium', zone: 'eu-west-1a' };

export const eniShortage: Scenario = {
  name: 'eni-shortage',
  title:
    'A service of awsvpc tasks wants 5; the network interfaces of its small instance carry 2. Room for the others comes later.',
  seconds: AFTER_STANDBYS_SECONDS + 900,
  failover: true,
  build(region, account) {
    const cluster = lendingCluster(region);
    region.createGroup({ name: 'prod-small', cluster, desired: 1, maxSize: 1, pools: [small] });
    served(region, { cluster, name: 'web', desired: 5, cpu: 256, memory: 512 });
    for (let n = 0; n < 2; n += 1) {
      afterStandbys(account, 420 + n, () => region.addInstance({ ...small, cluster, booting: true }));
    }
  },
  promises: [wholeFrom(0), lentAtMost(3, 3), allTakenBack, mainsAreWhole, noRequestDropped],
};
