import { noRequestDropped, noTaskKilled } from '../promises.ts';
import { at, type Promised, type Scenario } from '../scenario.ts';

const hook = 'spotkeeper-drain';

const drainedThenReleased: Promised = ({ account: { journal } }) => {
  const opened = journal.entries.filter(({ kind, data }) => kind === 'hook-opened' && data.hook === hook);
  const told = (kind: string, subject: string) =>
    journal.entries.find((entry) => entry.kind === kind && entry.subject === subject);
  return opened.flatMap(({ subject }) => [
    ...(told('draining', subject) ? [] : [`${subject} waited at ${hook} and was not drained`]),
    ...(told('hook-completed', subject) ? [] : [`${hook} was not completed for ${subject}`]),
  ]);
};

const releasedWhenEmpty: Promised = ({ account: { journal } }) => {
  const ends = journal.entries.filter(({ kind, data }) => kind === 'hook-completed' && data.hook === hook);
  return ends.flatMap(({ subject, at: end }) => {
    const late = journal.entries.filter(
      (entry) => entry.kind === 'task-stopped' && entry.data.instance === subject && entry.at > end,
    );
    return late.length > 0 ? [`${hook} let ${subject} end while ${late.length} tasks ran`] : [];
  });
};

const keptWaiting: Promised = ({ verdict: { calls } }) => [
  ...(calls['autoscaling:RecordLifecycleActionHeartbeat'] ? [] : ['no heartbeat was sent while tasks were running']),
  ...(calls['autoscaling:CompleteLifecycleAction'] ? [] : [`${hook} ran into its timeout`]),
];

export const scaleIn: Scenario = {
  name: 'scale-in',
  title: 'Auto Scaling ends two of six instances; the hook spotkeeper-drain keeps them until they are empty.',
  seconds: 480,
  build(region, account) {
    const cluster = region.createCluster({ name: 'prod' });
    const group = region.createGroup({
      name: 'prod-spot',
      cluster,
      desired: 6,
      pools: [
        { type: 'm6i.large', zone: 'eu-west-1a' },
        { type: 'm6i.large', zone: 'eu-west-1b' },
      ],
      hooks: [{ name: hook, heartbeatTimeoutSeconds: 60 }],
    });
    const api = region.createTargetGroup({ name: 'api' });
    region.createService({ cluster, name: 'api', desired: 12, targetGroup: api, requestsPerSecond: 40 });
    // Its downloads take longer than the hook's timeout.
    const downloads = region.createTargetGroup({ name: 'downloads', deregistrationDelaySeconds: 180 });
    const slow = { requestsPerSecond: 1, requestMs: 60_000 };
    region.createService({ cluster, name: 'downloads', desired: 6, targetGroup: downloads, ...slow });
    at(account, 0, () => region.scaleIn(group, 2));
  },
  promises: [noRequestDropped, noTaskKilled, drainedThenReleased, releasedWhenEmpty, keptWaiting],
};
