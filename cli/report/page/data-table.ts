import { createElement, type ReactElement } from 'react';
import type { DataTable } from '../../../shared/model/slack-message.ts';

/** Slack shows so many rows at a time when a message does not say how many. */
const PAGE = 5;

/**
 * Slack's table of data, which the renderer of Block Kit does not know yet: a caption, a header that stays, the first
 * page of its rows and how many there are.
 * https://docs.slack.dev/reference/block-kit/blocks/data-table-block
 */
export function dataTable({
  caption,
  rows,
  page_size = PAGE,
  row_header_column_index: rowHeader,
}: DataTable): ReactElement {
  const [header = [], ...others] = rows;
  const shown = others.slice(0, page_size);
  const more = others.length - shown.length;
  const headCells = header.map(({ text }) => createElement('th', { scope: 'col', key: text }, text));
  const bodyRows = shown.map((cells, row) =>
    createElement(
      'tr',
      { key: row },
      ...cells.map(({ text }, column) =>
        column === rowHeader ? createElement('th', { scope: 'row' }, text) : createElement('td', null, text),
      ),
    ),
  );
  return createElement(
    'figure',
    { className: 'data-table' },
    createElement('figcaption', null, caption),
    createElement(
      'table',
      null,
      createElement('thead', null, createElement('tr', null, ...headCells)),
      createElement('tbody', null, ...bodyRows),
    ),
    ...(more > 0 ? [createElement('p', { className: 'pages' }, `1 to ${shown.length} of ${others.length}`)] : []),
  );
}
