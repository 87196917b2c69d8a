import { noTaskKilledOf } from '../promises.ts';
import { at, type Promised, type Scenario } from '../scenario.ts';

const pool = { type: 'm6i.large', zone: 'eu-west-1a' };

const theirTasksAreLeft: Promised = ({ account }) =>
  account.journal.entries
    .filter(({ kind, data, text }) => data.cluster === 'reports' && kind === 'task-sigterm' && /spotkeeper/.test(text))
    .map(({ text }) => `standalone tasks in reports are to be left, but ${text}`);

const theLeftAreReported: Promised = ({ installation: { transcript } }) =>
  transcript.lines.some(({ fields }) =>
    /standalone tasks on .* are left alone/.test(JSON.stringify(fields.notes ?? [])),
  )
    ? []
    : ['nobody was told of the standalone tasks that were left'];

export const standalone: Scenario = {
  name: 'standalone',
  title: 'Notices under standalone tasks: left alone in one cluster, stopped in one tagged spotkeeper:standalone=stop.',
  seconds: 300,
  build(region, account) {
    const stop = { 'spotkeeper:standalone': 'stop' };
    for (const cluster of [
      region.createCluster({ name: 'reports' }),
      region.createCluster({ name: 'jobs', tags: stop }),
    ]) {
      for (let n = 0; n < 2; n += 1) {
        const { id: instanceId } = region.addInstance({ ...pool, cluster });
        for (let task = 0; task < 3; task += 1) {
          region.runTask({ cluster, family: `${cluster.name}-nightly`, instanceId, stopMs: 10_000 });
        }
        at(account, n, () => region.interrupt(instanceId));
      }
    }
  },
  promises: [noTaskKilledOf(({ cluster }) => cluster === 'jobs'), theirTasksAreLeft, theLeftAreReported],
};
