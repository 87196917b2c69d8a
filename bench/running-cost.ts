import { REGION } from '../cli/scenario.ts';
import { packagedTemplate } from '../scripts/packaged.mjs';
import type { Template } from '../sim/delivery/template.ts';
import { busyMarket, takeBack } from './day.ts';
import type { Benchmark, Figure } from './figure.ts';
import { installSpotkeeper } from './market.ts';
import { type CostLine, costLines, total } from './running-cost/cost.ts';
import { watchUsage } from './running-cost/watch.ts';

export type RunningCostOptions = { readonly sizes: readonly Size[] };

export type Size = {
  readonly clusters: number;
  /** in all clusters together, as are services and tasks */
  readonly instances: number;
  readonly services: number;
  readonly tasks: number;
  /** Until the standbys are made and the groups reviewed. */
  readonly leadMinutes: number;
  readonly watchedHours: number;
  /** every function, with standbys of every service; else as the stack comes: interruption and report */
  readonly all: boolean;
  readonly goals: Goals;
};

type Column = { readonly title: string; readonly lines: readonly CostLine[]; readonly computeUsd: number };

type Goals = {
  readonly list?: { readonly atMost: number };
  readonly withFree?: { readonly atMost: number };
  /** percent of the compute that is managed */
  readonly share?: { readonly atMost: number };
};

/** Of a hundred Spot instances EC2 takes so many a day: more than it does of most pools. */
const TAKEN_A_DAY = 5;
const MONTH_HOURS = 730;
const HOUR_MS = 3_600_000;
const AS_IT_COMES = { parts: { report: true }, settings: {} };
const ALL = {
  parts: { failover: true, rebalance: true, report: true },
  settings: { SPOTKEEPER_FAILOVER_DEFAULT: 'fargate-spot/fargate', SPOTKEEPER_REBALANCE_DEFAULT: 'on' },
};

/** What spotkeeper itself costs a month, the dashboard off. */
export function runningCost({ sizes }: RunningCostOptions): Benchmark {
  return {
    name: 'running-cost',
    title: 'what spotkeeper itself costs a month, from what it uses in simulated accounts and the price list',
    async measure() {
      const columns: (Column & { readonly size: Size })[] = [];
      for (const size of sizes) columns.push({ ...(await columnOf(size)), size });
      return [...columns.flatMap(figures), ...gridsOf(columns)];
    },
  };
}

async function columnOf(size: Size): Promise<Column> {
  const market = busyMarket(size);
  const { account } = market;
  const { parts, settings } = size.all ? ALL : AS_IT_COMES;
  const template = (await packagedTemplate(parts)) as Template;
  account.keepBill();
  const installation = await installSpotkeeper(market, { minutes: size.leadMinutes, parts, settings });
  const from = account.clock.now();
  const to = from + size.watchedHours * HOUR_MS;
  const interruptions = Math.ceil((size.instances * TAKEN_A_DAY * size.watchedHours) / 2_400);
  takeBack({ hours: size.watchedHours, interruptions }, market);
  const usage = watchUsage(market, installation, template);
  await account.clock.run(to);
  const computeUsd = (account.bill(REGION, from, to).usd * MONTH_HOURS) / size.watchedHours;
  return { title: `${size.instances} instances${size.all ? ', all on' : ''}`, lines: costLines(usage()), computeUsd };
}

const ofSmall = { clusters: 1, instances: 10, services: 5, tasks: 50, leadMinutes: 30, watchedHours: 24 };
const forSmall = { list: { atMost: 3 }, withFree: { atMost: 1 } };

/** Accounts of three sizes; the small one also as the stack comes. */
export const runningCostSizes: readonly Size[] = [
  { ...ofSmall, all: false, goals: forSmall },
  { ...ofSmall, all: true, goals: forSmall },
  {
    ...{ clusters: 4, instances: 200, services: 40, tasks: 1_000, leadMinutes: 30, watchedHours: 6 },
    ...{ all: true, goals: {} },
  },
  {
    ...{ clusters: 20, instances: 5_000, services: 400, tasks: 20_000, leadMinutes: 40, watchedHours: 1 },
    ...{ all: true, goals: { share: { atMost: 0.1 } } },
  },
];

function figures({ title, lines, computeUsd, size }: Column & { readonly size: Size }): readonly Figure[] {
  const { list, withFree, share } = size.goals;
  const [atList, atFree] = [total(lines, 'list'), total(lines, 'withFree')];
  const amounts = lines.map(({ says, amount }) => `${says}: ${rounded(amount)}`).join('; ');
  return [
    { what: `${title}: list price`, value: atList, unit: 'dollars', ...(list && { goal: list }), note: amounts },
    { what: `${title}: with free tiers`, value: atFree, unit: 'dollars', ...(withFree && { goal: withFree }) },
    {
      what: `${title}: list price, of the compute managed`,
      value: (100 * atList) / computeUsd,
      unit: '%',
      ...(share && { goal: share }),
      note: `${Math.round(computeUsd)} dollars a month, ${size.services} services, ${size.tasks} tasks, ${size.clusters} clusters`,
    },
  ];
}

const rounded = (amount: number): string => (amount >= 100 ? String(Math.round(amount)) : amount.toPrecision(3));

/** Two grids: what each service costs at list price, and with free tiers that nothing else uses. */
function gridsOf(columns: readonly Column[]): readonly Figure[] {
  const grid = (table: string, of: 'list' | 'withFree'): readonly Figure[] =>
    columns.flatMap(({ title: column, lines }) =>
      lines.map((line) => {
        const cell = { table, row: line.says, column };
        return { what: `${column}: ${line.says}`, value: line[of], unit: 'dollars', cell };
      }),
    );
  return [...grid('dollars a month, list price', 'list'), ...grid('dollars a month, with free tiers', 'withFree')];
}
