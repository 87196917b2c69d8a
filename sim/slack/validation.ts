import { isNumber, isRecord, isText, type Json } from './json.ts';
import limits from './limits.json' with { type: 'json' };

/** Why Slack refuses a message: its error code, and where the fault is, as `response_metadata.messages` has it. */
export type Refusal = { readonly error: string; readonly where: string };

type Check = (block: Json, at: string) => readonly string[];

/**
 * Checks a message as Slack does before it takes it. Limits and their sources are in limits.json.
 * @param native does the workspace know data_table and data_visualization?
 */
export function refusalOf(message: Json, native: boolean): Refusal | undefined {
  const { text, blocks } = message;
  if (text !== undefined && !isText(text)) return { error: 'invalid_arguments', where: '/text is not a string' };
  if (blocks === undefined || (Array.isArray(blocks) && blocks.length === 0)) {
    return isText(text) && text !== '' ? undefined : { error: 'no_text', where: '/text' };
  }
  if (!Array.isArray(blocks)) return { error: 'invalid_blocks_format', where: '/blocks is not an array' };
  if (JSON.stringify(message).length > limits.messageCharacters)
    return { error: 'msg_blocks_too_long', where: '/blocks' };
  const faults = [
    ...(blocks.length > limits.blocks ? [`/blocks has ${blocks.length} items`] : []),
    ...(blocks.filter((block) => isRecord(block) && block.type === 'data_visualization').length > limits.chartsInMessage
      ? ['/blocks has more charts than a message may have']
      : []),
    ...blocks.flatMap((block, index) => blockFaults(block, `/blocks/${index}`, native)),
  ];
  return faults[0] === undefined ? undefined : { error: 'invalid_blocks', where: faults[0] };
}

function blockFaults(block: unknown, at: string, native: boolean): readonly string[] {
  if (!isRecord(block) || !isText(block.type)) return [`${at} has no type`];
  const known = checks[block.type];
  if (!known || (!native && block.type.startsWith('data_'))) return [`${at} is of the unsupported type ${block.type}`];
  const others = Object.keys(block).filter((key) => !['type', 'block_id', ...known.fields].includes(key));
  return [
    ...others.map((key) => `${at} has the unknown field ${key}`),
    ...(block.block_id === undefined ? [] : textFaults(block.block_id, `${at}/block_id`, limits.blockId)),
    ...known.check(block, at),
  ];
}

const checks: Readonly<Record<string, { readonly fields: readonly string[]; readonly check: Check }>> = {
  header: {
    fields: ['text'],
    check: ({ text }, at) => textObjectFaults(text, `${at}/text`, limits.headerText, ['plain_text']),
  },
  section: { fields: ['text', 'fields', 'expand'], check: sectionFaults },
  context: {
    fields: ['elements'],
    check: ({ elements }, at) =>
      listFaults(elements, `${at}/elements`, [1, limits.contextElements], (element, where) =>
        textObjectFaults(element, where, limits.fieldText),
      ),
  },
  divider: { fields: [], check: () => [] },
  data_table: { fields: ['caption', 'rows', 'page_size', 'row_header_column_index'], check: tableFaults },
  data_visualization: { fields: ['title', 'chart'], check: chartFaults },
};

function sectionFaults({ text, fields }: Json, at: string): readonly string[] {
  if (text === undefined && fields === undefined) return [`${at} has neither text nor fields`];
  return [
    ...(text === undefined ? [] : textObjectFaults(text, `${at}/text`, limits.sectionText)),
    ...(fields === undefined
      ? []
      : listFaults(fields, `${at}/fields`, [1, limits.sectionFields], (field, where) =>
          textObjectFaults(field, where, limits.fieldText),
        )),
  ];
}

function tableFaults({ caption, rows, page_size, row_header_column_index }: Json, at: string): readonly string[] {
  const header = Array.isArray(rows) ? rows[0] : undefined;
  const columns = Array.isArray(header) ? header.length : 0;
  const cells = Array.isArray(rows) ? rows.flat() : [];
  const characters = cells.reduce(
    (sum: number, cell) => sum + (isRecord(cell) && isText(cell.text) ? cell.text.length : 0),
    0,
  );
  return [
    ...textFaults(caption, `${at}/caption`, limits.sectionText),
    ...(page_size === undefined ? [] : numberFaults(page_size, `${at}/page_size`, limits.dataTablePage)),
    ...(row_header_column_index === undefined
      ? []
      : numberFaults(row_header_column_index, `${at}/row_header_column_index`, [0, columns - 1])),
    ...(characters > limits.dataTableCharacters ? [`${at}/rows has ${characters} characters in its cells`] : []),
    ...listFaults(rows, `${at}/rows`, limits.dataTableRows, (row, where) => [
      ...(Array.isArray(row) && row.length !== columns ? [`${where} has other columns than the header`] : []),
      ...listFaults(row, where, [1, limits.dataTableColumns], cellFaults),
    ]),
  ];
}

function cellFaults(cell: unknown, at: string): readonly string[] {
  if (!isRecord(cell)) return [`${at} is no cell`];
  if (cell.type === 'raw_number') return isNumber(cell.value) ? [] : [`${at}/value is no number`];
  return cell.type === 'raw_text'
    ? textFaults(cell.text, `${at}/text`, limits.dataTableCharacters)
    : [`${at} is of an unknown type`];
}

function chartFaults({ title, chart }: Json, at: string): readonly string[] {
  if (!isRecord(chart)) return [`${at}/chart is missing`];
  if (!['bar', 'line', 'area'].includes(String(chart.type))) return [`${at}/chart/type is not known here`];
  const axis = isRecord(chart.axis_config) ? chart.axis_config : {};
  const names = Array.isArray(chart.series) ? chart.series.map((one) => (isRecord(one) ? one.name : undefined)) : [];
  const label = (text: unknown, where: string) => textFaults(text, where, limits.chartLabel);
  return [
    ...textFaults(title, `${at}/title`, limits.chartTitle),
    ...listFaults(axis.categories, `${at}/chart/axis_config/categories`, limits.chartPoints, label),
    ...['x_label', 'y_label'].flatMap((key) =>
      axis[key] === undefined ? [] : textFaults(axis[key], `${at}/chart/axis_config/${key}`, limits.axisLabel),
    ),
    ...(new Set(names).size < names.length ? [`${at}/chart/series have the same name`] : []),
    ...listFaults(chart.series, `${at}/chart/series`, limits.chartSeries, (one, where) =>
      seriesFaults(one, where, axis.categories),
    ),
  ];
}

function seriesFaults(series: unknown, at: string, categories: unknown): readonly string[] {
  if (!isRecord(series)) return [`${at} is no series`];
  const labels = Array.isArray(series.data)
    ? series.data.map((point) => (isRecord(point) ? point.label : undefined))
    : [];
  return [
    ...textFaults(series.name, `${at}/name`, limits.chartLabel),
    ...(JSON.stringify(labels) === JSON.stringify(categories) ? [] : [`${at}/data has other labels than the axis`]),
    ...(new Set(labels).size < labels.length ? [`${at}/data has a label twice`] : []),
    ...listFaults(series.data, `${at}/data`, limits.chartPoints, (point, where) =>
      isRecord(point) && isNumber(point.value) ? [] : [`${where}/value is no number`],
    ),
  ];
}

function textObjectFaults(
  object: unknown,
  at: string,
  most: number,
  types: readonly string[] = ['plain_text', 'mrkdwn'],
): readonly string[] {
  if (!isRecord(object)) return [`${at} is no text object`];
  if (!types.includes(String(object.type))) return [`${at} is of the type ${String(object.type)}`];
  const misplaced = object.type === 'plain_text' ? 'verbatim' : 'emoji';
  return object[misplaced] === undefined
    ? textFaults(object.text, `${at}/text`, most)
    : [`${at} may not have ${misplaced}`];
}

function textFaults(text: unknown, at: string, most: number): readonly string[] {
  if (!isText(text)) return [`${at} is no string`];
  return text.length >= 1 && text.length <= most ? [] : [`${at} must have 1 to ${most} characters, has ${text.length}`];
}

function numberFaults(value: unknown, at: string, [least = 0, most = 0]: readonly number[]): readonly string[] {
  return Number.isInteger(value) && Number(value) >= least && Number(value) <= most
    ? []
    : [`${at} must be ${least} to ${most}`];
}

function listFaults(
  list: unknown,
  at: string,
  [least = 0, most = 0]: readonly number[],
  each: (item: unknown, at: string) => readonly string[],
): readonly string[] {
  if (!Array.isArray(list)) return [`${at} is no list`];
  if (list.length < least || list.length > most)
    return [`${at} must have ${least} to ${most} items, has ${list.length}`];
  return list.flatMap((item, index) => each(item, `${at}/${index}`));
}
