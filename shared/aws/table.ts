import {
  type AttributeValue,
  BatchGetItemCommand,
  type BatchGetItemCommandOutput,
  BatchWriteItemCommand,
  type BatchWriteItemCommandOutput,
  ConditionalCheckFailedException,
  type DynamoDBClient,
  PutItemCommand,
  QueryCommand,
  type WriteRequest,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { batches } from '../core/batches.ts';
import { instant } from '../model/instant.ts';
import type { StoredRecord } from '../model/records.ts';
import type { Guard } from '../plan/action.ts';
import { packed, unpacked } from './packed.ts';
import { isFact, type Key, keyOf } from './record-keys.ts';

const GETS_PER_CALL = 100; // https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html
const WRITES_PER_CALL = 25; // https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html
const ROUNDS = 5;

/**
 * spotkeeper's one table. An expired record is never returned: TTL deletes it hours or days late. Reads are consistent,
 * as each phase relies on what the phase before it wrote, unless `mayLag` is set.
 * `prefix` keeps what follows from decisions in observe mode apart from that of act mode; the map is a fact in both.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/TTL.html
 */
export type TablePorts = {
  readonly client: DynamoDBClient;
  readonly name: string;
  readonly prefix: string;
  readonly mayLag?: boolean;
  readonly now: () => number;
  readonly sleep: (ms: number) => Promise<void>;
};

/**
 * The same table for reads that may miss what was written within the last second or so, and cost half: where the next
 * minute decides anew, and where a write that rests on them is guarded by a version.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.ReadConsistency.html
 */
export const lagging = (table: TablePorts): TablePorts => ({ ...table, mayLag: true });

/** The records under these keys that exist and are not expired, in no particular order. */
export async function getRecords(table: TablePorts, keys: readonly Key[]): Promise<readonly StoredRecord[]> {
  const unique = [...new Map(keys.map((key) => [`${key.pk} ${key.sk}`, key])).values()];
  const found = await Promise.all(batches(unique, GETS_PER_CALL).map((some) => getSome(table, some)));
  return found.flat();
}

/** All unexpired records of one partition; with `between` those whose sort key is one of these two, or between them. */
export async function queryRecords(
  table: TablePorts,
  pk: string,
  between?: { readonly from: string; readonly to: string },
): Promise<readonly StoredRecord[]> {
  const { from, to } = between ?? {};
  const inRange = from !== undefined && to !== undefined;
  const records: StoredRecord[] = [];
  let ExclusiveStartKey: Record<string, AttributeValue> | undefined;
  do {
    const page = await table.client.send(
      new QueryCommand({
        TableName: table.name,
        ConsistentRead: isConsistent(table),
        KeyConditionExpression: inRange ? '#pk = :pk AND #sk BETWEEN :from AND :to' : '#pk = :pk',
        ExpressionAttributeNames: { '#pk': 'pk', ...(inRange && { '#sk': 'sk' }) },
        ExpressionAttributeValues: {
          ':pk': { S: prefixed(table, { pk, sk: '' }).pk },
          ...(inRange && { ':from': { S: from }, ':to': { S: to } }),
        },
        ...(ExclusiveStartKey && { ExclusiveStartKey }),
      }),
    );
    records.push(...recordsOf(table, page.Items));
    ExclusiveStartKey = page.LastEvaluatedKey;
  } while (ExclusiveStartKey);
  return records;
}

export const putRecords = (table: TablePorts, records: readonly StoredRecord[]): Promise<void> =>
  write(
    table,
    latestOfEach(records).map((record) => ({ PutRequest: { Item: itemOf(table, record) } })),
  );

export const deleteRecords = (table: TablePorts, keys: readonly Key[]): Promise<void> =>
  write(
    table,
    keys.map((key) => ({ DeleteRequest: { Key: marshall(prefixed(table, key)) } })),
  );

/**
 * Writes a guard's record if the one there is of the expected version, or absent (an expired one counts as absent).
 * When the answer to a write that took effect is lost, the client's retry finds our own record there: that is `won`.
 */
export async function commit(table: TablePorts, { next, expected }: Guard): Promise<'won' | 'lost'> {
  const absent = expected === 'absent';
  try {
    await table.client.send(
      new PutItemCommand({
        TableName: table.name,
        Item: itemOf(table, next),
        ConditionExpression: absent ? 'attribute_not_exists(#pk) OR #expiresAt < :now' : '#version = :expected',
        ExpressionAttributeNames: absent ? { '#pk': 'pk', '#expiresAt': 'expiresAt' } : { '#version': 'version' },
        ExpressionAttributeValues: marshall(absent ? { ':now': seconds(table.now()) } : { ':expected': expected }),
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      }),
    );
    return 'won';
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
    const there = error.Item === undefined ? {} : unmarshall(error.Item);
    return there.version === next.version && there.by === next.by ? 'won' : 'lost';
  }
}

async function getSome(table: TablePorts, keys: readonly Key[]): Promise<readonly StoredRecord[]> {
  const records: StoredRecord[] = [];
  let Keys: Record<string, AttributeValue>[] | undefined = keys.map((key) => marshall(prefixed(table, key)));
  for (let round = 0; Keys && Keys.length > 0; round += 1) {
    await backOff(table, round, 'reads');
    const answer: BatchGetItemCommandOutput = await table.client.send(
      new BatchGetItemCommand({ RequestItems: { [table.name]: { Keys, ConsistentRead: isConsistent(table) } } }),
    );
    records.push(...recordsOf(table, answer.Responses?.[table.name]));
    Keys = answer.UnprocessedKeys?.[table.name]?.Keys;
  }
  return records;
}

async function write(table: TablePorts, requests: readonly WriteRequest[]): Promise<void> {
  await Promise.all(
    batches(requests, WRITES_PER_CALL).map(async (some) => {
      let left: WriteRequest[] | undefined = some;
      for (let round = 0; left && left.length > 0; round += 1) {
        await backOff(table, round, 'writes');
        const answer: BatchWriteItemCommandOutput = await table.client.send(
          new BatchWriteItemCommand({ RequestItems: { [table.name]: left } }),
        );
        left = answer.UnprocessedItems?.[table.name];
      }
    }),
  );
}

async function backOff(table: TablePorts, round: number, what: string): Promise<void> {
  if (round >= ROUNDS) throw new Error(`DynamoDB left ${what} of ${table.name} undone ${ROUNDS} times`);
  if (round > 0) await table.sleep(50 * 2 ** round);
}

/** BatchWriteItem refuses two writes of one key: the last one counts. */
function latestOfEach(records: readonly StoredRecord[]): StoredRecord[] {
  return [...new Map(records.map((record) => [Object.values(keyOf(record)).join(' '), record])).values()];
}

const isConsistent = ({ mayLag = false }: TablePorts): boolean => !mayLag;

const seconds = (ms: number): number => Math.ceil(ms / 1000);

const prefixed = ({ prefix }: TablePorts, { pk, sk }: Key): Key => ({ pk: isFact(pk) ? pk : prefix + pk, sk });

const itemOf = (table: TablePorts, record: StoredRecord): Record<string, AttributeValue> =>
  marshall(
    { ...packed(record), ...prefixed(table, keyOf(record)), expiresAt: seconds(record.expiresAt) },
    { removeUndefinedValues: true },
  );

function recordsOf(table: TablePorts, items: Record<string, AttributeValue>[] | undefined): StoredRecord[] {
  return (items ?? [])
    .map((item) => {
      const { pk: _pk, sk: _sk, expiresAt, ...rest } = unmarshall(item);
      return { ...unpacked(rest), expiresAt: instant(Number(expiresAt) * 1000) } as StoredRecord;
    })
    .filter(({ expiresAt }) => expiresAt > table.now());
}
