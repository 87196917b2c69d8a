import type { Outbox } from '../../../shared/model/incident.ts';
import { type Instant, later } from '../../../shared/model/instant.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 3_600_000;
/** So long Slack may refuse a message before it is given up. */
const KEPT_MS = 30 * DAY_MS;
/** Without Slack nobody waits for it: whoever sets Slack up does not want the news of a month. */
const KEPT_UNSAID_MS = 2 * DAY_MS;

/** An incident is no news after so long: whoever turns alerts on or sets Slack up has not asked for it. */
export const STALE_MS = 30 * MINUTE_MS;

/** Has it news that Slack does not have? */
export const isNews = ({ revision, saidRevision }: Pick<Outbox, 'revision' | 'saidRevision'>): boolean =>
  saidRevision < revision;

/** Has it something that Slack does not have, news or other words? */
export const isUnsaid = (outbox: Outbox): boolean => isNews(outbox) || outbox.outdated;

/**
 * Is somebody saying it, or is it put off? Whoever says a message claims it by `notBefore` first. Until that has passed
 * nobody else writes the record: what Slack answered would be lost, and the message said twice.
 */
export const isClaimed = (outbox: Outbox, now: Instant): boolean => isUnsaid(outbox) && outbox.notBefore > now;

export const keptUntil = (hasSlack: boolean, now: Instant): Instant => later(now, hasSlack ? KEPT_MS : KEPT_UNSAID_MS);

/** Without Slack an incident is forgotten as soon as it is no news. */
export const incidentKeptUntil = (hasSlack: boolean, now: Instant): Instant =>
  hasSlack ? keptUntil(hasSlack, now) : later(now, STALE_MS);

/** An open incident's record must outlive it: half of its life is enough to notice. */
export const isFading = ({ expiresAt }: Outbox, hasSlack: boolean, now: Instant): boolean =>
  expiresAt < later(now, (hasSlack ? KEPT_UNSAID_MS : STALE_MS) / 2);
