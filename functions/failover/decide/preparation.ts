import { untold } from '../../../shared/core/told.ts';
import type { Context } from '../../../shared/flow.ts';
import { type Instant, later } from '../../../shared/model/instant.ts';
import type { Preparation } from '../../../shared/model/preparation.ts';
import { actionsIn, type Plan } from '../../../shared/plan/action.ts';
import type { PrepareView } from './material.ts';

/** A pass that has not ended by then never will: the function's timeout is 60 s. */
const LONGEST_PASS_MS = 70_000;
const DAY_MS = 24 * 3_600_000;

/** May another pass be making the standbys of this cluster? */
export const isTaken = (preparation: Preparation | undefined, now: Instant): boolean =>
  preparation !== undefined && preparation.until > now;

/** Did the last pass that made something end more than a minute ago, at the latest? */
export const isLongOver = (preparation: Preparation | undefined, now: Instant): boolean =>
  preparation === undefined || later(preparation.until, 2 * LONGEST_PASS_MS) <= now;

/**
 * Puts a pass's plan under a guard, so that of two passes over a cluster one makes what is missing: RegisterTaskDefinition
 * would make the same revision twice. The last step ends the turn. Its notes are what was not told before.
 */
export function inTurn(plan: Plan, view: PrepareView, { region, now }: Context): Plan {
  const { preparation: before, after, cluster, for: records } = view;
  const { news, told } = untold(plan.notes, before?.told, now);
  const hasWork = actionsIn(plan).length > 0 || news.length > 0;
  if (!hasWork && after === before?.after) return { ...plan, notes: news };
  const name = `preparation ${cluster.arn}`;
  const ended: Preparation = {
    is: 'preparation',
    region,
    cluster: cluster.arn,
    until: now,
    after,
    told,
    version: (before?.version ?? 0) + 1,
    by: records[0] ?? '',
    expiresAt: later(now, DAY_MS),
  };
  const next = { ...ended, until: later(now, LONGEST_PASS_MS) };
  const guard = {
    name,
    for: records,
    next,
    expected: before?.version ?? ('absent' as const),
    whenLost: 'leave' as const,
  };
  const steps = [
    ...plan.steps.map((step) => step.map((action) => ({ ...action, under: name }))),
    [{ do: 'remember' as const, for: records, region, because: 'this pass is over', under: name, records: [ended] }],
  ];
  return { ...plan, guards: [...plan.guards, guard], steps, notes: news };
}
