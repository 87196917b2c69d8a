import type { AcceptedEvent } from '../decide/accepts.ts';
import { askedBy } from '../decide/asked.ts';
import type { PostView } from '../decide/post.ts';
import type { Reader } from '../reader.ts';

/** Reads what is to be said. */
export const observePost = async (read: Reader, events: readonly AcceptedEvent[]): Promise<PostView> => ({
  ...askedBy(events, 'post'),
  hasSlack: read.hasSlack,
  outbox: await read.outbox(),
});
