import type { Instant } from './instant.ts';
import type { NanoUsd } from './ledger.ts';
import type { StandbyRung } from './lending.ts';
import type { SlackMessage } from './slack-message.ts';

/**
 * A storm in one cluster: many notices at once, or capacity that had to be lent. It is open until nothing is doomed or
 * lent any more and a while has passed. What it came to stays for the reports.
 */
export type Incident = {
  readonly is: 'incident';
  readonly region: string;
  readonly cluster: string;
  readonly openedAt: Instant;
  /** undefined: it goes on */
  readonly closedAt: Instant | undefined;
  /** When something was last doomed or lent. */
  readonly activeAt: Instant;
  /** EC2 instances that got a notice, or went without one. */
  readonly instances: readonly string[];
  /** `type zone` */
  readonly pools: readonly string[];
  readonly lent: readonly IncidentLending[];
  /** What lent tasks cost so far, added up by the minute; in the end what the ledger says. */
  readonly lentCost: NanoUsd;
  /** Until when that is added up. */
  readonly costedTo: Instant;
  /** Since when `lentCost` is what the ledger says; undefined: it is an estimate. */
  readonly countedAt: Instant | undefined;
  /** What was told of it, in order. */
  readonly told: readonly IncidentStage[];
  /** It was over long ago, and stands where only reports look. */
  readonly filed: boolean;
  readonly version: number;
  readonly by: string;
  readonly expiresAt: Instant;
};

export type IncidentStage = 'begun' | 'lent' | 'back' | 'over';

/** What one service was lent in an incident. */
export type IncidentLending = {
  readonly service: string;
  readonly since: Instant;
  /** undefined: it still is */
  readonly until: Instant | undefined;
  /** the most tasks at once, by rung */
  readonly most: { readonly [R in StandbyRung]?: number };
  /** One sentence with numbers: what failover said. */
  readonly why: string;
};

/**
 * What is to be said in Slack: one record for each report and each incident. Another `revision` is said as an update;
 * it stays until it was said, however long Slack does not answer. Guarded by its version.
 */
export type Outbox = {
  readonly is: 'outbox';
  /** The region where the stack is: one outbox for all regions. */
  readonly region: string;
  /** `daily 2026-11-27`, `incident eu-west-1 prod 2026-11-27T10:00:00.000Z` */
  readonly id: string;
  /** What it says now. */
  readonly message: SlackMessage;
  /** What is new in it, said in the thread of a message that was posted before (bot token), or alone (webhook). */
  readonly news: SlackMessage | undefined;
  readonly revision: number;
  /** The revision that Slack has; 0: none. */
  readonly saidRevision: number;
  /** Slack has this revision in other words: its message is updated where it stands, and nothing is said in addition. */
  readonly outdated: boolean;
  /** Where it stands, for updates; a webhook does not tell. */
  readonly posted: { readonly channel: string; readonly ts: string } | undefined;
  readonly attempts: number;
  /** Not tried again before. */
  readonly notBefore: Instant;
  /** What Slack said last, without any secret. */
  readonly lastError: string | undefined;
  readonly createdAt: Instant;
  readonly version: number;
  readonly by: string;
  readonly expiresAt: Instant;
};

/** A report that was made: of two passes one makes it. */
export type Reported = {
  readonly is: 'reported';
  readonly region: string;
  /** `daily 2026-11-27`, `weekly 2026-11-23` */
  readonly id: string;
  readonly version: number;
  readonly by: string;
  readonly expiresAt: Instant;
};
