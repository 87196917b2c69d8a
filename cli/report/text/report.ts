import { reportMessage } from '../../../shared/slack/message/report.ts';
import type { By, ChannelMessage, Told } from '../told.ts';
import { blockLines, type Look, styled } from './blocks.ts';
import { costLines } from './figures.ts';

/** A day and a time, `Fri 10:00`. */
const INDENT = 11;
const THREAD = 4;

/**
 * A report for a terminal: what stands in Slack first, then the report in sentences (unless Slack has just told it), and
 * its costs in a table. No line is longer than `width`.
 */
export function reportLines({ report, messages }: Told, by: By, look: Look): readonly string[] {
  const message = reportMessage(report);
  const isTold = messages.some(({ text }) => text === message.text);
  const sentences = message.blocks.filter(({ type }) => type !== 'data_table');
  return [
    ...channelLines(messages, report.period.timeZone, look),
    ...(isTold ? [] : [...blockLines(sentences, look), '']),
    ...costLines(report, by, look),
  ];
}

/** What stands in a channel, at its local time, an empty line after each message. */
export const channelLines = (messages: readonly ChannelMessage[], timeZone: string, look: Look): readonly string[] =>
  messages.flatMap((one) => [...messageLines(one, timeZone, look), '']);

/** A message at its time of day, and its thread under it. */
function messageLines(message: ChannelMessage, timeZone: string, look: Look): readonly string[] {
  const { at, editedAt, replies, text, blocks } = message;
  const edited = editedAt === undefined ? '' : `, updated ${clock(editedAt, timeZone)}`;
  const within = { ...look, width: look.width - INDENT };
  const body = blockLines(blocks.length > 0 ? blocks : [{ type: 'section', text: { type: 'mrkdwn', text } }], within);
  const thread = replies.flatMap((reply) =>
    messageLines(reply, timeZone, { ...look, width: within.width - THREAD }).map(
      (line) => `${' '.repeat(THREAD)}${line}`,
    ),
  );
  return [
    clock(at, timeZone).padEnd(INDENT) + styled(`spotkeeper in Slack${edited}`, 'dim', look),
    ...[...trimmed(body), ...thread].map((line) => `${' '.repeat(INDENT)}${line}`.trimEnd()),
  ];
}

/** Without the empty line at the end. */
const trimmed = (lines: readonly string[]): readonly string[] => (lines.at(-1) === '' ? lines.slice(0, -1) : lines);

const clock = (at: number, timeZone: string): string =>
  new Intl.DateTimeFormat('en-GB', { timeZone, weekday: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })
    .format(at)
    .replace(',', '');
