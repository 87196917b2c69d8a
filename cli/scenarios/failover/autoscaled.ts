import { allTakenBack, isTold, lentAtMost } from '../../failover/promises.ts';
import { noRequestDropped, noTaskKilled } from '../../promises.ts';
import { AFTER_STANDBYS_SECONDS, afterStandbys, type Scenario } from '../../scenario.ts';
import { dryPool, fleetIn, lendingCluster, otherPool, pool, served } from './setting.ts';

/** Two tasks are missing after the notice, eight after the growth; five may be lent. */
const MOST = 5;

export const autoscaled: Scenario = {
  name: 'autoscaled',
  title: `Application Auto Scaling grows a service from 4 to 10 while it is lent tasks; of the growth it is lent up to its maximum of ${MOST}.`,
  seconds: AFTER_STANDBYS_SECONDS + 1_500,
  failover: true,
  build(region, account) {
    const cluster = lendingCluster(region);
    fleetIn(region, cluster, pool, 1);
    fleetIn(region, cluster, otherPool, 1);
    const tags = { 'spotkeeper:max-lent-tasks': String(MOST) };
    const checkout = served(region, { cluster, name: 'checkout', desired: 4, cpu: 1_024, memory: 2_048, tags });
    dryPool(region, account, { ...pool, count: 1, backAt: 600 });
    afterStandbys(account, 240, () => region.setDesiredCount(checkout, 10));
    afterStandbys(account, 540, () => region.setDesiredCount(checkout, 4));
  },
  promises: [
    lentAtMost(MOST, MOST),
    isTold(/scale-out|scaled out/i, 'that the service was scaled out while it was lent tasks'),
    allTakenBack,
    noRequestDropped,
    noTaskKilled,
  ],
};
