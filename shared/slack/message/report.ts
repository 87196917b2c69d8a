import type { Report } from '../../model/report.ts';
import type { Block, SlackMessage } from '../../model/slack-message.ts';
import { bullets, context, header, section, textOfLines } from './blocks.ts';
import { problemsOf } from './limits.ts';
import { actingLines, failoverLines, unusedLines, wentWrongLines } from './report-events.ts';
import { assumptionLines, moneyLines } from './report-money.ts';
import { serviceTable, serviceText } from './service-table.ts';
import { shown } from './text.ts';
import { trendBars, trendChart } from './trend.ts';

/** How much is told: rows of the table, items of a list, characters of a sentence from elsewhere. */
type Measure = { readonly rows: number; readonly items: number; readonly sentence: number };

/** A report that is too long for Slack is told shorter; what is left out is counted. */
const LONG: Measure = { rows: 25, items: 6, sentence: 280 };
const SHORT: Measure = { rows: 12, items: 4, sentence: 160 };
const SHORTEST: Measure = { rows: 5, items: 2, sentence: 80 };

/**
 * A report as a message: plain sentences first (what it cost and what was saved, what went wrong, what needs acting on),
 * then a table of services and a chart, then what saving means here. It passes problemsOf, however long the report is.
 */
export function reportMessage(report: Report): SlackMessage {
  const found = [LONG, SHORT]
    .map((measure) => told(report, measure))
    .find((message) => problemsOf(message).length === 0);
  return found ?? told(report, SHORTEST);
}

type Part = { readonly title: string | undefined; readonly lines: readonly string[] };

function told(report: Report, measure: Measure): SlackMessage {
  const title = `ECS on Spot: ${report.period.name}`;
  const parts = partsOf(report, measure);
  const sections = parts.map(({ title, lines }) => section(title === undefined ? lines : [`*${title}*`, ...lines]));
  const small = context(assumptionLines(report));
  const framed = (figures: readonly Block[]): readonly Block[] => [header(title), ...sections, ...figures, small];
  return {
    text: textOf(title, parts),
    blocks: framed([...trendChart(report), ...serviceTable(report, measure.rows)]),
    plainBlocks: framed([...trendBars(report), ...serviceText(report, measure.rows)]),
  };
}

function partsOf(report: Report, { items, sentence }: Measure): readonly Part[] {
  const failovers = failoverLines(report, sentence);
  const acting = actingLines(report, sentence);
  const coolOffs = report.coolOffs.map((pool) => shown(pool, sentence));
  const parts: readonly Part[] = [
    { title: undefined, lines: moneyLines(report, items) },
    { title: 'Interruptions', lines: wentWrongLines(report) },
    {
      title: 'Lent capacity',
      lines: [...failovers.slice(0, 1), ...bullets(failovers.slice(1), items), ...unusedLines(report)],
    },
    { title: 'Pools on cool-off, where nothing new is started for now', lines: bullets(coolOffs, items) },
    {
      title: 'What needs you',
      lines: acting.length === 0 ? ['Nothing needs you to act.'] : bullets(acting, items),
    },
  ];
  return parts.filter(({ lines }) => lines.length > 0);
}

/** The same sentences for notifications, for screen readers, and for a workspace that takes nothing else. */
const textOf = (title: string, parts: readonly Part[]): string =>
  textOfLines([shown(title, 200), ...parts.flatMap(({ title, lines }) => (title ? [`${title}:`, ...lines] : lines))]);
