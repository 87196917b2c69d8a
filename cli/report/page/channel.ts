import { createElement, type ReactElement } from 'react';
import type { Instant } from '../../../shared/model/instant.ts';
import type { ChannelMessage } from '../told.ts';
import { blocksOf } from './blocks.ts';

const APP = 'spotkeeper';

/** What stands in a channel, with a line for each day, and threads open. @param timeZone IANA name: whose days */
export function channel(messages: readonly ChannelMessage[], timeZone: string): readonly ReactElement[] {
  const dayOf = (at: Instant) => inZone(at, timeZone, { weekday: 'long', day: 'numeric', month: 'long' });
  return messages.flatMap((one, index) => {
    const day = dayOf(one.at);
    const before = messages[index - 1];
    const isNewDay = before === undefined || dayOf(before.at) !== day;
    const divider = createElement('h2', { className: 'day' }, createElement('span', null, day));
    return [...(isNewDay ? [divider] : []), posted(one, timeZone)];
  });
}

/** A message with its thread. */
function posted(message: ChannelMessage, timeZone: string): ReactElement {
  const { at, editedAt, replies } = message;
  const count = replies.length === 1 ? '1 reply' : `${replies.length} replies`;
  const thread = createElement(
    'section',
    { className: 'thread' },
    createElement('p', { className: 'count' }, count),
    ...replies.map((reply) => posted(reply, timeZone)),
  );
  return createElement(
    'article',
    { className: 'message' },
    createElement('div', { className: 'avatar', 'aria-hidden': true }, 's'),
    createElement(
      'div',
      { className: 'content' },
      createElement(
        'header',
        null,
        createElement('b', null, APP),
        createElement('span', { className: 'app' }, 'APP'),
        createElement('time', { dateTime: new Date(at).toISOString() }, clock(at, timeZone)),
      ),
      ...body(message),
      ...(editedAt === undefined ? [] : [createElement('p', { className: 'edited' }, '(edited)')]),
      ...(replies.length > 0 ? [thread] : []),
    ),
  );
}

/** A message without blocks is its text. */
const body = ({ blocks, text }: ChannelMessage): readonly ReactElement[] =>
  blocksOf(blocks.length > 0 ? blocks : [{ type: 'section', text: { type: 'mrkdwn', text } }]);

const clock = (at: Instant, timeZone: string): string =>
  inZone(at, timeZone, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });

const inZone = (at: Instant, timeZone: string, options: Intl.DateTimeFormatOptions): string =>
  new Intl.DateTimeFormat('en-GB', { ...options, timeZone }).format(at);
