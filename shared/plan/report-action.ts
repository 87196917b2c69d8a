import type { Outbox } from '../model/incident.ts';
import type { Because } from './because.ts';

/**
 * Says in Slack what an outbox record holds, and writes down that it was said, or when to try again. Slack's refusals
 * are no failures of the action: they stand in the record.
 */
export type Post = Because & { readonly do: 'post'; readonly outbox: Outbox };

export type ReportAction = Post;
