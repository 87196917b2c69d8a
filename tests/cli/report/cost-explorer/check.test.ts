import { describe, expect, test } from 'vitest';
import { hostIn } from '../../../../cli/host.ts';
import { checkAgainstCostExplorer } from '../../../../cli/report/cost-explorer/check.ts';
import { costCheckLines } from '../../../../cli/report/cost-explorer/text.ts';
import { transcriptOf } from '../../../../cli/transcript.ts';
import { makeTableClient } from '../../../../shared/aws/clients.ts';
import { putRecords } from '../../../../shared/aws/table.ts';
import { instant, later } from '../../../../shared/model/instant.ts';
import { type AccountOptions, SimulatedAccount } from '../../../../sim/account.ts';
import { DynamoDb } from '../../../../sim/dynamodb/service.ts';
import { script } from '../../../../sim/market/source.ts';
import { AwsError } from '../../../../sim/service.ts';
import { REGION } from '../../../given.ts';
import { anEntry } from '../../../shared/aws/ledger-records.ts';
import { settle } from '../../../sim/clients.ts';

const hourMs = 3_600_000;
const start = instant(Date.UTC(2026, 7, 14));
const look = { width: 100, color: false };

type Setting = Partial<AccountOptions> & {
  /** of virtual time */
  readonly hours?: number;
  readonly keep?: boolean;
  /** nano-dollars that the ledger has of each hour of the Spot instance, which costs 0.04 dollars */
  readonly hourly?: number;
  /** from this hour on the ledger knows */
  readonly knownFrom?: number;
};

/** An account with a Spot instance in the ledger and an On-Demand one that is not, after some time. */
async function checked(setting: Setting = {}) {
  const { hours = 73, keep = true, hourly = 40_000_000, knownFrom = 0, ...options } = setting;
  const own: { dynamodb?: DynamoDb } = {};
  const account = new SimulatedAccount({
    ...{ seed: 1, regions: [REGION], startMs: start },
    market: () => () => script([{ atMs: 0, capacity: 10, price: 0.04 }]),
    services: ({ clock }) => {
      own.dynamodb = new DynamoDb({ clock });
      return [own.dynamodb.service];
    },
    ...options,
  });
  const keySchema = [
    { AttributeName: 'pk', KeyType: 'HASH' as const },
    { AttributeName: 'sk', KeyType: 'RANGE' as const },
  ];
  own.dynamodb?.createTable({ region: REGION, account: account.account, tableName: 'table', keySchema });
  if (keep) account.keepBill();
  const pool = { type: 'm6i.large', zone: `${REGION}a` };
  account.region(REGION).addInstance(pool);
  account.region(REGION).addInstance({ ...pool, type: 'c6i.large', spot: false });
  const { clock } = account;
  const { runtime, clientConfig } = hostIn(account, 'a person', transcriptOf(clock).edge('a person'));
  const client = makeTableClient(REGION, { edge: runtime, clientConfig });
  const table = { client, name: 'table', prefix: '', now: runtime.now, sleep: runtime.sleep };
  const money = { cost: hourly, onDemand: hourly, fargate: hourly };
  const entries = Array.from({ length: hours - knownFrom }, (_, index) => {
    const hour = later(start, (knownFrom + index) * hourMs);
    const pools = [{ capacity: 'spot' as const, ...pool, seconds: 3_600, unpriced: 0, ...money }];
    return anEntry({ hour, from: hour, to: later(hour, hourMs), services: [], pools });
  });
  await settle(clock, putRecords(table, entries));
  await clock.run(start + hours * hourMs);
  const books = { table, regions: [REGION] };
  const period = { from: start, to: runtime.now() };
  const check = await settle(clock, checkAgainstCostExplorer({ runtime, clientConfig }, books, period));
  const asked = account.endpoint.calls.count({ service: 'cost-explorer' });
  return { asked, check, text: costCheckLines(check, look).join('\n') };
}

const refusing = (error: AwsError): Setting => ({
  faults: ({ service }) => (service === 'cost-explorer' ? { error, when: 'before' } : undefined),
});

describe('the check against Cost Explorer', () => {
  test('compares the whole UTC days that both know', async () => {
    const { asked, text } = await checked();
    expect(text.split('\n')).toEqual([
      'Cost Explorer, 2026-08-14 to before 2026-08-16 (UTC), 1 request at a cent each',
      '      Ledger  Cost Explorer  Deviation',
      'Spot   $1.92          $1.92     +0.0 %',
      'All    $1.92          $1.92     +0.0 %',
      'Cost Explorer counts all instances of the account of these types and regions, also those outside of',
      'ECS, before discounts; it corrects a day for some days.',
      // 48 hours at 0.085 dollars.
      'Beside it $4.08 are billed for types of instances and tasks that the ledger has not seen.',
    ]);
    expect(asked).toBe(1);
  });

  test('shows how much the ledger is off', async () => {
    const { text } = await checked({ hourly: 38_000_000 });
    expect(text).toContain('Spot   $1.82          $1.92     -5.0 %');
  });

  test('leaves out the day on which the ledger began', async () => {
    const { check } = await checked({ knownFrom: 5 });
    expect(check).toMatchObject({ is: 'compared', days: { from: '2026-08-15', to: '2026-08-16' } });
  });

  test('asks for nothing, and pays nothing, when no day is old enough', async () => {
    const { asked, text } = await checked({ hours: 40 });
    expect(asked).toBe(0);
    expect(text).toContain('Nothing was asked: Cost Explorer knows a day about 24 hours after its end (UTC)');
  });

  test('names the right that is missing', async () => {
    const { text } = await checked(refusing(new AwsError('AccessDeniedException', 'not authorized')));
    expect(text).toContain('AccessDeniedException: not authorized');
    expect(text).toContain('The right ce:GetCostAndUsage is needed');
  });

  test('says how Cost Explorer is enabled when it has no data', async () => {
    const { text } = await checked({ keep: false });
    expect(text).toContain('DataUnavailableException: Data is not available.');
    expect(text).toContain('Cost Explorer is enabled in the console once, and has data a day later.');
  });

  test('keeps quiet about no other error', async () => {
    const error = new AwsError('ValidationException', 'no such dimension');
    await expect(checked(refusing(error))).rejects.toMatchObject({ name: 'ValidationException' });
  });
});
