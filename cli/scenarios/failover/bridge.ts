import { primary } from '../../../sim/ecs/model.ts';
import { isStandby } from '../../failover/lending-log.ts';
import { allTakenBack, isTold, noStandbyOf } from '../../failover/promises.ts';
import { noTaskKilled } from '../../promises.ts';
import { AFTER_STANDBYS_SECONDS, type Promised, type Scenario } from '../../scenario.ts';
import { dryPool, fleetIn, lendingCluster, otherPool, pool, served } from './setting.ts';

const IP_GROUP = 'modern-ip';

const lentBehindIpGroup: Promised = ({ region, lending }) => {
  const lent = [...lending.values()].filter(({ samples }) =>
    samples.some((one) => one.lentHealthy['fargate-spot'] > 0),
  );
  const standbys = [...region.parts.ecs.state.clusters.values()].flatMap(({ services }) =>
    [...services.values()].filter(isStandby),
  );
  const astray = standbys.filter((standby) =>
    primary(standby).loadBalancers.some(({ targetGroup }) => targetGroup.options.name !== IP_GROUP),
  );
  return [
    ...(lent.some(({ main }) => main.name === 'modern') ? [] : ['modern was lent nothing that served']),
    ...astray.map(({ name }) => `${name} registers its tasks elsewhere than with ${IP_GROUP}`),
  ];
};

export const bridge: Scenario = {
  name: 'bridge',
  title:
    'Two bridge services behind instance target groups lose tasks: the one that names an ip target group is lent some, the other is told why not.',
  seconds: AFTER_STANDBYS_SECONDS + 1_080,
  failover: true,
  build(region, account) {
    const cluster = lendingCluster(region);
    fleetIn(region, cluster, pool, 1);
    fleetIn(region, cluster, otherPool, 1);
    const ip = region.createTargetGroup({ name: IP_GROUP, deregistrationDelaySeconds: 15 });
    const tags = {
      'spotkeeper:ip-target-group': ip.arn,
      'spotkeeper:fargate-subnets': 'subnet-eu-west-1a subnet-eu-west-1b',
      'spotkeeper:fargate-security-groups': 'sg-eu-west-1',
    };
    served(region, { cluster, name: 'modern', desired: 4, targetType: 'instance', networkMode: 'bridge', tags });
    served(region, { cluster, name: 'legacy', desired: 4, targetType: 'instance', networkMode: 'bridge' });
    dryPool(region, account, { ...pool, count: 1, backAt: 420 });
  },
  promises: [
    lentBehindIpGroup,
    noStandbyOf('legacy'),
    isTold(/legacy.*(instance|target group|bridge)/, 'why legacy cannot be lent tasks'),
    allTakenBack,
    noTaskKilled,
  ],
};
