import { allTakenBack, isTold, lentOnlyOn, mainsAreWhole } from '../../failover/promises.ts';
import { noTaskKilled } from '../../promises.ts';
import { AFTER_STANDBYS_SECONDS, type Promised, type Scenario } from '../../scenario.ts';
import { dryPool, fleetIn, lendingCluster, otherPool, pool, served } from './setting.ts';

/** Four tasks of half a vCPU are missing; the quota of Fargate carries three. */
const CARRIED = 3;

const asManyAsCarried: Promised = ({ lending }) =>
  [...lending.values()].flatMap(({ main, samples }) => {
    const most = Math.max(0, ...samples.map(({ lentHealthy }) => lentHealthy.fargate));
    return most === CARRIED ? [] : [`${most} tasks were lent to ${main.name} and served; the quota carries ${CARRIED}`];
  });

export const fargateQuota: Scenario = {
  name: 'fargate-quota',
  title:
    'Four tasks are missing; the quota of Fargate Spot is zero vCPUs, that of Fargate carries three: the fourth is reported.',
  seconds: AFTER_STANDBYS_SECONDS + 1_080,
  failover: true,
  build(region, account) {
    const cluster = lendingCluster(region);
    fleetIn(region, cluster, pool, 1);
    fleetIn(region, cluster, otherPool, 1);
    served(region, { cluster, name: 'checkout', desired: 8 });
    const { quotaVcpus } = region.parts.ecs.fargate;
    quotaVcpus.FARGATE_SPOT = 0;
    quotaVcpus.FARGATE = CARRIED / 2;
    dryPool(region, account, { ...pool, count: 1, backAt: 420 });
  },
  promises: [
    lentOnlyOn('fargate'),
    asManyAsCarried,
    isTold(/quota/i, 'that the quota does not carry the fourth task'),
    allTakenBack,
    mainsAreWhole,
    noTaskKilled,
  ],
};
