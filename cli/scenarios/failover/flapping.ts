import { sumOf } from '../../failover/lending-log.ts';
import { allTakenBack, lentAtMost, mainsAreWhole } from '../../failover/promises.ts';
import { noRequestDropped, noTaskKilled } from '../../promises.ts';
import { AFTER_STANDBYS_SECONDS, type Promised, type Scenario } from '../../scenario.ts';
import { dryPool, fleetIn, lendingCluster, otherPool, pool, served } from './setting.ts';

const TIMES = 6;
/** Capacity is back three minutes after a notice; the new host gets its own two minutes after it has registered. */
const EVERY = 480;

/** One raise for each rung and notice at the most, one decrease for each of them. */
const fewScales: Promised = ({ account }) => {
  const scales = account.journal.entries.filter(
    ({ kind, data }) => kind === 'service-scaled' && String(data.by).startsWith('spotkeeper'),
  );
  const most = TIMES * 4;
  return scales.length > most ? [`standbys were scaled ${scales.length} times, which may be ${most} times`] : [];
};

/** Nothing is taken back of what is still needed. */
const takenBackWhenWhole: Promised = ({ lending }) =>
  [...lending.values()].flatMap(({ main, samples }) =>
    samples.flatMap(({ at, lent, healthy, desired }, index) => {
      const before = samples[index - 1];
      if (!before || sumOf(lent) >= sumOf(before.lent) || healthy + sumOf(lent) >= desired) return [];
      return [`at ${new Date(at).toISOString()} ${main.name} had ${healthy} of ${desired} tasks and lost lent ones`];
    }),
  );

export const flapping: Scenario = {
  name: 'flapping',
  title: `A pool gives a host and takes it back ${TIMES} times, every eight minutes: lent tasks do not come and go faster than the dwell allows.`,
  seconds: AFTER_STANDBYS_SECONDS + TIMES * EVERY + 1_500,
  failover: true,
  build(region, account) {
    const cluster = lendingCluster(region);
    fleetIn(region, cluster, pool, 1);
    fleetIn(region, cluster, otherPool, 1);
    served(region, { cluster, name: 'checkout', desired: 8, requestsPerSecond: 5 });
    for (let n = 0; n < TIMES; n += 1)
      dryPool(region, account, { ...pool, count: 1, second: n * EVERY, backAt: n * EVERY + 180 });
  },
  promises: [
    fewScales,
    takenBackWhenWhole,
    lentAtMost(4, 4),
    allTakenBack,
    mainsAreWhole,
    noRequestDropped,
    noTaskKilled,
  ],
};
