import { isTold, noStandbyOf } from '../../failover/promises.ts';
import { noTaskKilled } from '../../promises.ts';
import { AFTER_STANDBYS_SECONDS, type Promised, type Scenario } from '../../scenario.ts';
import { dryPool, fleetIn, lendingCluster, otherPool, pool, served } from './setting.ts';

const clientIsLent: Promised = ({ lending }) =>
  [...lending.values()].some(
    ({ main, samples }) => main.name === 'web' && samples.some((one) => one.lentHealthy['fargate-spot'] > 0),
  )
    ? []
    : ['web only calls others through Service Connect, and was lent nothing'];

export const serviceConnect: Scenario = {
  name: 'service-connect',
  title: 'A server and a client of Service Connect lose tasks: the client is lent some, the server is told why not.',
  seconds: AFTER_STANDBYS_SECONDS + 1_080,
  failover: true,
  build(region, account) {
    const cluster = lendingCluster(region);
    fleetIn(region, cluster, pool, 1);
    fleetIn(region, cluster, otherPool, 1);
    const namespace = 'prod.internal';
    const server = { enabled: true, namespace, services: [{ portName: 'http', discoveryName: 'orders' }] };
    region.createService({
      cluster,
      name: 'orders',
      desired: 4,
      cpu: 512,
      memory: 1_024,
      fargate: true,
      serviceConnect: server,
    });
    served(region, { cluster, name: 'web', desired: 4, serviceConnect: { enabled: true, namespace } });
    dryPool(region, account, { ...pool, count: 1, backAt: 420 });
  },
  promises: [
    clientIsLent,
    noStandbyOf('orders'),
    isTold(/orders.*Service Connect|Service Connect.*orders/, 'why orders cannot be lent tasks'),
    noTaskKilled,
  ],
};
