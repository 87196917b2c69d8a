import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  CreateTableCommand,
  DescribeTableCommand,
  DynamoDBClient,
  ScanCommand,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import dynalite from 'dynalite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { VirtualClock } from '../../sim/clock.ts';
import { DynamoDb } from '../../sim/dynamodb/service.ts';
import { Endpoint } from '../../sim/endpoint.ts';
import { keyedRandom } from '../../sim/random.ts';
import { clientsOf, pinned, REGION, settle } from './clients.ts';
import type { Subject } from './dynamodb/scenario.ts';
import { dynamoDbConformance } from './dynamodb.conformance.ts';

const START = Date.UTC(2026, 7, 14);

const createTable = new CreateTableCommand({
  TableName: 'conformance',
  BillingMode: 'PAY_PER_REQUEST',
  AttributeDefinitions: ['pk', 'sk'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
  KeySchema: [
    { AttributeName: 'pk', KeyType: 'HASH' },
    { AttributeName: 'sk', KeyType: 'RANGE' },
  ],
});

const simulated = (ttlLagMs?: number) => {
  const clock = new VirtualClock(START);
  const dynamodb = new DynamoDb({ clock, ...(ttlLagMs === undefined ? {} : { ttlLagMs }) });
  const endpoint = new Endpoint({
    clock,
    random: keyedRandom(1),
    services: [dynamodb.service],
    account: '123456789012',
  });
  return {
    clock,
    dynamodb,
    client: clientsOf(endpoint).dynamodb,
    settle: <T>(work: Promise<T>) => settle(clock, work),
  };
};

describe('the simulated DynamoDB', () => {
  let subject: Subject;
  beforeAll(async () => {
    subject = simulated();
    await subject.settle(subject.client.send(createTable));
  });
  dynamoDbConformance(() => subject);

  it('describes its tables and refuses to create one twice', async () => {
    const { Table } = await subject.settle(subject.client.send(new DescribeTableCommand({ TableName: 'conformance' })));
    expect(Table).toMatchObject({
      TableStatus: 'ACTIVE',
      KeySchema: [{ AttributeName: 'pk' }, { AttributeName: 'sk' }],
    });
    await expect(subject.settle(subject.client.send(createTable))).rejects.toMatchObject({
      name: 'ResourceInUseException',
    });
  });

  it('says so when it is asked for scans and transactions', async () => {
    const scan = subject.client.send(new ScanCommand({ TableName: 'conformance' }));
    await expect(subject.settle(scan)).rejects.toThrow('does not imitate dynamodb:Scan');
    const transact = subject.client.send(new TransactWriteItemsCommand({ TransactItems: [] }));
    await expect(subject.settle(transact)).rejects.toThrow('does not imitate dynamodb:TransactWriteItems');
  });
});

describe('expired items of the simulated DynamoDB', () => {
  const tableWith = (ttlLagMs?: number) => {
    const { clock, dynamodb } = simulated(ttlLagMs);
    const keySchema = [{ AttributeName: 'pk', KeyType: 'HASH' as const }];
    const table = dynamodb.createTable({
      region: REGION,
      account: '123456789012',
      tableName: 't',
      keySchema,
      ttlAttribute: 'ttl',
    });
    table.put({ pk: { S: 'a' }, ttl: { N: String(START / 1000 + 60) } });
    return { clock, table };
  };

  it('are still there, as on AWS for days', async () => {
    const { clock, table } = tableWith();
    await clock.run(START + 24 * 3_600_000);
    expect(table.get({ pk: { S: 'a' } })).toBeDefined();
  });

  it('are gone after the lag, when one is set', async () => {
    const { clock, table } = tableWith(30_000);
    await clock.run(START + 89_000);
    expect(table.get({ pk: { S: 'a' } })).toBeDefined();
    await clock.run(START + 90_000);
    expect([...table.items()]).toEqual([]);
  });
});

describe('dynalite, a second opinion on the same cases', () => {
  let server: Server;
  let client: DynamoDBClient;
  beforeAll(async () => {
    server = dynalite({ createTableMs: 0 });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    client = new DynamoDBClient({ ...pinned, region: REGION, endpoint: `http://127.0.0.1:${port}` });
    await client.send(createTable);
    for (let status = ''; status !== 'ACTIVE'; ) {
      const { Table } = await client.send(new DescribeTableCommand({ TableName: 'conformance' }));
      status = Table?.TableStatus ?? '';
    }
  });
  afterAll(() => {
    client.destroy();
    server.close();
  });
  dynamoDbConformance(() => ({ client, settle: (work) => work }), {
    'gives the item with a failed condition when asked': 'dynalite ignores ReturnValuesOnConditionCheckFailure',
    'puts and deletes know only NONE and ALL_OLD': 'dynalite deletes whatever ReturnValues says',
  });
});
