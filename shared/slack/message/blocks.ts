import type { Block, Mrkdwn } from '../../model/slack-message.ts';
import limits from './limits.json' with { type: 'json' };
import { plain } from './text.ts';

/** What stands in mrkdwn is written by us: nothing in it is to become a link or a mention. */
const mrkdwn = (text: string): Mrkdwn => ({ type: 'mrkdwn', text, verbatim: true });

export const header = (text: string): Block => ({
  type: 'header',
  text: { type: 'plain_text', text: plain(text, limits.header), emoji: false },
});

/** One block of text, a sentence on each line. */
export const section = (lines: readonly string[]): Block => ({ type: 'section', text: mrkdwn(lines.join('\n')) });

/** Small print. */
export const context = (lines: readonly string[]): Block => ({ type: 'context', elements: [mrkdwn(lines.join('\n'))] });

/** The first `most` of some lines, and how many more there are. */
export function bullets(lines: readonly string[], most: number): readonly string[] {
  const more = lines.length - most;
  const told = lines.slice(0, most).map((line) => `• ${line}`);
  return more > 0 ? [...told, `• and ${more.toLocaleString('en-US')} more`] : told;
}

/** Room for the ellipsis is kept free. */
const TEXT_UNITS = limits.text - 10;

/** Lines as the text of a message: whole lines only, since half an entity would be shown as it is. */
export function textOfLines(lines: readonly string[]): string {
  let text = '';
  for (const line of lines) {
    if (text.length + line.length + 1 > TEXT_UNITS) return `${text}\n…`;
    text += text === '' ? line : `\n${line}`;
  }
  return text;
}
