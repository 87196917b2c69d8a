import {
  BatchGetItemCommand,
  BatchWriteItemCommand,
  CreateTableCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  type DynamoDBClient,
  ListTablesCommand,
  UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb';
import { beforeEach, describe, expect, it } from 'vitest';
import { VirtualClock } from '../../../sim/clock.ts';
import { DynamoDb } from '../../../sim/dynamodb/service.ts';
import type { Table } from '../../../sim/dynamodb/table.ts';
import { Endpoint } from '../../../sim/endpoint.ts';
import { keyedRandom } from '../../../sim/random.ts';
import { clientsOf, REGION, settle } from '../clients.ts';

const START = Date.UTC(2026, 7, 14);
const HOUR = 3_600_000;
const TableName = 't';

let clock: VirtualClock;
let client: DynamoDBClient;
let table: Table;

beforeEach(() => {
  clock = new VirtualClock(START);
  const dynamodb = new DynamoDb({ clock, ttlLagMs: 0 });
  const account = '123456789012';
  const endpoint = new Endpoint({ clock, random: keyedRandom(1), services: [dynamodb.service], account });
  client = clientsOf(endpoint).dynamodb;
  const keySchema = [{ AttributeName: 'pk', KeyType: 'HASH' as const }];
  table = dynamodb.createTable({ region: REGION, account, tableName: TableName, keySchema });
});

const key = (pk: string) => ({ pk: { S: pk } });

describe('the time to live of a table', () => {
  const update = (Enabled: boolean, AttributeName = 'expires') =>
    settle(
      clock,
      client.send(new UpdateTimeToLiveCommand({ TableName, TimeToLiveSpecification: { Enabled, AttributeName } })),
    );
  const described = async () =>
    (await settle(clock, client.send(new DescribeTimeToLiveCommand({ TableName })))).TimeToLiveDescription;
  const refused = (message: string) => ({ name: 'ValidationException', message });

  it('is disabled until it is enabled', async () => {
    expect(await described()).toEqual({ TimeToLiveStatus: 'DISABLED' });
    expect(await update(true)).toMatchObject({ TimeToLiveSpecification: { Enabled: true, AttributeName: 'expires' } });
    expect(await described()).toEqual({ TimeToLiveStatus: 'ENABLED', AttributeName: 'expires' });
  });

  it('decides which items expire', async () => {
    table.put({ ...key('a'), expires: { N: String(START / 1000 + 60) } });
    await clock.run(START + HOUR);
    expect(table.get(key('a'))).toBeDefined();
    await update(true);
    expect(table.get(key('a'))).toBeUndefined();
  });

  it('cannot be enabled or disabled twice', async () => {
    await expect(update(false)).rejects.toMatchObject(refused('TimeToLive is already disabled'));
    await update(true);
    await expect(update(true)).rejects.toMatchObject(refused('TimeToLive is already enabled'));
  });

  it('does not move to another attribute while it is enabled', async () => {
    await update(true);
    const message = 'TimeToLive is active on a different AttributeName: current AttributeName is expires';
    await expect(update(true, 'until')).rejects.toMatchObject(refused(message));
    await expect(update(false, 'until')).rejects.toMatchObject(refused(message));
  });

  it('changes once an hour', async () => {
    await update(true);
    const message = 'Time to live has been modified multiple times within a fixed interval';
    await expect(update(false)).rejects.toMatchObject(refused(message));
    await clock.run(clock.now() + HOUR);
    await update(false);
    expect(await described()).toEqual({ TimeToLiveStatus: 'DISABLED' });
  });
});

describe('a table short of throughput', () => {
  const write = (names: string[]) => {
    const requests = names.map((pk) => ({ PutRequest: { Item: key(pk) } }));
    return settle(clock, client.send(new BatchWriteItemCommand({ RequestItems: { [TableName]: requests } })));
  };

  it('leaves writes of a batch unprocessed, which can be sent again as they are', async () => {
    table.leaveUnprocessed(2);
    const { UnprocessedItems } = await write(['a', 'b', 'c']);
    expect([...table.items()]).toEqual([key('c')]);
    const again = await settle(clock, client.send(new BatchWriteItemCommand({ RequestItems: UnprocessedItems })));
    expect(again.UnprocessedItems).toEqual({});
    expect([...table.items()]).toHaveLength(3);
  });

  it('leaves keys of a batch unprocessed, with the projection they were asked with', async () => {
    await write(['a', 'b']);
    table.leaveUnprocessed(1);
    const RequestItems = { [TableName]: { Keys: [key('a'), key('b')], ProjectionExpression: 'pk' } };
    const { Responses, UnprocessedKeys } = await settle(clock, client.send(new BatchGetItemCommand({ RequestItems })));
    expect(Responses).toEqual({ [TableName]: [key('b')] });
    expect(UnprocessedKeys).toEqual({ [TableName]: { Keys: [key('a')], ProjectionExpression: 'pk' } });
  });

  it('refuses a batch of which it processes nothing', async () => {
    table.leaveUnprocessed(2);
    await expect(write(['a', 'b'])).rejects.toMatchObject({ name: 'ProvisionedThroughputExceededException' });
    expect([...table.items()]).toEqual([]);
  });
});

describe('a table with a stream', () => {
  it('is refused as not imitated', async () => {
    const created = client.send(
      new CreateTableCommand({
        TableName: 'streaming',
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
        KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
        StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_IMAGE' },
      }),
    );
    await expect(settle(clock, created)).rejects.toMatchObject({ name: 'NotImplemented' });
  });
});

describe('the description of a table', () => {
  it('counts its items and their bytes', async () => {
    table.put({ ...key('a'), n: { N: '12' } });
    table.put(key('b'));
    const { Table } = await settle(clock, client.send(new DescribeTableCommand({ TableName })));
    expect(Table).toMatchObject({ TableName, TableStatus: 'ACTIVE', ItemCount: 2, TableSizeBytes: 9 });
  });
});

describe('the list of tables', () => {
  it('has those of the Region by name, a page at a time', async () => {
    const list = (ExclusiveStartTableName?: string) =>
      settle(
        clock,
        client.send(new ListTablesCommand({ Limit: 2, ...(ExclusiveStartTableName && { ExclusiveStartTableName }) })),
      );
    for (const name of ['z', 'a']) {
      const created = client.send(
        new CreateTableCommand({
          TableName: `${name}-table`,
          BillingMode: 'PAY_PER_REQUEST',
          AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
          KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
        }),
      );
      await settle(clock, created);
    }
    expect(await list()).toMatchObject({ TableNames: ['a-table', 't'], LastEvaluatedTableName: 't' });
    expect(await list('t')).toMatchObject({ TableNames: ['z-table'] });
    expect((await list('t')).LastEvaluatedTableName).toBeUndefined();
  });
});
