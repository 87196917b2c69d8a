import { DERIVED_FROM } from '../../../shared/model/lending.ts';
import { primary } from '../../../sim/ecs/model.ts';
import { isStandby } from '../../failover/lending-log.ts';
import { allTakenBack, lentAtMost, mainsAreWhole } from '../../failover/promises.ts';
import { noRequestDropped, noTaskKilled } from '../../promises.ts';
import { AFTER_STANDBYS_SECONDS, type Promised, type Scenario } from '../../scenario.ts';
import { deployByHand, dryPool, fleetIn, lendingCluster, otherPool, pool, served } from './setting.ts';

/** No lent task is of a revision whose deployment of the main service has not completed. */
const onlyCompletedRevisions: Promised = ({ region }) =>
  [...region.parts.ecs.state.clusters.values()].flatMap(({ tasks, services }) => {
    const second = services.get('checkout')?.deployments.find(({ rolloutState }) => rolloutState === 'COMPLETED');
    return [...tasks.values()].flatMap(({ service, definition, createdAt, arn }) => {
      const from = definition.tags[DERIVED_FROM];
      if (!service || !isStandby(service) || from === 'checkout:1') return [];
      const isDeployed = from === 'checkout:2' && second !== undefined && second.updatedAt <= createdAt;
      return isDeployed ? [] : [`${arn} was lent with ${from}, which the main service had not deployed yet`];
    });
  });

const standbysFollow: Promised = ({ region }) =>
  [...region.parts.ecs.state.clusters.values()].flatMap(({ services }) =>
    [...services.values()].filter(isStandby).flatMap((standby) => {
      const from = primary(standby).definition.tags[DERIVED_FROM];
      return from === 'checkout:2' ? [] : [`${standby.name} ends with a revision derived from ${from}`];
    }),
  );

export const deployDuringFailover: Scenario = {
  name: 'deploy-during-failover',
  title:
    'A new revision is deployed while tasks are lent: the standby follows when that deployment is complete, not before.',
  seconds: AFTER_STANDBYS_SECONDS + 1_500,
  failover: true,
  build(region, account) {
    const cluster = lendingCluster(region);
    fleetIn(region, cluster, pool, 1);
    fleetIn(region, cluster, otherPool, 1);
    const checkout = served(region, { cluster, name: 'checkout', desired: 6, minimumHealthyPercent: 50 });
    deployByHand(account, 240, checkout);
    dryPool(region, account, { ...pool, count: 1, backAt: 600 });
  },
  promises: [
    lentAtMost(3, 2),
    onlyCompletedRevisions,
    standbysFollow,
    allTakenBack,
    mainsAreWhole,
    noRequestDropped,
    noTaskKilled,
  ],
};
