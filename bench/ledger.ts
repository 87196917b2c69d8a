import { meanwhile } from '../cli/meanwhile.ts';
import { booksOf } from '../cli/report/read.ts';
import { REGION } from '../cli/scenario.ts';
import { stopwatch } from '../cli/stopwatch.ts';
import { tableReader } from '../functions/report/ports/table.ts';
import { shortName } from '../shared/model/arn.ts';
import { instant } from '../shared/model/instant.ts';
import type { LedgerEntry } from '../shared/model/ledger.ts';
import type { Bill } from '../sim/billing/bill.ts';
import type { LoggedCall } from '../sim/calls.ts';
import { busyMarket, type DayOptions, takeBack } from './day.ts';
import type { Benchmark, Figure } from './figure.ts';
import { installSpotkeeper, type Market } from './market.ts';

export type LedgerOptions = DayOptions & {
  /** of each cluster, on Fargate and on Fargate Spot each, beside `tasks` */
  readonly fargateTasks: number;
};

const HOUR_MS = 3_600_000;
const NANO = 1e9;
/** After the day, for its last readings and for what turns out to be free. */
const AFTER_MS = 75 * 60_000;
const TABLE = 'Table';

/** What the ledger says of a simulated day, beside the bill that the simulated account keeps of itself. */
export function ledger(options: LedgerOptions): Benchmark {
  const { instances, tasks, hours, interruptions } = options;
  return {
    name: 'ledger',
    title: `the ledger of ${instances} instances and ${tasks} tasks in ${hours} h, ${interruptions} interruptions, beside the exact bill`,
    async measure() {
      const market = busyMarket(options);
      for (const cluster of market.clusters) addFargate(market, { cluster, desired: options.fargateTasks });
      const { account } = market;
      account.keepBill();
      const seconds = stopwatch();
      const from = account.clock.now() + HOUR_MS;
      const to = from + hours * HOUR_MS;
      await installSpotkeeper(market, { minutes: 60, parts: { report: true } });
      takeBack(options, market);
      takeYoung(options, market);
      await account.clock.run(to + AFTER_MS);
      const wall = seconds();
      const entries = await meanwhile(account, async (person) => {
        const { table } = await booksOf(person, { regions: [REGION], name: TABLE });
        return tableReader(REGION, table).ledger(instant(from), instant(to));
      });
      const bill = account.bill(REGION, from, to);
      const calls = account.endpoint.calls.entries.filter(
        ({ at, caller }) => at >= from && at < to && /-report /.test(caller),
      );
      return [...deviations(entries, bill), ...callFigures(calls), { what: 'wall time', value: wall, unit: 's wall' }];
    },
  };
}

/** In each hour the youngest instance: EC2 bills none that it takes in its first hour. */
function takeYoung({ hours }: LedgerOptions, { account, region }: Market): void {
  for (let hour = 0; hour < hours; hour += 1) {
    account.clock.after((hour + account.random('ledger', 'young', hour)) * HOUR_MS, () => {
      const up = [...region.parts.fleet.instances.values()].filter(
        ({ state, reclaimAt }) => state === 'running' && reclaimAt === undefined,
      );
      const youngest = up.reduce((a, b) => (b.launchedAt > a.launchedAt ? b : a));
      region.interrupt(youngest.id);
    });
  }
}

type OnFargate = { readonly cluster: Market['clusters'][number]; readonly desired: number };

function addFargate({ region }: Market, { cluster, desired }: OnFargate): void {
  if (desired === 0) return;
  const common = { cluster, desired, cpu: 256, memory: 512 };
  region.createService({ ...common, name: `${cluster.name}-fargate`, launchType: 'FARGATE' });
  const strategy = [{ capacityProvider: 'FARGATE_SPOT', weight: 1, base: 0 }];
  region.createService({ ...common, name: `${cluster.name}-fargate-spot`, strategy });
}

function deviations(entries: readonly LedgerEntry[], bill: Bill): readonly Figure[] {
  const billed = sums(bill.shares.map(({ cluster = '', consumer, usd }) => [`${cluster} ${consumer}`, usd] as const));
  const written = sums(
    entries.flatMap(({ cluster, services }) =>
      services.map(({ consumer, cost }) => {
        const name =
          consumer.of === 'idle' ? 'idle' : `${consumer.of === 'tasks' ? 'family' : 'service'}:${consumer.name}`;
        return [`${shortName(cluster)} ${name}`, cost / NANO] as const;
      }),
    ),
  );
  const total = [...written.values()].reduce((sum, usd) => sum + usd, 0);
  const names = [...new Set([...billed.keys(), ...written.keys()])];
  const off = names.map((name) => ({ name, percent: deviation(written.get(name), billed.get(name)) }));
  const worst = (some: typeof off) => some.reduce((most, one) => (one.percent > most.percent ? one : most), nobody);
  const service = worst(off.filter(({ name }) => name.includes(' service:')));
  const free = bill.charges.filter((charge) => charge.free).length;
  return [
    { what: 'the exact bill', value: bill.usd, unit: 'dollars' },
    {
      what: 'the ledger, deviation in all',
      value: deviation(total, bill.usd),
      unit: '%',
      goal: { atMost: 0.5 },
      note: `${total.toFixed(6)} dollars in ${entries.length} entries beside ${bill.usd.toFixed(6)}`,
    },
    {
      what: 'the service whose cost deviates most',
      value: service.percent,
      unit: '%',
      goal: { atMost: 2 },
      note: `${service.name}, of ${off.length} lines`,
    },
    {
      what: 'idle room, the cluster that deviates most',
      value: worst(off.filter(({ name }) => name.endsWith(' idle'))).percent,
      unit: '%',
    },
    { what: 'instances on the bill', value: bill.charges.filter(({ type }) => type !== undefined).length, unit: '' },
    { what: 'of them free: taken in their first hour', value: free, unit: '' },
    {
      what: 'of them free in the ledger',
      value: entries.reduce((sum, { freed }) => sum + freed.instances, 0),
      unit: '',
      goal: { atLeast: free },
    },
    {
      what: 'prices that the ledger misses',
      value: new Set(entries.flatMap(({ missingPrices }) => missingPrices)).size,
      unit: '',
      goal: { atMost: 0 },
    },
    {
      what: 'gaps in the ledger',
      value: entries.reduce((sum, { gapMs }) => sum + gapMs, 0) / 60_000,
      unit: 'min',
      goal: { atMost: 0 },
    },
  ];
}

const nobody = { name: 'none', percent: 0 };

function sums(parts: readonly (readonly [string, number])[]): ReadonlyMap<string, number> {
  const all = new Map<string, number>();
  for (const [name, usd] of parts) all.set(name, (all.get(name) ?? 0) + usd);
  return all;
}

/** Percent of what is right. */
const deviation = (found = 0, right = 0): number =>
  right === found ? 0 : right === 0 ? Number.POSITIVE_INFINITY : (100 * Math.abs(found - right)) / right;

/** Each reading of a cluster lists its container instances once. */
function callFigures(calls: readonly LoggedCall[]): readonly Figure[] {
  const byOperation = Map.groupBy(calls, ({ operation }) => operation);
  const readings = byOperation.get('ListContainerInstances')?.length ?? 0;
  const shared = calls.filter(({ service }) => service !== 'dynamodb');
  const each = (some: readonly LoggedCall[]) => some.length / readings;
  return [
    { what: 'readings of a cluster', value: readings, unit: '' },
    {
      what: 'calls to AWS a reading',
      value: each(shared),
      unit: 'calls',
      note: [...byOperation].map(([name, some]) => `${name} ${each(some).toFixed(2)}`).join(', '),
    },
    {
      what: 'throttled',
      value: calls.filter(({ outcome }) => outcome !== 'ok').length,
      unit: 'calls',
      goal: { atMost: 0 },
    },
  ];
}
