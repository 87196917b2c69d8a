import { capacities, type NanoUsd } from '../../shared/model/ledger.ts';
import type {
  ClusterSpending,
  PoolSpending,
  RegionSpending,
  Report,
  ServiceSpending,
  Spending,
} from '../../shared/model/report.ts';
import type { By } from './told.ts';

type Column<T> = readonly [header: string, cell: (one: T) => string];

/**
 * The costs of a report for spreadsheets: a header, and one line for each service, cluster, Region or pool, with the ends of
 * lines that the standard asks for. Dollars have nine decimals: they are whole nano-dollars, so that the lines add up to
 * the total exactly.
 * https://www.rfc-editor.org/rfc/rfc4180
 */
export function csvOf(report: Report, by: By): string {
  switch (by) {
    case 'service':
      return csv([...time(report), ...place, ...consumer, ...spending], report.services);
    case 'cluster':
      return csv([...time(report), ...place, ...spending], report.clusters);
    case 'region':
      return csv([...time(report), ...where, ...spending], report.regions);
    case 'pool':
      return csv([...time(report), ...pool], report.pools);
  }
}

const csv = <T>(columns: readonly Column<T>[], rows: readonly T[]): string =>
  [columns.map(([header]) => header), ...rows.map((row) => columns.map(([, cell]) => quoted(cell(row))))]
    .map((cells) => `${cells.join(',')}\r\n`)
    .join('');

const time = ({ period }: Report): readonly Column<unknown>[] => [
  ['from', () => new Date(period.from).toISOString()],
  ['to', () => new Date(period.to).toISOString()],
];

const where: readonly Column<Pick<RegionSpending, 'region'>>[] = [['region', ({ region }) => harmless(region)]];

const place: readonly Column<ClusterSpending>[] = [...where, ['cluster', ({ cluster }) => harmless(cluster)]];

/** `service`, `tasks` that belong to none, or `idle` room, which has no name. */
const consumer: readonly Column<ServiceSpending>[] = [
  ['kind', (one) => one.consumer.of],
  ['name', ({ consumer: of }) => ('name' in of ? harmless(of.name) : '')],
];

const spending: readonly Column<Spending>[] = [
  ['cost_usd', ({ cost }) => dollars(cost)],
  ...capacities.map(
    (capacity): Column<Spending> => [
      `${capacity.replace('-', '_')}_usd`,
      ({ byCapacity }) => dollars(byCapacity[capacity]),
    ],
  ),
  ['lent_usd', ({ lent }) => dollars(lent)],
  ['idle_usd', ({ idle }) => dollars(idle)],
  ['at_on_demand_prices_usd', ({ onDemand }) => dollars(onDemand)],
  ['at_fargate_prices_usd', ({ fargate }) => dollars(fargate)],
  ['saved_usd', ({ saved }) => dollars(saved)],
];

const pool: readonly Column<PoolSpending>[] = [
  ...where,
  ['pool', (one) => harmless(one.pool)],
  ['capacity', ({ capacity }) => capacity],
  ['hours', ({ hours }) => hours.toFixed(6)],
  ['cost_usd', ({ cost }) => dollars(cost)],
  ['at_on_demand_prices_usd', ({ onDemand }) => dollars(onDemand)],
  ['at_fargate_prices_usd', ({ fargate }) => dollars(fargate)],
  ['saved_usd', ({ onDemand, cost }) => dollars(onDemand - cost)],
];

/** Whole nano-dollars with their nine decimals: `12.000000001`. Arithmetic in floating point would lose the last. */
function dollars(nanoUsd: NanoUsd): string {
  const digits = Math.abs(nanoUsd).toFixed(0).padStart(10, '0');
  return `${nanoUsd < 0 ? '-' : ''}${digits.slice(0, -9)}.${digits.slice(-9)}`;
}

/**
 * A name that a spreadsheet would take for a formula is text with an apostrophe before it. A name that already looks like
 * such a text gets one more, so that no two names become the same.
 * https://owasp.org/www-community/attacks/CSV_Injection
 */
const harmless = (name: string): string => (/^'*(\s*[=+\-@]|[\t\r\n])/.test(name) ? `'${name}` : name);

const quoted = (cell: string): string => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);
