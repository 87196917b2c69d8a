import type { Block, DataTable, DataVisualization, SlackMessage } from '../../model/slack-message.ts';
import limits from './limits.json' with { type: 'json' };

/**
 * What Slack would refuse in a message, one sentence each; empty: nothing. Where sources disagree the tighter number
 * counts: data tables have 100 rows with their header, and a message stays below 12,000 bytes, since Slack refuses some
 * of 13,000 with msg_blocks_too_long. Lengths are UTF-16 units. Sources stand in limits.json.
 */
export function problemsOf(message: SlackMessage): readonly string[] {
  const { text, blocks, plainBlocks } = message;
  return [
    ...lengthOf('the text of a message', text, limits.text),
    ...blocksProblems('blocks', blocks),
    ...blocksProblems('plainBlocks', plainBlocks),
    ...plainBlocks.flatMap(({ type }) =>
      type === 'data_table' || type === 'data_visualization'
        ? [`plainBlocks have a ${type}; they are for workspaces without`]
        : [],
    ),
    ...bytesProblems('blocks', { text, blocks }),
    ...bytesProblems('plainBlocks', { text, blocks: plainBlocks }),
  ];
}

function blocksProblems(name: string, blocks: readonly Block[]): readonly string[] {
  const ofType = (type: Block['type']) => blocks.filter((block) => block.type === type).length;
  return [
    ...countOf(`${name} of a message`, blocks.length, limits.blocks),
    ...mostOf(`data tables in ${name}`, ofType('data_table'), limits.tables),
    ...mostOf(`charts in ${name}`, ofType('data_visualization'), limits.charts),
    ...blocks.flatMap(blockProblems),
  ];
}

function blockProblems(block: Block): readonly string[] {
  switch (block.type) {
    case 'header':
      return lengthOf('a header', block.text.text, limits.header);
    case 'section':
      if ('text' in block) return lengthOf('the text of a section', block.text.text, limits.section);
      return [
        ...countOf('fields of a section', block.fields.length, limits.fields),
        ...block.fields.flatMap(({ text }) => lengthOf('a field of a section', text, limits.field)),
      ];
    case 'context':
      return [
        ...countOf('elements of a context', block.elements.length, limits.contextElements),
        ...block.elements.flatMap(({ text }) => lengthOf('an element of a context', text, limits.contextElement)),
      ];
    case 'divider':
      return [];
    case 'data_table':
      return tableProblems(block);
    case 'data_visualization':
      return chartProblems(block);
  }
}

function tableProblems({ caption, rows, page_size = 5, row_header_column_index = 0 }: DataTable): readonly string[] {
  const columns = rows[0]?.length ?? 0;
  const characters = rows.flat().reduce((sum, { text }) => sum + text.length, 0);
  return [
    ...lengthOf('the caption of a table', caption, limits.caption),
    ...rangeOf('rows of a table, its header among them', rows.length, 2, limits.tableRows),
    ...countOf('columns of a table', columns, limits.tableColumns),
    ...mostOf('characters in the cells of a table', characters, limits.tableCharacters),
    ...countOf('rows on a page of a table', page_size, limits.tablePage),
    ...rangeOf('the index of the column that names a row', row_header_column_index, 0, Math.max(0, columns - 1)),
    ...rows.flatMap((row, at) =>
      row.length === columns ? [] : [`row ${at + 1} of a table has ${row.length} cells; its header has ${columns}`],
    ),
    ...rows.flat().flatMap(({ text }) => (text === '' ? ['a cell of a table is empty; it takes a character'] : [])),
  ];
}

function chartProblems({ title, chart }: DataVisualization): readonly string[] {
  const { series, axis_config: axis } = chart;
  const names = series.map(({ name }) => name);
  return [
    ...lengthOf('the title of a chart', title, limits.chartTitle),
    ...countOf('series of a chart', series.length, limits.chartSeries),
    ...countOf('categories of a chart', axis.categories.length, limits.chartCategories),
    ...differs('series of a chart', names),
    ...differs('categories of a chart', axis.categories),
    ...names.flatMap((name) => lengthOf('the name of a series', name, limits.chartLabel)),
    ...axis.categories.flatMap((label) => lengthOf('a category of a chart', label, limits.chartLabel)),
    ...[axis.x_label, axis.y_label].flatMap((label) =>
      label === undefined ? [] : lengthOf('the label of an axis', label, limits.axisLabel),
    ),
    ...series.flatMap(({ name, data }) => [
      ...(data.map(({ label }) => label).join('\n') === axis.categories.join('\n')
        ? []
        : [`the labels of the series ${name} are not the categories of its chart`]),
      ...data.flatMap(({ label, value }) =>
        Number.isFinite(value) ? [] : [`the value of ${name} at ${label} is ${value}; it is a finite number`],
      ),
    ]),
  ];
}

function bytesProblems(name: string, sent: object): readonly string[] {
  const bytes = new TextEncoder().encode(JSON.stringify(sent)).length;
  return bytes < limits.messageBytes
    ? []
    : [`a message with its ${name} has ${bytes} bytes; below ${limits.messageBytes} are allowed`];
}

function differs(name: string, values: readonly string[]): readonly string[] {
  return new Set(values).size === values.length ? [] : [`${name} share a name; each has its own`];
}

const lengthOf = (name: string, text: string, most: number): readonly string[] =>
  rangeOf(`the length of ${name}`, text.length, 1, most);

const countOf = (name: string, count: number, most: number): readonly string[] => rangeOf(name, count, 1, most);

const mostOf = (name: string, count: number, most: number): readonly string[] => rangeOf(name, count, 0, most);

const rangeOf = (name: string, value: number, least: number, most: number): readonly string[] =>
  value >= least && value <= most ? [] : [`${name}: ${value}; ${least} to ${most} are allowed`];
