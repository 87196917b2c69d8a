import type { Instant } from '../../shared/model/instant.ts';
import type { Report } from '../../shared/model/report.ts';
import type { Block } from '../../shared/model/slack-message.ts';

/** A report, and what stands in the Slack channel beside it. */
export type Told = {
  readonly report: Report;
  /** Oldest first. */
  readonly messages: readonly ChannelMessage[];
};

/** A message as it stands in a channel. */
export type ChannelMessage = {
  readonly at: Instant;
  /** When it was updated last; undefined: never. */
  readonly editedAt: Instant | undefined;
  readonly text: string;
  readonly blocks: readonly Block[];
  /** What stands in its thread, oldest first. */
  readonly replies: readonly ChannelMessage[];
};

/** By what the costs of a report are listed. */
export type By = 'service' | 'cluster' | 'region' | 'pool';
