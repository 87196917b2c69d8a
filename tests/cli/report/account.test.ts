import { describe, expect, it } from 'vitest';
import { reportCommand } from '../../../cli/report.ts';
import { OBSERVE } from '../../../shared/aws/own-ports.ts';
import { putRecords } from '../../../shared/aws/table.ts';
import { type Instant, later } from '../../../shared/model/instant.ts';
import type { Interruption, StoredRecord } from '../../../shared/model/records.ts';
import { reportLab } from '../../functions/report/ports/lab.ts';
import { clusterArn, POOL } from '../../given.ts';
import { REGION } from '../../shared/aws/lab.ts';
import { aCounted, anEntry, HOUR, lineOf } from '../../shared/aws/ledger-records.ts';

const hours = (n: number): Instant => later(HOUR, n * 3_600_000);

/** An hour of the ledger in which checkout cost so many dollars. */
const hourOf = (n: number, usd: number) =>
  anEntry({ hour: hours(n), from: hours(n), to: hours(n + 1), services: [lineOf('checkout', usd * 1e9)] });

const interruption = (n: number): Interruption => ({
  is: 'interruption',
  region: REGION,
  instanceId: `i-${n}`,
  cluster: clusterArn('prod'),
  cause: 'spot',
  noticedAt: hours(n),
  drainedAt: later(hours(n), 2_000),
  goneAt: later(hours(n), 120_000),
  pool: POOL,
  stoppedByScheduler: 4,
  stoppedBySpotkeeper: 0,
  killed: 0,
  other: 0,
  expiresAt: hours(2_000),
});

/** An account whose table holds these records, 30 hours after its ledger began, and the command that reports it. */
async function account(records: readonly StoredRecord[], { prefix = '' } = {}) {
  const lab = reportLab();
  const { run, table, edge, clientConfig, pass } = lab;
  await run(putRecords({ ...table, prefix }, records));
  await pass(30);
  const { entries } = lab.account.endpoint.calls;
  const before = entries.length;
  const report = async (...argv: string[]) => {
    const [said, complaints]: [string[], string[]] = [[], []];
    const terminal = {
      print: (line: string) => said.push(line),
      complain: (line: string) => complaints.push(line),
      color: false,
    };
    const operator = { runtime: edge, clientConfig };
    const code = await run(reportCommand(['--region', REGION, '--table', table.name, ...argv], terminal, operator));
    return { code, text: said.join('\n'), complaints };
  };
  const operations = () => [...new Set(entries.slice(before).map(({ operation }) => operation))].sort();
  return { report, operations };
}

describe('npm run report -- --cost-explorer', () => {
  const records = [aCounted({ expiresAt: hours(2_000) }), ...[0, 1, 5, 20].map((n) => hourOf(n, n + 1))];

  it('asks Cost Explorer only then, and never where no whole day could be compared', async () => {
    const { report, operations } = await account(records);
    const { code, text } = await report('--cost-explorer');
    expect(code).toBe(0);
    expect(text).toContain('Nothing was asked: Cost Explorer knows a day about 24 hours after its end');
    expect(operations()).not.toContain('GetCostAndUsage');
  });

  it('is for an account and a terminal', async () => {
    const { report } = await account(records);
    expect((await report('--cost-explorer', '--format', 'csv')).complaints.join()).toContain('--format terminal');
  });
});

describe('npm run report of an account', () => {
  const records = [aCounted({ expiresAt: hours(2_000) }), ...[0, 1, 5, 20].map((n) => hourOf(n, n + 1))];

  it('tells the last seven days from the ledger, which it only reads', async () => {
    const { report, operations } = await account([...records, interruption(2)]);
    const { code, text } = await report();
    expect(code).toBe(0);
    expect(text).toContain('ECS on Spot: 8 to 15 August 2026');
    expect(text).toMatch(/^checkout +\$30\.00 +\$90\.00 +\$60\.00 \(67%\) +Spot/m);
    expect(text).toContain('EC2 took back 1 Spot instance');
    expect(text).toContain('Account 123456789012, eu-west-1.');
    expect(operations()).toEqual(['ListTables', 'Query']);
  });

  it('begins with the local day that is asked for, in the time zone that is asked for', async () => {
    const { report } = await account(records);
    const of = async (...argv: string[]) => JSON.parse((await report('--format', 'json', ...argv)).text);
    expect((await of('--since', '2026-08-15')).total.cost).toBe(21e9);
    // In Auckland it is the 15th from noon (UTC) of the 14th on.
    expect((await of('--since', '2026-08-15', '--time-zone', 'Pacific/Auckland')).total.cost).toBe(27e9);
    expect((await of('--since', '1d')).total.cost).toBe(30e9);
  });

  it('gives the whole report as JSON, as lines for a spreadsheet, and as the page that Slack would show', async () => {
    const { report } = await account(records);
    const json = JSON.parse((await report('--format', 'json')).text);
    expect(json).toMatchObject({ account: '123456789012', mode: 'act', messages: [] });
    expect(json.services[0]).toMatchObject({ consumer: { of: 'service', name: 'checkout' }, cost: 30e9 });
    expect((await report('--format', 'csv', '--by', 'cluster')).text).toMatch(/,eu-west-1,prod,30\.000000000,/);
    expect((await report('--format', 'html')).text).toMatch(/^<!doctype html>.*ECS on Spot/s);
  });

  it('says that spotkeeper only watched where it is in observe mode', async () => {
    const { report } = await account([...records, interruption(2)], { prefix: OBSERVE });
    const { text } = await report();
    expect(text).toContain('spotkeeper only watched (observe mode)');
    expect(text).toMatch(/^checkout +\$30\.00/m);
  });

  it('says that the ledger knows nothing of a time without entries', async () => {
    const { report } = await account([]);
    const { code, text } = await report();
    expect(code).toBe(0);
    expect(text).toContain('Nothing ran.');
    expect(text).toContain('Nothing is known of this time: the ledger has no entry of it');
  });

  it('refuses a table that is not there, in one line', async () => {
    const { report } = await account([]);
    const { code, complaints } = await report('--table', 'other');
    expect(code).toBe(2);
    expect(complaints).toEqual([expect.stringContaining('no table of eu-west-1 is called "other"')]);
  });

  it('says so when the file cannot be written', async () => {
    const { report } = await account(records);
    const { code, complaints } = await report('--out', '/no/such/folder/report.txt');
    expect(code).toBe(2);
    expect(complaints).toEqual([expect.stringContaining('/no/such/folder/report.txt')]);
  });
});
