import { isStandby } from '../../failover/lending-log.ts';
import { allTakenBack, lentAtMost, mainsAreWhole, neverBelowDesired } from '../../failover/promises.ts';
import { noRequestDropped, noTaskKilled } from '../../promises.ts';
import { AFTER_STANDBYS_SECONDS, type Promised, type Scenario } from '../../scenario.ts';
import { dryPool, fleetIn, lendingCluster, served } from './setting.ts';

const graviton = { type: 'm6g.large', zone: 'eu-west-1a' };
const other = { type: 'm7g.large', zone: 'eu-west-1b' };

const lentOnArm: Promised = ({ region }) =>
  [...region.parts.ecs.state.clusters.values()].flatMap(({ tasks }) =>
    [...tasks.values()].flatMap(({ service, definition, arn }) =>
      service && isStandby(service) && definition.architecture !== 'arm64'
        ? [`${arn} was lent for ${definition.architecture ?? 'no architecture'}; its image runs on ARM hosts`]
        : [],
    ),
  );

export const arm: Scenario = {
  name: 'arm',
  title: 'A service runs on Graviton hosts and its task definition does not say so: its lent tasks run on ARM, too.',
  seconds: AFTER_STANDBYS_SECONDS + 1_080,
  failover: true,
  build(region, account) {
    const cluster = lendingCluster(region);
    fleetIn(region, cluster, graviton, 1);
    fleetIn(region, cluster, other, 1);
    served(region, { cluster, name: 'checkout', desired: 8 });
    dryPool(region, account, { ...graviton, count: 1, backAt: 420 });
  },
  promises: [
    lentOnArm,
    lentAtMost(4, 4),
    neverBelowDesired,
    allTakenBack,
    mainsAreWhole,
    noRequestDropped,
    noTaskKilled,
  ],
};
