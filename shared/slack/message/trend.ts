import type { Report } from '../../model/report.ts';
import type { Block } from '../../model/slack-message.ts';
import { section } from './blocks.ts';
import { dollars } from './figures.ts';
import limits from './limits.json' with { type: 'json' };
import { codeBlock, plain } from './text.ts';

/** A bar of the chart: dollars paid, and what On-Demand instances would have cost. */
type Bar = { readonly label: string; readonly paid: number; readonly onDemand: number };

/** Eighths of a character's width, so that bars of text differ by less than one. */
const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];
const FULL = '█';
const BAR_WIDTH = 20;
const LABEL_WIDTH = 12;

/**
 * The trend as Slack's own chart. What was saved is the space between its two bars, which tells a loss as well as a gain.
 * @returns no block when there is nothing to compare
 */
export function trendChart(report: Report): readonly Block[] {
  const bars = barsOf(report);
  if (bars.length === 0) return [];
  const series = (name: string, value: (bar: Bar) => number) => ({
    name,
    data: bars.map((bar) => ({ label: bar.label, value: value(bar) })),
  });
  return [
    {
      type: 'data_visualization',
      title: 'Paid, and what On-Demand would have cost',
      chart: {
        type: 'bar',
        series: [series('Paid', ({ paid }) => paid), series('On-Demand', ({ onDemand }) => onDemand)],
        axis_config: { categories: bars.map(({ label }) => label), y_label: 'US dollars' },
      },
    },
  ];
}

/** The same trend as bars of text: what was paid in full, what On-Demand would have cost beyond it in light. */
export function trendBars(report: Report): readonly Block[] {
  const bars = barsOf(report);
  if (bars.length === 0) return [];
  const most = Math.max(...bars.map(({ paid, onDemand }) => Math.max(paid, onDemand)));
  const lines = bars.map(({ label, paid, onDemand }) => {
    const full = bar((paid / most) * BAR_WIDTH);
    const light = '░'.repeat(Math.max(0, Math.round((onDemand / most) * BAR_WIDTH) - [...full].length));
    return `${plain(label, LABEL_WIDTH).padEnd(LABEL_WIDTH)} ${`${full}${light}`.padEnd(BAR_WIDTH + 1)} ${dollars(paid * 1e9)} of ${dollars(onDemand * 1e9)}`;
  });
  return [section(['Paid of what On-Demand would have cost:', codeBlock(lines)])];
}

function barsOf({ trend }: Report): readonly Bar[] {
  const points = trend.slice(-limits.chartCategories);
  const labels = distinct(points.map(({ label }) => label));
  const bars = points.map(({ cost, saved }, at) => ({
    label: labels[at] ?? '',
    paid: usd(cost),
    onDemand: usd(cost + saved),
  }));
  return bars.length > 1 && bars.some(({ paid, onDemand }) => paid > 0 || onDemand > 0) ? bars : [];
}

/** An hour in which more was taken off than booked has no bar. */
const usd = (nanoUsd: number): number => Math.max(0, Math.round(nanoUsd / 1e5) / 1e4);

/** A day that is set back has an hour twice: each label is one of its own. */
function distinct(labels: readonly string[]): readonly string[] {
  const seen = new Set<string>();
  return labels.map((label) => {
    let own = plain(label, limits.chartLabel);
    for (let n = 2; seen.has(own); n += 1) own = `${plain(label, limits.chartLabel - `${n}`.length - 3)} (${n})`;
    seen.add(own);
    return own;
  });
}

function bar(width: number): string {
  const eighths = Math.round(width * 8);
  return FULL.repeat(Math.floor(eighths / 8)) + (EIGHTHS[eighths % 8] ?? '');
}
