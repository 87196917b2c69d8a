import { type Consumer, capacities, type NanoUsd } from '../../model/ledger.ts';
import type { Report, ServiceSpending, Spending } from '../../model/report.ts';
import type { Block, RawText } from '../../model/slack-message.ts';
import { section } from './blocks.ts';
import { capacityNames, counted, dollars, percent } from './figures.ts';
import { codeBlock, plain } from './text.ts';

type Row = {
  readonly name: string;
  readonly cluster: string;
  readonly cost: string;
  readonly saved: string;
  readonly runsOn: string;
};

const CELL = 40;
/** Columns of the table of text. */
const NAME_WIDTH = 28;
const MONEY_WIDTH = 11;

/**
 * The services that cost most as Slack's own table, the sum of the others in the last row.
 * @returns no block when nothing ran
 */
export function serviceTable(report: Report, most: number): readonly Block[] {
  const rows = rowsOf(report, most);
  if (rows.length === 0) return [];
  const several = severalClusters(report);
  const cells = (texts: readonly (string | undefined)[]): readonly RawText[] =>
    texts.flatMap((text): RawText[] => (text === undefined ? [] : [{ type: 'raw_text', text: plain(text, CELL) }]));
  return [
    {
      type: 'data_table',
      caption: 'What each service cost',
      page_size: Math.min(rows.length, 10),
      row_header_column_index: 0,
      rows: [
        cells(['Service', several ? 'Cluster' : undefined, 'Cost', 'Saved', 'Runs on']),
        ...rows.map(({ name, cluster, cost, saved, runsOn }) =>
          cells([name, several ? cluster : undefined, cost, saved, runsOn]),
        ),
      ],
    },
  ];
}

/** The same table as text, for workspaces that refuse tables. */
export function serviceText(report: Report, most: number): readonly Block[] {
  const rows = rowsOf(report, Math.min(most, 20));
  if (rows.length === 0) return [];
  const line = (name: string, cost: string, saved: string): string =>
    `${plain(name, NAME_WIDTH).padEnd(NAME_WIDTH)}${cost.padStart(MONEY_WIDTH)}  ${saved}`;
  const lines = rows.map(({ name, cost, saved }) => line(name, cost, saved));
  return [section([codeBlock([line('Service', 'Cost', 'Saved'), ...lines])])];
}

function rowsOf(report: Report, most: number): readonly Row[] {
  const { services } = report;
  // One row that only counts one more service would take the place of the service.
  const shown = services.length <= most + 1 ? services : services.slice(0, most);
  const rest = services.slice(shown.length);
  const rows = shown.map((service) => rowOf(service, report));
  return rest.length === 0 ? rows : [...rows, restRow(rest)];
}

function rowOf(service: ServiceSpending, report: Report): Row {
  const { cluster, region } = service;
  const regions = new Set(report.clusters.map((one) => one.region));
  return {
    name: consumerName(service.consumer),
    cluster: regions.size > 1 ? `${cluster}, ${region}` : cluster,
    ...moneyTexts(service),
    runsOn: runsOn([service]),
  };
}

function restRow(rest: readonly ServiceSpending[]): Row {
  const sum = (of: (one: ServiceSpending) => number): number => rest.reduce((total, one) => total + of(one), 0);
  return {
    name: `and ${counted(rest.length, 'more service')}`,
    cluster: counted(new Set(rest.map(({ region, cluster }) => `${region} ${cluster}`)).size, 'cluster'),
    ...moneyTexts({
      cost: sum(({ cost }) => cost),
      onDemand: sum(({ onDemand }) => onDemand),
    }),
    runsOn: runsOn(rest),
  };
}

/** What has no price is not free; what EC2 took back within its first hour is, and saved what it would have cost. */
export function moneyTexts({ cost, onDemand }: Pick<Spending, 'cost' | 'onDemand'>) {
  if (cost === 0 && onDemand === 0) return { cost: 'not known', onDemand: 'not known', saved: '–' };
  return { cost: dollars(cost), onDemand: dollars(onDemand), saved: savedText(onDemand - cost, onDemand) };
}

export function consumerName(consumer: Consumer): string {
  switch (consumer.of) {
    case 'service':
      return consumer.name;
    case 'tasks':
      return `${consumer.name} (no service)`;
    case 'idle':
      return 'Room that no task used';
  }
}

/** `$3.10 (59%)`: in dollars and of what On-Demand would have cost; `$3.10 more` when nothing was saved. */
function savedText(saved: NanoUsd, onDemand: NanoUsd): string {
  if (saved < 0) return `${dollars(-saved)} more`;
  const share = percent(saved, onDemand);
  return share === undefined || saved === 0 ? dollars(saved) : `${dollars(saved)} (${share})`;
}

/** `Spot`, `Spot 82%, Fargate 18%`: by what was paid. */
export function runsOn(services: readonly Pick<Spending, 'byCapacity' | 'onDemand'>[]): string {
  const paid = capacities
    .map((capacity) => ({ capacity, cost: services.reduce((sum, { byCapacity }) => sum + byCapacity[capacity], 0) }))
    .filter(({ cost }) => cost > 0)
    .sort((a, b) => b.cost - a.cost);
  const total = paid.reduce((sum, { cost }) => sum + cost, 0);
  if (paid.length === 0) return services.some(({ onDemand }) => onDemand > 0) ? 'nothing to pay' : 'price not known';
  if (paid.length === 1) return paid.map(({ capacity }) => capacityNames[capacity]).join('');
  return paid.map(({ capacity, cost }) => `${capacityNames[capacity]} ${percent(cost, total)}`).join(', ');
}

const severalClusters = ({ clusters, services }: Report): boolean =>
  new Set([...clusters, ...services].map(({ region, cluster }) => `${region} ${cluster}`)).size > 1;
