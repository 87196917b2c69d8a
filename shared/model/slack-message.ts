/**
 * A message as Slack takes it: `blocks` with Slack's own charts and tables, `plainBlocks` for workspaces that refuse
 * them, `text` for notifications and screen readers. https://docs.slack.dev/reference/block-kit/blocks
 */
export type SlackMessage = {
  readonly text: string;
  readonly blocks: readonly Block[];
  readonly plainBlocks: readonly Block[];
};

export type PlainText = { readonly type: 'plain_text'; readonly text: string; readonly emoji?: boolean };
/** `verbatim`: Slack makes no links and mentions of what looks like one. */
export type Mrkdwn = { readonly type: 'mrkdwn'; readonly text: string; readonly verbatim?: boolean };
export type RawText = { readonly type: 'raw_text'; readonly text: string };

export type Block =
  | { readonly type: 'header'; readonly text: PlainText }
  | { readonly type: 'section'; readonly text: Mrkdwn }
  | { readonly type: 'section'; readonly fields: readonly Mrkdwn[] }
  | { readonly type: 'context'; readonly elements: readonly Mrkdwn[] }
  | { readonly type: 'divider' }
  | DataTable
  | DataVisualization;

/** https://docs.slack.dev/reference/block-kit/blocks/data-table-block */
export type DataTable = {
  readonly type: 'data_table';
  readonly caption: string;
  readonly page_size?: number;
  readonly row_header_column_index?: number;
  /** The first row is the header. */
  readonly rows: readonly (readonly RawText[])[];
};

/** https://docs.slack.dev/reference/block-kit/blocks/data-visualization-block */
export type DataVisualization = {
  readonly type: 'data_visualization';
  readonly title: string;
  readonly chart: {
    readonly type: 'bar' | 'line' | 'area';
    readonly series: readonly {
      readonly name: string;
      readonly data: readonly { readonly label: string; readonly value: number }[];
    }[];
    readonly axis_config: {
      readonly categories: readonly string[];
      readonly x_label?: string;
      readonly y_label?: string;
    };
  };
};
