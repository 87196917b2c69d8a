import type { KilledTask } from '../sim/world/tally.ts';
import type { Promised } from './scenario.ts';

export const noRequestDropped: Promised = ({ verdict: { requests } }) =>
  requests.dropped > 0 ? [`${requests.dropped} of ${requests.sent} requests were dropped`] : [];

export const noTaskKilled: Promised = (played) => noTaskKilledOf(() => true)(played);

/** No task that `isMeant` names died with its host without having had SIGTERM. */
export const noTaskKilledOf =
  (isMeant: (task: KilledTask) => boolean): Promised =>
  ({ verdict: { tasks } }) => {
    const killed = tasks.killedWithoutSigterm.filter(isMeant);
    return killed.length > 0 ? [`${killed.length} tasks of ${names(killed)} were killed without SIGTERM`] : [];
  };

const names = (tasks: readonly KilledTask[]): string =>
  [...new Set(tasks.map(({ service, cluster }) => service ?? `standalone tasks in ${cluster}`))].join(', ');

/** SIGTERM came, and the process ended before its host did. */
export const noSigtermCutShort: Promised = ({ verdict: { tasks } }) =>
  tasks.sigtermCutShort.length > 0
    ? [`${tasks.sigtermCutShort.length} tasks had not ended when EC2 took their host`]
    : [];

/** spotkeeper's calls were within what the account's token buckets carry. */
export const noThrottling: Promised = ({ verdict: { throttled } }) =>
  throttled > 0 ? [`${throttled} calls of spotkeeper were throttled`] : [];
