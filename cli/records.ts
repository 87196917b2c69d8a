import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { unpacked } from '../shared/aws/packed.ts';
import { interruptionPartition } from '../shared/aws/record-keys.ts';
import { instant } from '../shared/model/instant.ts';
import type { Interruption, StoredRecord } from '../shared/model/records.ts';
import type { DynamoDb } from '../sim/dynamodb/service.ts';
import type { Call } from '../sim/service.ts';

export type RecordsQuery = {
  readonly tableName: string;
  readonly call: Call;
  /** Virtual epoch milliseconds; records are kept by the day of their notice. */
  readonly from: number;
  readonly to: number;
};

const DAY_MS = 86_400_000;

/** What spotkeeper's table says became of each interruption in a time: read as anybody could, with Query. */
export function interruptionRecords(dynamodb: DynamoDb, query: RecordsQuery): readonly Interruption[] {
  const records: Interruption[] = [];
  for (let at = query.from; at < query.to + DAY_MS; at += DAY_MS) {
    const pk = interruptionPartition({ region: query.call.region, noticedAt: instant(at) });
    records.push(...recordsUnder<Interruption>(dynamodb, query, pk));
  }
  return records;
}

type Page = { readonly Items: Record<string, AttributeValue>[]; readonly LastEvaluatedKey?: Record<string, unknown> };

/** All records of spotkeeper's table under one partition key, read as anybody could, with Query. */
export function recordsUnder<T extends StoredRecord>(
  dynamodb: DynamoDb,
  { tableName, call }: Pick<RecordsQuery, 'tableName' | 'call'>,
  pk: string,
): readonly T[] {
  const records: T[] = [];
  let from: Page['LastEvaluatedKey'];
  do {
    const asked = {
      TableName: tableName,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': { S: pk } },
      ...(from && { ExclusiveStartKey: from }),
    };
    const page = dynamodb.service.operations.Query?.(asked, call) as Page;
    records.push(...page.Items.map((item) => unpacked(unmarshall(item)) as T));
    from = page.LastEvaluatedKey;
  } while (from);
  return records;
}
