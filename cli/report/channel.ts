import { type Instant, instant } from '../../shared/model/instant.ts';
import type { Block } from '../../shared/model/slack-message.ts';
import type { PostedMessage, SlackWorkspace } from '../../sim/slack/workspace.ts';
import type { ChannelMessage } from './told.ts';

/** What stands in the channel of a simulated workspace, each with its thread. */
export function messagesIn({ messages }: SlackWorkspace): readonly ChannelMessage[] {
  const asTold = (message: PostedMessage): ChannelMessage => ({
    at: instant(message.at),
    editedAt: lastOf(message.updatedAt),
    text: message.text,
    // The workspace took them, so they are blocks.
    blocks: message.blocks as unknown as readonly Block[],
    replies: messages.filter(({ thread }) => thread === message.ts).map(asTold),
  });
  return messages.filter(({ thread }) => thread === undefined).map(asTold);
}

const lastOf = (times: readonly number[]): Instant | undefined => {
  const last = times.at(-1);
  return last === undefined ? undefined : instant(last);
};
