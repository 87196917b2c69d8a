import { noRequestDropped, noTaskKilled } from '../promises.ts';
import { at, type Promised, type Scenario } from '../scenario.ts';

const HOUR_MS = 3_600_000;
/** Maintenance drains are to be this far apart at least. */
const SPREAD_MS = 600_000;

const drainedBeforeTheirTime: Promised = ({ account: { journal } }) => {
  const drained = new Map(
    journal.entries.flatMap(({ kind, subject, at: when }) => (kind === 'draining' ? [[subject, when] as const] : [])),
  );
  const scheduled = journal.entries.filter(({ kind }) => kind === 'maintenance-scheduled');
  const times = scheduled.flatMap(({ subject }) => drained.get(subject) ?? []).sort((a, b) => a - b);
  const close = times.filter((when, index) => index > 0 && when - (times[index - 1] ?? 0) < SPREAD_MS);
  return [
    ...scheduled.flatMap(({ subject, data }) => {
      const when = drained.get(subject);
      if (when !== undefined && when < Number(data.startsAt)) return [];
      return [`${subject} was not drained before its host was stopped`];
    }),
    ...(close.length > 0 ? [`${close.length} of ${times.length} drains were not spread over the time there was`] : []),
  ];
};

export const maintenance: Scenario = {
  name: 'maintenance',
  title: 'AWS Health announces that the hosts of four instances will be stopped in three hours.',
  seconds: 11_400,
  build(region, account) {
    const cluster = region.createCluster({ name: 'prod' });
    const pools = [
      { type: 'm6i.large', zone: 'eu-west-1a' },
      { type: 'm6i.large', zone: 'eu-west-1b' },
    ];
    region.createGroup({ name: 'prod-spot', cluster, desired: 8, pools });
    const targetGroup = region.createTargetGroup({ name: 'checkout' });
    region.createService({ cluster, name: 'checkout', desired: 16, targetGroup, requestsPerSecond: 2 });
    const hosts = [...region.parts.fleet.instances.keys()].slice(0, 4);
    // AWS Health names several hosts in one event, or each in its own.
    at(account, 0, () => {
      region.retire(hosts.slice(0, 2), { inMs: 3 * HOUR_MS });
      for (const host of hosts.slice(2)) region.retire(host, { inMs: 3 * HOUR_MS });
    });
  },
  promises: [drainedBeforeTheirTime, noRequestDropped, noTaskKilled],
};
