import { allTakenBack, lentAtMost, mainsAreWhole, wholeButForHandovers } from '../../failover/promises.ts';
import { AFTER_STANDBYS_SECONDS, type Promised, type Scenario } from '../../scenario.ts';
import { dryPool, fleetIn, lendingCluster, pool } from './setting.ts';

/** A task is lent when the old one has stopped, not before. */
const oneAtATime: Promised = ({ lending }) =>
  [...lending.values()].flatMap(({ main, samples }) =>
    samples
      .filter(({ safe, wanted }) => safe !== undefined && wanted > 0)
      .map(({ at }) => `at ${new Date(at).toISOString()} ${main.name} was lent a task beside its own`),
  );

export const singleton: Scenario = {
  name: 'singleton',
  title:
    'The one task of a service that must never run twice (maximum 100 %) loses its host: it is lent one when the old one has stopped.',
  seconds: AFTER_STANDBYS_SECONDS + 1_080,
  failover: true,
  build(region, account) {
    const cluster = lendingCluster(region);
    fleetIn(region, cluster, pool, 1);
    region.createService({
      cluster,
      name: 'scheduler',
      desired: 1,
      minimumHealthyPercent: 0,
      maximumPercent: 100,
      fargate: true,
      stopTimeoutSeconds: 10,
    });
    dryPool(region, account, { ...pool, count: 1, backAt: 420 });
  },
  promises: [oneAtATime, lentAtMost(1, 1), wholeButForHandovers(300, 60), allTakenBack, mainsAreWhole],
};
