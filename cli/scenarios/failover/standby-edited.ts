import { isStandby } from '../../failover/lending-log.ts';
import { isTold } from '../../failover/promises.ts';
import { noRequestDropped, noTaskKilled } from '../../promises.ts';
import { AFTER_STANDBYS_SECONDS, type Promised, type Scenario } from '../../scenario.ts';
import { byHand, dryPool, fleetIn, lendingCluster, otherPool, pool, served } from './setting.ts';

/** What somebody gives the standby. */
const EDITED = 7;

const isLeft: Promised = ({ account, region }) => {
  const edited = account.journal.entries.find(({ kind, data }) => kind === 'service-scaled' && data.by === 'person');
  if (!edited) return ['the story lacks a standby that a person could edit'];
  const later = account.journal.entries.filter(
    ({ kind, subject, at, data }) =>
      kind === 'service-scaled' && subject === edited.subject && at > edited.at && data.by !== 'person',
  );
  const standby = [...region.parts.ecs.state.clusters.values()]
    .flatMap(({ services }) => [...services.values()])
    .find(({ name }) => name === edited.subject);
  return [
    ...later.map(({ text }) => `a person had set ${edited.subject} to ${EDITED}, but ${text}`),
    ...(standby?.desired === EDITED ? [] : [`${edited.subject} ends with ${standby?.desired} tasks`]),
  ];
};

export const standbyEdited: Scenario = {
  name: 'standby-edited',
  title: `Somebody sets a standby that is lent to ${EDITED} tasks by hand: it is reported and left.`,
  seconds: AFTER_STANDBYS_SECONDS + 1_080,
  failover: true,
  build(region, account) {
    const cluster = lendingCluster(region, 'fargate-spot');
    fleetIn(region, cluster, pool, 1);
    fleetIn(region, cluster, otherPool, 1);
    served(region, { cluster, name: 'checkout', desired: 8 });
    dryPool(region, account, { ...pool, count: 1, backAt: 420 });
    byHand(account, 240, {
      operation: 'UpdateService',
      input: () => {
        const standby = [...cluster.services.values()].find(isStandby);
        return standby && { cluster: cluster.name, service: standby.name, desiredCount: EDITED };
      },
    });
  },
  promises: [
    isLeft,
    isTold(/by hand|somebody|changed/i, 'that somebody changed the standby'),
    noRequestDropped,
    noTaskKilled,
  ],
};
