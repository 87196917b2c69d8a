import { stillSo, untold } from '../../../shared/core/told.ts';
import type { Context } from '../../../shared/flow.ts';
import { shortName } from '../../../shared/model/arn.ts';
import { type Instant, later } from '../../../shared/model/instant.ts';
import type { Lookout } from '../../../shared/model/records.ts';
import { emptyPlan, type Plan } from '../../../shared/plan/action.ts';
import { wouldBeCut } from './ladder.ts';
import type { Budget } from './limits.ts';
import type { ClusterView } from './view.ts';

const DAY_MS = 24 * 3_600_000;
/** The record says when the cluster was last read: it is written anew at the least so often. */
const FRESH_MS = 540_000;
/** A pass that is planned within so long of the one wanted will do. */
const NEAR_MS = 2_000;
/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-delay-queues.html allows 15 minutes */
const LONGEST_WAKE_UP_MS = 600_000;

/**
 * What the pass leaves behind for the next one and for the drains: when to look again, who would be cut by a drain, what
 * is lent, what was told. Of two passes one wins, and sends the wake-up. The plan's notes are what was not told before.
 */
export function decideLookout(
  view: ClusterView,
  { wanted, budget, notes }: { wanted: readonly Instant[]; budget: Budget; notes: readonly string[] },
  { region, now }: Context,
): Plan {
  const before = view.lookout;
  const { news, told } = untold(notes, before?.told, now);
  const soonest = wanted.length === 0 ? undefined : (Math.min(...wanted) as Instant);
  const isPlanned = before !== undefined && before.at > now && soonest !== undefined && before.at <= soonest + NEAR_MS;
  const at = soonest === undefined || isPlanned ? (before?.at ?? now) : soonest;
  const next: Lookout = {
    is: 'lookout',
    region,
    cluster: view.cluster.arn,
    at,
    services: view.ladders.ladders.length + view.ladders.orphans.length + view.raised.length,
    holds: view.ladders.ladders.filter(wouldBeCut).map(({ main }) => main.name),
    lent: budget.lent(),
    vcpus: budget.vcpus(),
    scannedAt: now,
    groups: groupsIn(view),
    told: stillSo(told, notes),
    version: (before?.version ?? 0) + 1,
    by: view.for[0] ?? '',
    expiresAt: later(now, DAY_MS),
  };
  if (!isNews(before, next)) return { ...emptyPlan, notes: news };
  const name = `lookout ${view.cluster.arn}`;
  const guard = {
    name,
    for: view.for,
    expected: before?.version ?? ('absent' as const),
    whenLost: 'leave' as const,
    next,
  };
  const isDue = soonest !== undefined && !isPlanned && soonest - now <= LONGEST_WAKE_UP_MS;
  const because = `the next decision on lending in ${shortName(view.cluster.arn)} is due then`;
  const { account, for: records } = view;
  return {
    ...emptyPlan,
    notes: news,
    guards: [guard],
    steps: isDue
      ? [
          [
            {
              do: 'wake',
              for: records,
              region,
              because,
              under: name,
              account,
              watch: view.cluster.arn,
              at: soonest,
            },
          ],
        ]
      : [],
  };
}

/** Those that were read; in calm nobody asks for them, and the last ones stand. */
const groupsIn = ({ groups, lookout }: ClusterView): readonly string[] =>
  groups.length > 0 ? groups.map(({ name }) => name).sort() : (lookout?.groups ?? []);

function isNews(before: Lookout | undefined, next: Lookout): boolean {
  const said = ({ at, services, holds, lent, vcpus, groups = [], told = {} }: Lookout) =>
    JSON.stringify([at, services, holds, lent, vcpus, groups, Object.keys(told).sort()]);
  return before === undefined || said(before) !== said(next) || later(before.scannedAt, FRESH_MS) <= next.scannedAt;
}
