import { interruptionsOf } from '../../../shared/core/report/happenings.ts';
import type { Context } from '../../../shared/flow.ts';
import { shortName } from '../../../shared/model/arn.ts';
import type { Incident, Outbox } from '../../../shared/model/incident.ts';
import type { Doomed, Interruption } from '../../../shared/model/records.ts';
import { emptyPlan, type Guard, merge, type Plan } from '../../../shared/plan/action.ts';
import { homeOf } from '../../../shared/policy.ts';
import { incidentMessage } from '../../../shared/slack/message/incident.ts';
import type { Asked } from './asked.ts';
import { isClaimed, isFading, keptUntil } from './outbox.ts';

/** Incidents of which something is to be told, with what they are told from. */
export type TellView = Asked & {
  readonly hasSlack: boolean;
  readonly incidents: readonly IncidentSeen[];
};

export type IncidentSeen = {
  readonly incident: Incident;
  readonly outbox: Outbox | undefined;
  readonly doomed: readonly Doomed[];
  readonly interruptions: readonly Interruption[];
};

/** `incident eu-west-1 prod 2026-11-27T10:00:00.000Z` */
export const outboxId = ({ region, cluster, openedAt }: Incident): string =>
  `incident ${region} ${shortName(cluster)} ${new Date(openedAt).toISOString()}`;

/** Has an incident got to a stage that its outbox record does not tell of, or will the record end before it? */
export const isToTell = (
  { told, closedAt }: Incident,
  outbox: Outbox | undefined,
  { now, policy }: Pick<Context, 'now' | 'policy'>,
): boolean => {
  if (policy.alerts === 'off' || told.length === 0) return false;
  if (outbox === undefined) return true;
  if (isClaimed(outbox, now)) return false;
  return outbox.revision < told.length || (closedAt === undefined && isFading(outbox, now));
};

/**
 * Puts what incidents have come to into the outbox. The record follows from the incident alone, its revision is the
 * number of stages: whoever dies before it is written, or twice decides it, changes nothing of what is said.
 */
export const decideTell = (view: TellView, context: Context): Plan =>
  merge(
    view.incidents
      .filter(({ incident, outbox }) => isToTell(incident, outbox, context))
      .map((seen) => ({ ...emptyPlan, guards: [guardOf(seen, view, context)] })),
  );

function guardOf(seen: IncidentSeen, { for: records, by, hasSlack }: TellView, context: Context): Guard {
  const { incident, outbox } = seen;
  const { policy, now } = context;
  const revision = incident.told.length;
  const stage = incident.told.at(-1) ?? 'begun';
  const { mode, timeZone } = policy;
  const { message, news } = incidentMessage({ incident, stage, figures: figuresOf(seen), mode, timeZone });
  const isNews = outbox === undefined || outbox.revision < revision;
  const id = outboxId(incident);
  const next: Outbox = {
    is: 'outbox',
    region: homeOf(context),
    id,
    message: isNews ? message : outbox.message,
    news: isNews ? news : outbox.news,
    revision,
    saidRevision: outbox?.saidRevision ?? 0,
    posted: outbox?.posted,
    attempts: isNews ? 0 : outbox.attempts,
    notBefore: isNews ? now : outbox.notBefore,
    lastError: isNews ? undefined : outbox.lastError,
    createdAt: outbox?.createdAt ?? now,
    version: (outbox?.version ?? 0) + 1,
    by,
    expiresAt: keptUntil(hasSlack, now),
  };
  return { name: id, for: records, expected: outbox?.version ?? 'absent', whenLost: 'observe again', next };
}

/** How it went so far: an instance that still runs has no account yet, but may be DRAINING. */
function figuresOf({ incident, doomed, interruptions }: IncidentSeen) {
  const ids = new Set(incident.instances);
  const ended = interruptions.filter(({ instanceId }) => ids.has(instanceId));
  const known = new Set(ended.map(({ instanceId }) => instanceId));
  const draining = doomed.filter(
    ({ instanceId, drainedAt, deadline }) =>
      ids.has(instanceId) && !known.has(instanceId) && drainedAt !== undefined && drainedAt <= deadline,
  );
  const { drained, missed, tasksMoved, tasksKilled } = interruptionsOf(ended);
  return { drained: drained + draining.length, missed, tasksMoved, tasksKilled };
}
