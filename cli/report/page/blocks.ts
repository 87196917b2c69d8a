import { createElement, type ReactElement } from 'react';
import { Message, type MessageProps } from 'slack-blocks-to-jsx';
import type { Block, Mrkdwn } from '../../../shared/model/slack-message.ts';
import { dataTable } from './data-table.ts';

/** The blocks of a message as Slack draws them: each by a renderer of Block Kit, and the one that it does not know by us. */
export const blocksOf = (blocks: readonly Block[]): readonly ReactElement[] =>
  blocks.map((block) => (block.type === 'data_table' ? dataTable(block) : drawn(block)));

const drawn = (block: Block): ReactElement =>
  createElement(Message, {
    blocks: [readable(block)] as unknown as MessageProps['blocks'],
    logo: '',
    name: '',
    theme: 'light',
    withoutWrapper: true,
  });

/**
 * The renderer takes a text that is `verbatim` as plain text. In Slack it is formatted all the same; only bare links and
 * names are left alone, of which our texts have none.
 * https://docs.slack.dev/reference/block-kit/composition-objects/text-object
 */
function readable(block: Block): Block {
  if (block.type === 'context') return { ...block, elements: block.elements.map(formatted) };
  if (block.type !== 'section') return block;
  return 'text' in block
    ? { ...block, text: formatted(block.text) }
    : { ...block, fields: block.fields.map(formatted) };
}

/** Of the text within backticks the renderer shows entities as they are written. */
const formatted = ({ text }: Mrkdwn): Mrkdwn => ({
  type: 'mrkdwn',
  text: text.replace(/(?<!`)`[^`\n]+`(?!`)/g, (code) =>
    code.replaceAll('&lt;', '‹').replaceAll('&gt;', '›').replaceAll('&amp;', '&'),
  ),
});
