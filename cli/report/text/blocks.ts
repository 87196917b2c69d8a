import { styleText } from 'node:util';
import type { Block, DataTable, DataVisualization } from '../../../shared/model/slack-message.ts';
import { wrapped } from '../../timeline/timeline.ts';
import { barOf, tableLines } from './table.ts';

export type Look = { readonly width: number; readonly color: boolean };

/** What a person reads of the blocks of a Slack message in a terminal. */
export const blockLines = (blocks: readonly Block[], look: Look): readonly string[] =>
  blocks.flatMap((block) => linesOf(block, look));

function linesOf(block: Block, look: Look): readonly string[] {
  switch (block.type) {
    case 'header':
      return wrapped(block.text.text, look.width).map((line) => styled(line, 'bold', look));
    case 'section':
      return 'text' in block
        ? [...mrkdwnLines(block.text.text, look), '']
        : block.fields.flatMap(({ text }) => mrkdwnLines(text, look));
    case 'context':
      return block.elements.flatMap(({ text }) =>
        mrkdwnLines(text, { ...look, color: false }).map((line) => styled(line, 'dim', look)),
      );
    case 'divider':
      return ['─'.repeat(look.width)];
    case 'data_table':
      return [...dataTable(block, look), ''];
    case 'data_visualization':
      return [...chart(block, look), ''];
  }
}

function dataTable({ caption, rows }: DataTable, look: Look): readonly string[] {
  const [header = [], ...others] = rows.map((row) => row.map(({ text }) => text));
  return titled(caption, tableLines({ header, rows: others }, look.width), look);
}

const BAR = 40;

/** A bar for each value, the series of one label one under the other. */
function chart({ title, chart: { series, axis_config: axis } }: DataVisualization, look: Look): readonly string[] {
  const most = Math.max(...series.flatMap(({ data }) => data.map(({ value }) => value)));
  const rows = axis.categories.flatMap((label) =>
    series.map(({ name, data }, n) => {
      const value = data.find((one) => one.label === label)?.value ?? 0;
      return [n === 0 ? label : '', name, barOf({ part: value, whole: value, most }, BAR), String(value)];
    }),
  );
  const header = ['', '', axis.y_label ?? '', ''];
  return titled(title, tableLines({ header, rows, right: [3] }, look.width), look);
}

const titled = (title: string, lines: readonly string[], look: Look): readonly string[] => [
  styled(title, 'bold', look),
  ...lines,
];

/** Between these a text is bold; they take no room, and no text from outside has them. */
const [BOLD, NORMAL] = ['\u0001', '\u0002'];
const FENCE = '```';

/**
 * The lines of a text of Slack. What stands in a block of code stays as it is.
 * https://docs.slack.dev/messaging/formatting-message-text
 */
export function mrkdwnLines(text: string, look: Look): readonly string[] {
  return text.split(FENCE).flatMap((part, n) => {
    const lines = part.replace(/^\n|\n$/g, '').split('\n');
    if (n % 2 === 1) return lines.map(unescaped);
    if (part.trim() === '') return [];
    return lines.flatMap((line) => wrapped(marked(line), look.width)).map((line) => painted(line, look));
  });
}

const marked = (line: string): string =>
  unescaped(line.replace(/\*([^*\n]+)\*/g, `${BOLD}$1${NORMAL}`).replace(/`([^`\n]+)`/g, '$1'));

const unescaped = (text: string): string =>
  text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');

function painted(line: string, { color }: Look): string {
  const [on, off] = color ? styleText('bold', '|', { validateStream: false }).split('|') : ['', ''];
  return line.replaceAll(BOLD, on ?? '').replaceAll(NORMAL, off ?? '');
}

export const styled = (text: string, style: 'bold' | 'dim', { color }: Look): string =>
  color && text !== '' ? styleText(style, text, { validateStream: false }) : text;
