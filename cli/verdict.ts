import { targetGroupName } from '../shared/plan/describe.ts';
import type { SimulatedAccount } from '../sim/account.ts';
import type { Region } from '../sim/world/region.ts';
import type { DropReason, InterruptedInstance, KilledTask } from '../sim/world/tally.ts';
import { type LendingFigures, lendingFigures } from './failover/figures.ts';
import type { LendingLog } from './failover/lending-log.ts';
import { isHandsOff } from './hands-off.ts';

/** What a drill comes to: facts counted by the simulated account, not by spotkeeper. */
export type Verdict = {
  readonly requests: {
    readonly sent: number;
    readonly dropped: number;
    readonly byReason: Readonly<Partial<Record<DropReason, number>>>;
  };
  readonly interrupted: number;
  /** Interrupted container instances that were not DRAINING when EC2 took them. */
  readonly notDrained: readonly InterruptedInstance[];
  /** The same in clusters that are not spotkeeper's: AWS Batch's, opted-out ones. */
  readonly leftAlone: readonly InterruptedInstance[];
  /** Seconds from notice to DRAINING; undefined when nothing was drained. */
  readonly drainSeconds: { readonly p50: number; readonly p99: number; readonly max: number } | undefined;
  readonly tasks: {
    readonly stoppedByScheduler: number;
    readonly stoppedByCaller: number;
    readonly killedWithoutSigterm: readonly KilledTask[];
    readonly sigtermCutShort: readonly KilledTask[];
  };
  /** Target groups whose tasks waited for their targets to drain when EC2 took their hosts, with the delay to set. */
  readonly slowTargetGroups: readonly SlowTargetGroup[];
  /** Calls of spotkeeper's functions, by `service:operation`. */
  readonly calls: Readonly<Record<string, number>>;
  readonly throttled: number;
  readonly lending: LendingFigures;
};

export type SlowTargetGroup = {
  readonly name: string;
  readonly tasksKilled: number;
  readonly deregistrationDelaySeconds: number;
  /** The longest deregistration delay with which ECS could have stopped these tasks within a notice. */
  readonly setToSeconds: number;
};

/**
 * Counts up what happened in one region of an account.
 * @param callers whose API calls count: names that begin so
 * @param storyAt when the story began, virtual epoch milliseconds
 */
export function verdictOf(account: SimulatedAccount, region: Region, { callers, lending, storyAt }: Counted): Verdict {
  const tally = account.tally();
  const clusters = [...region.parts.ecs.state.clusters.values()];
  const handsOff = new Set(clusters.filter(isHandsOff).map(({ name }) => name));
  const interrupted = [...tally.interrupted.values()];
  const ofClusters = interrupted.filter(({ cluster }) => cluster !== undefined);
  const undrained = ofClusters.filter(({ drainingAt }) => drainingAt === undefined);
  const seconds = ofClusters
    .flatMap(({ noticedAt, drainingAt }) =>
      noticedAt === undefined || drainingAt === undefined ? [] : [Math.round(drainingAt - noticedAt) / 1000],
    )
    .sort((a, b) => a - b);
  const { stoppedByScheduler, stoppedByCaller, killedWithoutSigterm, sigtermCutShort } = tally.tasks;
  const calls = account.endpoint.calls.entries.filter(({ caller }) => caller.startsWith(callers));
  return {
    requests: tally.requests(),
    interrupted: interrupted.length,
    notDrained: undrained.filter(({ cluster = '' }) => !handsOff.has(cluster)),
    leftAlone: undrained.filter(({ cluster = '' }) => handsOff.has(cluster)),
    drainSeconds:
      seconds.length === 0
        ? undefined
        : { p50: quantile(seconds, 0.5), p99: quantile(seconds, 0.99), max: quantile(seconds, 1) },
    tasks: { stoppedByScheduler, stoppedByCaller, killedWithoutSigterm, sigtermCutShort },
    slowTargetGroups: slowTargetGroups(killedWithoutSigterm),
    calls: countBy(calls.map(({ service, operation }) => `${service}:${operation}`)),
    throttled: calls.filter(({ outcome }) => THROTTLED.has(outcome)).length,
    lending: lendingFigures(lending, {
      from: storyAt,
      to: account.clock.now(),
      firstNoticeAt: firstNotice(interrupted),
    }),
  };
}

type Counted = { readonly callers: string; readonly lending: LendingLog; readonly storyAt: number };

function firstNotice(interrupted: readonly InterruptedInstance[]): number | undefined {
  const notices = interrupted.flatMap(({ noticedAt }) => noticedAt ?? []);
  return notices.length === 0 ? undefined : Math.min(...notices);
}

/** A notice gives two minutes, of which a replacement needs about thirty seconds to be healthy. */
const STOPPING_SECONDS = 90;

function slowTargetGroups(killed: readonly KilledTask[]): readonly SlowTargetGroup[] {
  const waited = killed.filter(({ waitedForTarget }) => waitedForTarget);
  return [...Map.groupBy(waited, ({ targetGroup }) => targetGroup ?? '')].map(([arn, tasks]) => ({
    name: targetGroupName(arn),
    tasksKilled: tasks.length,
    deregistrationDelaySeconds: tasks[0]?.deregistrationDelaySeconds ?? 0,
    setToSeconds: Math.max(
      0,
      STOPPING_SECONDS - Math.max(...tasks.map(({ stopTimeoutSeconds }) => stopTimeoutSeconds)),
    ),
  }));
}

const THROTTLED = new Set(['ThrottlingException', 'Throttling', 'RequestLimitExceeded']);

/** The smallest value that at least a share of the sorted values does not exceed. */
export const quantile = (sorted: readonly number[], share: number): number =>
  sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0;

function countBy(names: readonly string[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return Object.fromEntries(Object.entries(counts).sort(([a], [b]) => (a < b ? -1 : 1)));
}
