import { isStandby } from '../../failover/lending-log.ts';
import { allTakenBack, lentAtMost, mainsAreWhole } from '../../failover/promises.ts';
import { noRequestDropped, noTaskKilled } from '../../promises.ts';
import { AFTER_STANDBYS_SECONDS, afterStandbys, type Promised, type Scenario } from '../../scenario.ts';
import { deployByHand, dryPool, fleetIn, lendingCluster, otherPool, pool, served } from './setting.ts';

const spare = { type: 'm6a.large', zone: 'eu-west-1c' };

/** A second notice, after the traffic has moved to the other target group. */
const AGAIN_AT = 1_200;

/** Lent tasks of the second shortage stand in the target group that has the traffic by then. */
const lentBehindProduction: Promised = ({ region, account }) => {
  const again = account.clock.now() - (SECONDS - AFTER_STANDBYS_SECONDS - AGAIN_AT) * 1000;
  const production = [...region.parts.targetGroups.values()].find(({ load }) => load !== undefined);
  const lent = [...region.parts.ecs.state.clusters.values()]
    .flatMap(({ tasks }) => [...tasks.values()])
    .filter(({ service, createdAt }) => service && isStandby(service) && createdAt >= again);
  const astray = lent.filter(({ deployment }) =>
    deployment?.loadBalancers.some(({ targetGroup }) => targetGroup !== production),
  );
  return [
    ...(lent.length > 0 ? [] : ['nothing was lent after the swap']),
    ...astray.map(({ arn }) => `${arn} was lent into a target group that has no traffic`),
  ];
};

const SECONDS = AFTER_STANDBYS_SECONDS + AGAIN_AT + 1_080;

export const blueGreenSwapWhileLent: Scenario = {
  name: 'blue-green-swap-while-lent',
  title:
    'A blue/green deployment begins while tasks are lent and moves the traffic when capacity is back; later tasks are lent behind the other target group.',
  seconds: SECONDS,
  failover: true,
  build(region, account) {
    const cluster = lendingCluster(region);
    fleetIn(region, cluster, pool, 1);
    fleetIn(region, cluster, otherPool, 1);
    const alternate = region.createTargetGroup({ name: 'checkout-green', deregistrationDelaySeconds: 15 });
    const checkout = served(region, {
      cluster,
      name: 'checkout',
      desired: 4,
      cpu: 1_024,
      memory: 2_048,
      alternate,
      deploymentStrategy: 'BLUE_GREEN',
    });
    dryPool(region, account, { ...pool, count: 1, backAt: 420 });
    deployByHand(account, 240, checkout);
    // Room for the new tasks beside the old ones, until the second notice.
    for (let n = 0; n < 2; n += 1)
      afterStandbys(account, 420, () => region.addInstance({ ...spare, cluster, booting: true }));
    afterStandbys(account, AGAIN_AT, () => region.interruptPool({ ...spare, overMs: 1_000 }));
    dryPool(region, account, { ...pool, count: 1, second: AGAIN_AT, backAt: AGAIN_AT + 420 });
  },
  promises: [lentAtMost(3, 2), lentBehindProduction, allTakenBack, mainsAreWhole, noRequestDropped, noTaskKilled],
};
