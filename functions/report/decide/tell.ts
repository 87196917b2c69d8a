import { interruptionsOf } from '../../../shared/core/report/happenings.ts';
import type { Context } from '../../../shared/flow.ts';
import { shortName } from '../../../shared/model/arn.ts';
import type { Incident, Outbox } from '../../../shared/model/incident.ts';
import { type Instant, later } from '../../../shared/model/instant.ts';
import type { Doomed, Interruption } from '../../../shared/model/records.ts';
import { emptyPlan, type Guard, merge, type Plan } from '../../../shared/plan/action.ts';
import { homeOf } from '../../../shared/policy.ts';
import { incidentMessage } from '../../../shared/slack/message/incident.ts';
import type { Asked } from './asked.ts';
import { incidentKeptUntil, isClaimed, isFading, isNews, STALE_MS } from './outbox.ts';

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

/** A message is changed once a minute at most: of two ticks that come together one changes it. */
const REST_MS = 45_000;

/**
 * Is an incident to be looked at: has it got to a stage that its outbox record does not tell of, will the record end
 * before it, or may what the record says have become old? What nobody was told of while it went on is no news any more.
 */
export function isToTell(
  { incident, outbox }: Pick<IncidentSeen, 'incident' | 'outbox'>,
  hasSlack: boolean,
  { now, policy }: Pick<Context, 'now' | 'policy'>,
): boolean {
  const { told, closedAt, countedAt } = incident;
  if (policy.alerts === 'off' || told.length === 0) return false;
  if (outbox === undefined) return closedAt === undefined || closedAt > later(now, -STALE_MS);
  if (isClaimed(outbox, now)) return false;
  if (outbox.revision < told.length) return true;
  // Of what is over only its cost becomes known later.
  if (closedAt !== undefined)
    return countedAt !== undefined && countedAt > outbox.notBefore && isRenewable(outbox, hasSlack, now);
  return isFading(outbox, hasSlack, now) || isRenewable(outbox, hasSlack, now);
}

/**
 * May other words take the place of those that Slack has, or is to have? A webhook changes nothing that it posted.
 * chat.update is in Tier 3, fifty a minute: https://docs.slack.dev/reference/methods/chat.update
 */
const isRenewable = (outbox: Outbox, hasSlack: boolean, now: Instant): boolean =>
  hasSlack && (isNews(outbox) || (outbox.posted !== undefined && now >= later(outbox.notBefore, REST_MS)));

/**
 * Puts what incidents have come to into the outbox. The record follows from the incident alone, its revision is the
 * number of stages: whoever dies before it is written, or twice decides it, changes nothing of what is said. What a
 * message says between two stages is renewed in the same way, by its text.
 */
export const decideTell = (view: TellView, context: Context): Plan =>
  merge(
    view.incidents
      .filter((seen) => isToTell(seen, view.hasSlack, context))
      .map((seen) => ({ ...emptyPlan, guards: guardsOf(seen, view, context) })),
  );

function guardsOf(seen: IncidentSeen, { for: records, by, hasSlack }: TellView, context: Context): readonly Guard[] {
  const { incident, outbox } = seen;
  const { policy, now } = context;
  const revision = incident.told.length;
  const stage = incident.told.at(-1) ?? 'begun';
  const { mode, timeZone } = policy;
  const { message, news } = incidentMessage({ incident, stage, figures: figuresOf(seen), mode, timeZone });
  const isStage = outbox === undefined || outbox.revision < revision;
  const isOld = !isStage && isRenewable(outbox, hasSlack, now) && outbox.message.text !== message.text;
  if (!isStage && !isOld && !isFading(outbox, hasSlack, now)) return [];
  const id = outboxId(incident);
  const next: Outbox = {
    is: 'outbox',
    region: homeOf(context),
    id,
    message: isStage || isOld ? message : outbox.message,
    news: isStage || isOld ? news : outbox.news,
    revision,
    saidRevision: outbox?.saidRevision ?? 0,
    outdated: !isStage && (isOld || outbox.outdated),
    posted: outbox?.posted,
    attempts: isStage ? 0 : outbox.attempts,
    notBefore: isStage ? now : outbox.notBefore,
    lastError: isStage ? undefined : outbox.lastError,
    createdAt: outbox?.createdAt ?? now,
    version: (outbox?.version ?? 0) + 1,
    by,
    expiresAt: incidentKeptUntil(hasSlack, now),
  };
  return [{ name: id, for: records, expected: outbox?.version ?? 'absent', whenLost: 'observe again', next }];
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
  return { gone: known.size, drained: drained + draining.length, missed, tasksMoved, tasksKilled };
}
