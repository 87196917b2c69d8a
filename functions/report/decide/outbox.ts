import type { Outbox } from '../../../shared/model/incident.ts';
import { type Instant, later } from '../../../shared/model/instant.ts';

const DAY_MS = 24 * 3_600_000;
/** So long Slack may refuse a message before it is given up. */
const KEPT_MS = 30 * DAY_MS;
/** Without Slack nobody waits for it: whoever sets Slack up does not want the news of a month. */
const KEPT_UNSAID_MS = 2 * DAY_MS;

/** Has it something that Slack does not have? */
export const isUnsaid = ({ revision, saidRevision }: Outbox): boolean => saidRevision < revision;

/**
 * Is somebody saying it, or is it put off? Whoever says a message claims it by `notBefore` first. Until that has passed
 * nobody else writes the record: what Slack answered would be lost, and the message said twice.
 */
export const isClaimed = (outbox: Outbox, now: Instant): boolean => isUnsaid(outbox) && outbox.notBefore > now;

export const keptUntil = (hasSlack: boolean, now: Instant): Instant => later(now, hasSlack ? KEPT_MS : KEPT_UNSAID_MS);

/** An open incident's record must outlive it: half of its life is enough to notice. */
export const isFading = ({ expiresAt }: Outbox, now: Instant): boolean => expiresAt < later(now, KEPT_UNSAID_MS / 2);
