import { allTakenBack, mainsAreWhole } from '../../failover/promises.ts';
import { noRequestDropped, noTaskKilled } from '../../promises.ts';
import { fewMessages, ledgerKnowsAll, reportIsSaid } from '../../report/promises.ts';
import { afterStandbys, type Scenario } from '../../scenario.ts';
import { lendingCluster, otherPool, pool, served } from '../failover/setting.ts';

const HOUR = 3_600;
/** The account begins at 11 o'clock in Berlin; the day is over thirteen hours later. */
const MIDNIGHT = 13 * HOUR;
const STORM_AT = 3 * HOUR;

/**
 * The rest of a Friday in Berlin: three single interruptions, and a storm in the afternoon for which EC2 has no room for
 * twelve minutes. The day's report comes after midnight, when the ledger has its last quarter of an hour.
 */
export const stormyDay: Scenario = {
  name: 'stormy-day',
  title:
    'Thirteen hours of a Friday: three single interruptions, a storm that EC2 has no room for, and what the team reads of it in Slack.',
  seconds: MIDNIGHT + 1_800,
  failover: true,
  report: true,
  settings: {
    SPOTKEEPER_TIME_ZONE: 'Europe/Berlin',
    SPOTKEEPER_REPORT_HOUR: '0',
    SPOTKEEPER_REPORTS: 'daily',
  },
  build(region, account) {
    const cluster = lendingCluster(region);
    const group = { cluster, maxSize: 12 };
    region.createGroup({ ...group, name: 'prod-a', desired: 4, pools: [pool] });
    region.createGroup({ ...group, name: 'prod-b', desired: 3, pools: [otherPool] });
    const task = { cluster, requestsPerSecond: 2, awslogs: true };
    served(region, { ...task, name: 'checkout', desired: 10, taskRole: 'checkout' });
    served(region, { ...task, name: 'search', desired: 8, taskRole: 'search' });
    // Nobody gave it a role of its own, which the report tells.
    served(region, { ...task, name: 'images', desired: 6 });
    for (const at of [HOUR, 6 * HOUR, 10 * HOUR])
      afterStandbys(account, at, () => region.interruptPool({ ...otherPool, count: 1, stillAvailable: true }));
    afterStandbys(account, STORM_AT, () => region.interruptPool({ ...pool, overMs: 20_000 }));
    afterStandbys(account, STORM_AT + 720, () => region.setAvailable(pool, true));
  },
  promises: [allTakenBack, mainsAreWhole, noRequestDropped, noTaskKilled, reportIsSaid, fewMessages, ledgerKnowsAll],
};
