import type { Benchmark, Figure } from '../figure.ts';
import type { Market } from './market.ts';
import { drawnMarket, marketsIn, type TracesAsked } from './markets.ts';
import { type Outcome, replay } from './replay.ts';
import { OMNISCIENT, rows, SPOTKEEPER, SPOTKEEPER_SLOW } from './rows.ts';

const WHERE = 'https://github.com/skypilot-org/spot-traces';
const MOST_OVER_OMNISCIENT = 1.1;
const ASSUMED =
  'Fargate is taken to have room. EC2 is up 150 s after a launch, Fargate after 60 s; prices are shares of On-Demand: ' +
  'Spot 0.30, Fargate 1.21; Spot is launched as soon as there is any.';

/**
 * What several policies keep of a service's tasks, and cost, on measured Spot capacity; without traces on a market that
 * is drawn from seed 1. All policies run through the same replay.
 * @throws TraceError from `measure` when the folder cannot be replayed
 */
export function traces(asked?: TracesAsked): Benchmark {
  return {
    name: 'traces',
    title: asked
      ? `policies on the Spot capacity in ${asked.directory}`
      : `policies on drawn Spot capacity; for measured one, --traces DIR --target N with a folder of ${WHERE}`,
    async measure() {
      const markets = asked ? marketsIn(asked) : [drawnMarket()];
      return markets.flatMap((market, index) => figures(market, index === markets.length - 1 ? { note: ASSUMED } : {}));
    },
  };
}

function figures(market: Market, note: Pick<Figure, 'note'>): readonly Figure[] {
  const outcomes = new Map(
    rows.map(({ name, policy, assumptions }) => [name, replay(market, { policy, assumptions })]),
  );
  const least = outcomes.get(OMNISCIENT)?.cost ?? Number.NaN;
  return [
    ...[...outcomes].flatMap(([row, outcome]) => cells(described(market), { row, outcome, least })),
    ...[SPOTKEEPER, SPOTKEEPER_SLOW].map((name) => ({
      what: `${market.name}, ${name}: availability`,
      value: (outcomes.get(name)?.availability ?? 0) * 100,
      unit: '%',
      goal: { atLeast: 100 },
    })),
    {
      what: `${market.name}, ${SPOTKEEPER}: / omniscient`,
      value: (outcomes.get(SPOTKEEPER)?.cost ?? Number.NaN) / least,
      unit: '',
      goal: { atMost: MOST_OVER_OMNISCIENT },
      ...note,
    },
  ];
}

function described({ name, pools, target, lengthMs }: Market): string {
  const many = `${pools.length} ${pools.length === 1 ? 'pool' : 'pools'}, ${target} ${target === 1 ? 'task' : 'tasks'}`;
  return `${name}: ${many}, ${(lengthMs / 86_400_000).toFixed(1)} days`;
}

type Line = { readonly row: string; readonly outcome: Outcome; readonly least: number };

function cells(table: string, { row, outcome, least }: Line): readonly Figure[] {
  const { availability, cost, launched } = outcome;
  const columns: readonly (readonly [string, number, string])[] = [
    ['availability', availability * 100, '%'],
    ['cost', cost, 'of On-Demand'],
    ['/ omniscient', cost / least, 'times'],
    ['lent', launched.fargate, ''],
    ['bought', launched['on-demand'], ''],
  ];
  return columns.map(([column, value, unit]) => ({
    what: `${table}, ${row}: ${column}`,
    value,
    unit,
    cell: { table, row, column },
  }));
}
