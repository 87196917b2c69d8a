import type { Benchmark, Figure } from './figure.ts';
import type { Month } from './months/ledger.ts';
import { calmMarket, monthMarket } from './months/market.ts';
import { defaultPolicy, type MonthPolicy, type Played, playMonth } from './months/play.ts';

export type MonthsOptions = { readonly firstSeed: number; readonly months: number; readonly days: number };

const BALANCED = 'price-capacity-optimized';
const NEVER = Number.MAX_SAFE_INTEGER;

/** The second is what the loss is measured against. */
const policies: readonly MonthPolicy[] = [
  { name: 'six types, lowest-price', strategy: 'lowest-price' },
  { name: `six types, ${BALANCED}`, strategy: BALANCED },
  {
    name: 'wide list without cool-off',
    strategy: BALANCED,
    // Chosen once; nothing is left out, and nothing moves.
    keeper: { ...defaultPolicy, maxPoolShare: 1, changeMinutes: NEVER, minAgeMinutes: NEVER },
  },
  { name: 'spotkeeper, default settings', strategy: BALANCED, keeper: defaultPolicy },
];

const HALF = 0.5;
const DEARER = 1.03;

/**
 * Market months with correlated drops: three groups of 12, 30 and 60 instances in three zones, under four policies that
 * meet the same market. Launches are the simulated Auto Scaling's; spotkeeper's decisions are the product's pure ones.
 */
export function rebalanceMonths({ firstSeed, months, days }: MonthsOptions): Benchmark {
  return {
    name: 'rebalance-months',
    title: `${months} market months of ${days} days, seeds ${firstSeed} to ${firstSeed + months - 1}`,
    async measure() {
      const seeds = Array.from({ length: months }, (_, n) => firstSeed + n);
      const played: Played[][] = [];
      for (const policy of policies) {
        const all: Played[] = [];
        for (const seed of seeds) all.push(await playMonth(policy, { seed, market: monthMarket, days }));
        played.push(all);
      }
      const [, balanced = []] = played;
      const least = seeds.map((_, at) => Math.min(...played.map((all) => costOf(all[at]))));
      const loss = mean(balanced.map(lossOf));
      return [
        ...policies.flatMap((policy, n) => figuresOf(policy, played[n] ?? [], { least, loss })),
        ...(await calm(firstSeed, days)),
      ];
    },
  };
}

type Beside = { readonly least: readonly number[]; readonly loss: number };

function figuresOf(
  { name, keeper }: MonthPolicy,
  months: readonly Played[],
  { least, loss }: Beside,
): readonly Figure[] {
  const ours = keeper === defaultPolicy;
  const ratios = months.map((month, at) => costOf(month) / (least[at] ?? 1));
  const losses = months.map(lossOf);
  return [
    {
      what: `${name}: largest loss at once, mean`,
      value: percent(mean(losses)),
      unit: '%',
      ...(ours && { goal: { atMost: percent(loss * HALF) } }),
      note: `by month: ${losses.map(percent).join(' ')}`,
    },
    { what: `${name}: largest loss at once, worst month`, value: percent(Math.max(...losses)), unit: '%' },
    {
      what: `${name}: interruptions of 100 instances a day`,
      value: round(mean(months.map(({ groups }) => (2_400 * sum(groups, 'interruptions')) / sum(groups, 'hours')))),
      unit: '',
      note: `by month: ${months.map(({ groups }) => sum(groups, 'interruptions')).join(' ')}`,
    },
    {
      what: `${name}: cost, of the cheapest policy's`,
      value: Math.round(mean(ratios) * 1_000) / 1_000,
      unit: 'times',
      ...(ours && { goal: { atMost: DEARER } }),
      note: `by month: ${ratios.map((ratio) => ratio.toFixed(3)).join(' ')}`,
    },
    ...(ours
      ? [
          { what: `${name}: changes of types a month`, value: round(mean(months.map((one) => one.changes))), unit: '' },
          {
            what: `${name}: instances replaced a month`,
            value: round(mean(months.map((one) => one.replaced))),
            unit: '',
          },
        ]
      : []),
  ];
}

async function calm(seed: number, days: number): Promise<readonly Figure[]> {
  const ours = policies.find(({ keeper }) => keeper === defaultPolicy);
  if (!ours) throw new Error('the product is one of the policies');
  const { changes, replaced } = await playMonth(ours, { seed, market: calmMarket, days });
  const goal = { atMost: 0 };
  return [
    { what: 'a calm month: changes of types', value: changes, unit: '', goal },
    { what: 'a calm month: instances replaced', value: replaced, unit: '', goal },
  ];
}

const sum = (groups: readonly Month[], of: 'interruptions' | 'hours' | 'cost'): number =>
  groups.reduce((total, month) => total + month[of], 0);

/** Dollars an instance-hour. */
const costOf = (month: Played | undefined): number =>
  month === undefined ? Number.POSITIVE_INFINITY : sum(month.groups, 'cost') / sum(month.groups, 'hours');

/** Of the three groups, the largest share that was lost at once. */
const lossOf = ({ groups }: Played): number => Math.max(...groups.map(({ largestLoss }) => largestLoss));

const mean = (values: readonly number[]): number => values.reduce((total, one) => total + one, 0) / values.length;
const percent = (share: number): number => Math.round(share * 1_000) / 10;
const round = (value: number): number => Math.round(value * 100) / 100;
