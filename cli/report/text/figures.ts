import type { Money } from '../../../shared/model/ledger.ts';
import type { PoolSpending, Report, Spending } from '../../../shared/model/report.ts';
import { capacityNames } from '../../../shared/slack/message/figures.ts';
import { consumerName, moneyTexts, runsOn } from '../../../shared/slack/message/service-table.ts';
import { plain } from '../../../shared/slack/message/text.ts';
import type { By } from '../told.ts';
import { type Look, styled } from './blocks.ts';
import { barOf, tableLines } from './table.ts';

/** A line of a table of costs: its own columns, and its money. */
type CostRow = { readonly about: readonly string[]; readonly money: Money; readonly on: string };

type Cut = { readonly title: string; readonly about: readonly string[]; readonly rows: readonly CostRow[] };

const BAR = 14;
const NAME = 60;

/** What each service, cluster, Region or pool cost in a table with bars, and the sum of all. */
export function costLines(report: Report, by: By, look: Look): readonly string[] {
  const { title, about, rows } = cuts[by](report);
  if (rows.length === 0) return [styled(title, 'bold', look), 'Nothing ran.'];
  const sum: CostRow = { about: about.map((_, n) => (n === 0 ? 'All' : '')), money: report.total, on: '' };
  const most = Math.max(...rows.map(({ money }) => Math.max(money.cost, money.onDemand)));
  const cells = ({ about: own, money, on }: CostRow, bar: string): readonly string[] => [
    ...own,
    ...pricesOf(money),
    on,
    bar,
  ];
  const table = {
    header: [...about, 'Cost', 'On-Demand', 'Saved', by === 'pool' ? 'Hours' : 'Runs on', ''],
    rows: [
      ...rows.map((row) => cells(row, barOf({ part: row.money.cost, whole: row.money.onDemand, most }, BAR))),
      cells(sum, ''),
    ],
    right: [about.length, about.length + 1],
  };
  const [header = '', ...lines] = tableLines(table, look.width);
  return [
    styled(title, 'bold', look),
    styled(header, 'dim', look),
    ...lines.slice(0, -1),
    styled(lines.at(-1) ?? '', 'bold', look),
  ];
}

function pricesOf(money: Money): readonly string[] {
  const { cost, onDemand, saved } = moneyTexts(money);
  return [cost, onDemand, saved];
}

const cuts: Readonly<Record<By, (report: Report) => Cut>> = {
  service: (report) => {
    const several = isSeveral(report);
    return {
      title: 'What each service cost',
      about: ['Service', ...(several ? ['Cluster'] : [])],
      rows: report.services.map((one) => ({
        about: [plain(consumerName(one.consumer), NAME), ...(several ? [placeOf(one, report)] : [])],
        money: one,
        on: runsOn([one]),
      })),
    };
  },
  cluster: (report) => ({
    title: 'What each cluster cost',
    about: ['Cluster'],
    rows: report.clusters.map((one) => ({ about: [placeOf(one, report)], money: one, on: runsOn([one]) })),
  }),
  region: (report) => ({
    title: 'What each Region cost',
    about: ['Region'],
    rows: report.regions.map((one) => ({ about: [plain(one.region, NAME)], money: one, on: runsOn([one]) })),
  }),
  pool: (report) => ({
    title: 'What each pool cost',
    about: ['Pool', 'Bought as'],
    rows: report.pools.map((one) => ({
      about: [plain(one.pool, NAME), capacityNames[one.capacity]],
      money: one,
      on: hoursOf(one),
    })),
  }),
};

const hoursOf = ({ hours }: PoolSpending): string => hours.toLocaleString('en-US', { maximumFractionDigits: 1 });

const isSeveral = ({ clusters }: Report): boolean => clusters.length > 1;

/** The cluster, with its Region where there are several. */
function placeOf({ region, cluster }: { region: string; cluster: string } & Spending, { clusters }: Report): string {
  const regions = new Set(clusters.map((one) => one.region));
  return plain(regions.size > 1 ? `${cluster}, ${region}` : cluster, NAME);
}
