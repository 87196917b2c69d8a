import { allTakenBack, lentAtMost, mainsAreWhole } from '../../failover/promises.ts';
import { noRequestDropped, noTaskKilled } from '../../promises.ts';
import { AFTER_STANDBYS_SECONDS, type Promised, type Scenario } from '../../scenario.ts';
import { dryPool, fleetIn, lendingCluster, otherPool, pool, served } from './setting.ts';

const TIMES = 6;
/** Capacity is back three minutes after a notice; the new host gets its own two minutes after it has registered. */
const EVERY = 480;

/** At first what is lent stays for a minute longer than it is needed, later for longer. */
const DWELL_MS = 60_000;

/** One raise for each rung and notice at the most, one decrease for each of them. */
const fewScales: Promised = ({ account }) => {
  const scales = account.journal.entries.filter(
    ({ kind, data }) => kind === 'service-scaled' && String(data.by).startsWith('spotkeeper'),
  );
  const most = TIMES * 4;
  return scales.length > most ? [`standbys were scaled ${scales.length} times, which may be ${most} times`] : [];
};

const decreasesWait: Promised = ({ lending }) =>
  [...lending.values()].flatMap(({ main, samples }) =>
    samples.flatMap((sample, index) => {
      const before = samples[index - 1];
      if (!before || sample.lent['fargate-spot'] >= before.lent['fargate-spot']) return [];
      const short = samples.slice(0, index).findLast(({ healthy, desired }) => healthy < desired);
      const whole = short && samples[samples.indexOf(short) + 1];
      if (!whole || sample.at - whole.at >= DWELL_MS) return [];
      return [`${main.name} was whole for ${(sample.at - whole.at) / 1000} s when its lent tasks were taken back`];
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
  promises: [fewScales, decreasesWait, lentAtMost(4, 4), allTakenBack, mainsAreWhole, noRequestDropped, noTaskKilled],
};
