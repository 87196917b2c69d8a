import { noRequestDropped, noTaskKilled } from '../promises.ts';
import { at, type Promised, type Scenario } from '../scenario.ts';

const pool = { type: 'm6i.large', zone: 'eu-west-1a' };

/** A registration travels to us in a second or two, and the rule's queue gathers events for one more. */
const SOON_MS = 6_000;

const drainedWhenRegistered: Promised = ({ account }) => {
  const registered = account.journal.entries.filter(({ kind }) => kind === 'instance-registered');
  return [...account.tally().interrupted.values()].flatMap(({ instanceId, drainingAt }) => {
    const activeAt = registered.find(({ subject }) => subject === instanceId)?.at;
    if (activeAt === undefined) return [`${instanceId} never registered: the scenario is wrong`];
    if (drainingAt === undefined) return [`${instanceId} was not drained`];
    const seconds = (drainingAt - activeAt) / 1000;
    return drainingAt - activeAt > SOON_MS ? [`${instanceId} was drained only ${seconds} s after it registered`] : [];
  });
};

export const noticeWhileBooting: Scenario = {
  name: 'notice-while-booting',
  title: 'Two instances get their notice before they are in the cluster, which has tasks waiting for them.',
  seconds: 300,
  build(region, account) {
    const cluster = region.createCluster({ name: 'prod' });
    for (let n = 0; n < 3; n += 1) region.addInstance({ ...pool, cluster });
    const targetGroup = region.createTargetGroup({ name: 'checkout' });
    // Room is for 24 of them.
    region.createService({ cluster, name: 'checkout', desired: 28, targetGroup, requestsPerSecond: 40 });
    at(account, 0, () => {
      const booting = region.addInstance({ ...pool, cluster, booting: true, bootMs: 40_000 });
      account.clock.after(10_000, () => region.interrupt(booting.id));
      const registering = region.addInstance({ ...pool, cluster, booting: true, bootMs: 30_000 });
      account.clock.after(31_000, () => region.interrupt(registering.id));
    });
  },
  promises: [drainedWhenRegistered, noRequestDropped, noTaskKilled],
};
