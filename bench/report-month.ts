import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { meanwhile } from '../cli/meanwhile.ts';
import { REGION } from '../cli/scenario.ts';
import { makeTableClient } from '../shared/aws/clients.ts';
import { putRecords } from '../shared/aws/table.ts';
import { instant, later } from '../shared/model/instant.ts';
import type { LedgerEntry, ServiceLine } from '../shared/model/ledger.ts';
import { SimulatedAccount } from '../sim/account.ts';
import { DynamoDb } from '../sim/dynamodb/service.ts';
import { listen } from '../sim/http.ts';
import type { Benchmark, Figure } from './figure.ts';

export type ReportMonthOptions = {
  readonly days: number;
  readonly clusters: number;
  /** of each cluster; one of them is lent tasks in each hour */
  readonly services: number;
  /** of each cluster, beside Fargate Spot */
  readonly pools: number;
  /** a reading that lies across the hour makes two */
  readonly entriesPerHour: number;
};

/** What the process tells: see report-month-process.ts. */
export type Measured = {
  /** The function's own invocation at the hour of its reports: a daily and a weekly one. */
  readonly functionSeconds: number;
  /** A report of all days. */
  readonly monthSeconds: number;
  /** MiB that the whole process held at most, Node.js included. */
  readonly peak: number;
  /** MiB on the heap at its end, garbage included. */
  readonly heap: number;
  /** nano-dollars that the report of all days tells */
  readonly cost: number;
  readonly services: number;
  readonly blocks: number;
};

/** A Monday, at the hour of reports. */
const NOW = Date.UTC(2026, 8, 14, 9);
const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const LATENCY_MS = 5;

/** What the reports of a month of ledger entries take, in a process of its own beside a table that is served over HTTP. */
export function reportMonth(options: ReportMonthOptions): Benchmark {
  const { days, clusters, services } = options;
  return {
    name: 'report-month',
    title: `reports from ${days} days of a ledger of ${clusters} clusters with ${services} services each`,
    async measure() {
      const { account, entries, cost } = await written(options);
      const { clock, endpoint } = account;
      const defects: unknown[] = [];
      const onDefect = (error: unknown) => void defects.push(error);
      const server = await listen(endpoint, { clock, port: 0, region: REGION, speed: 0, onDefect });
      const told = await inProcess(server.url, days).finally(() => server.close());
      if (defects.length > 0) throw defects[0];
      if (told.cost !== cost) throw new Error(`the report tells ${told.cost} nano-dollars of ${cost}`);
      return figures(told, { entries, days });
    },
  };
}

async function inProcess(url: string, days: number): Promise<Measured> {
  const script = join(import.meta.dirname, 'report-month-process.ts');
  const { stdout } = await promisify(execFile)(process.execPath, [script, url, String(NOW), String(days)]);
  return JSON.parse(stdout);
}

const figures = (told: Measured, { entries, days }: { entries: number; days: number }): readonly Figure[] => [
  { what: 'entries in the ledger', value: entries, unit: '' },
  {
    what: `a report of ${days} days, read and made`,
    value: told.monthSeconds,
    unit: 's wall',
    goal: { atMost: 10 },
    note: `DynamoDB answers in ${LATENCY_MS} ms and more: the simulated one takes its time from the same machine`,
  },
  {
    what: 'the function at the hour of its daily and weekly report',
    value: told.functionSeconds,
    unit: 's wall',
    goal: { atMost: 10 },
  },
  { what: 'peak memory of the process', value: told.peak, unit: 'MiB', goal: { atMost: 512 } },
  { what: 'heap at its end, garbage included', value: told.heap, unit: 'MiB' },
  { what: 'services in the report', value: told.services, unit: '' },
  { what: 'blocks of its Slack message', value: told.blocks, unit: '', goal: { atMost: 50 } },
];

/** An account whose table has the ledger, and what all of it cost. */
async function written(options: ReportMonthOptions) {
  const own: { dynamodb?: DynamoDb } = {};
  const account = new SimulatedAccount({
    ...{ seed: 1, regions: [REGION], startMs: NOW, latencyMs: LATENCY_MS },
    services: ({ clock }) => {
      own.dynamodb = new DynamoDb({ clock });
      return [own.dynamodb.service];
    },
  });
  const keySchema = [
    { AttributeName: 'pk', KeyType: 'HASH' as const },
    { AttributeName: 'sk', KeyType: 'RANGE' as const },
  ];
  own.dynamodb?.createTable({ region: REGION, account: account.account, tableName: 'Table', keySchema });
  let [entries, cost] = [0, 0];
  await meanwhile(account, async ({ runtime, clientConfig }) => {
    const client = makeTableClient(REGION, { edge: runtime, clientConfig });
    const table = { client, name: 'Table', prefix: '', ...runtime };
    for (let day = 1; day <= options.days; day += 1) {
      const some = entriesOf(NOW - (NOW % DAY_MS) - day * DAY_MS, options);
      await putRecords(table, some);
      entries += some.length;
      for (const { services } of some) cost += services.reduce((sum, line) => sum + line.cost, 0);
    }
  });
  return { account, entries, cost };
}

const entriesOf = (midnight: number, options: ReportMonthOptions): readonly LedgerEntry[] =>
  Array.from({ length: options.clusters * 24 * options.entriesPerHour }, (_, n) => {
    const cluster = n % options.clusters;
    const nth = Math.floor(n / options.clusters);
    const hour = instant(midnight + Math.floor(nth / options.entriesPerHour) * HOUR_MS);
    const ms = HOUR_MS / options.entriesPerHour;
    const from = later(hour, (nth % options.entriesPerHour) * ms);
    return {
      is: 'ledger',
      region: REGION,
      cluster: `arn:aws:ecs:${REGION}:123456789012:cluster/cluster-${cluster}`,
      ...{ hour, from, to: later(from, ms) },
      freed: { instances: 0, cost: 0 },
      ...linesOf({ seconds: ms / 1_000, cluster, n }, options),
      missingPrices: [],
      gapMs: 0,
      expiresAt: instant(NOW + 70 * DAY_MS),
    };
  });

type Reading = { readonly seconds: number; readonly cluster: number; readonly n: number };

function linesOf({ seconds, cluster, n }: Reading, { services, pools }: ReportMonthOptions) {
  const money = (cost: number) => ({ cost, onDemand: 3 * cost, fargate: 4 * cost });
  const ran = { seconds, unpriced: 0, lent: false };
  const named = (service: number) => ({ of: 'service' as const, name: `cluster-${cluster}-service-${service}` });
  const onSpot = Array.from({ length: services }, (_, service): ServiceLine => {
    const cost = 10_000 * (service + 1) + n;
    return { consumer: named(service), capacity: 'spot', ...ran, ...money(cost) };
  });
  const idle: ServiceLine = { consumer: { of: 'idle' }, capacity: 'spot', ...ran, ...money(5_000 + n) };
  const lent: ServiceLine = {
    ...{ consumer: named(n % services), capacity: 'fargate-spot', ...ran, lent: true },
    ...money(7_000),
  };
  const spent = [...onSpot, idle].reduce((sum, { cost }) => sum + cost, 0);
  return {
    services: [...onSpot, idle, lent],
    pools: [
      ...Array.from({ length: pools }, (_, pool) => ({
        ...{ capacity: 'spot' as const, type: `m${5 + (pool % 3)}i.large`, zone: `${REGION}${'abc'[pool % 3]}` },
        ...{ seconds, unpriced: 0 },
        ...money(Math.floor(spent / pools) + (pool === 0 ? spent % pools : 0)),
      })),
      { capacity: 'fargate-spot' as const, type: undefined, zone: `${REGION}a`, seconds, unpriced: 0, ...money(7_000) },
    ],
  };
}
