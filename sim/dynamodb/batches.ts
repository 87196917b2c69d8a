import { AwsError } from '../service.ts';
import { type PlaceholderInput, Placeholders } from './placeholders.ts';
import { projectionOf } from './projection.ts';
import type { Table } from './table.ts';
import { checkItem, type Item, itemBytes } from './value.ts';

type Tables = (name: string) => Table;

export type BatchGetInput = { readonly RequestItems?: Readonly<Record<string, PlaceholderInput & BatchGetKeys>> };

type BatchGetKeys = { readonly Keys?: readonly Item[]; readonly ProjectionExpression?: string };

/**
 * BatchGetItem: up to 100 keys and 16 MB, keys without an item left out. UnprocessedKeys has what is above the 16 MB or
 * what the table does not process (`Table.leaveUnprocessed`).
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html
 * @throws AwsError ValidationException, ResourceNotFoundException; ProvisionedThroughputExceededException when the table
 *   processes no request at all
 */
export const batchGet = ({ RequestItems = {} }: BatchGetInput, tables: Tables): object => {
  const requests = Object.entries(RequestItems);
  checkCount(
    requests.reduce((sum, [, { Keys = [] }]) => sum + Keys.length, 0),
    { limit: MAX_GETS, operation: 'BatchGetItem' },
  );
  const Responses: Record<string, Item[]> = {};
  const UnprocessedKeys: Record<string, object> = {};
  let [bytes, processed] = [0, 0];
  for (const [name, request] of requests) {
    const table = tables(name);
    const placeholders = new Placeholders(request);
    const shown = projectionOf(request.ProjectionExpression, placeholders);
    placeholders.checkAllUsed();
    const keys = request.Keys ?? [];
    checkDistinct(keys.map((key) => table.keyOf(key, { exact: true })));
    const items: Item[] = [];
    const unprocessed: Item[] = [];
    for (const key of keys) {
      const item = table.get(key);
      const size = item ? itemBytes(item) : 0;
      if (bytes + size > MAX_ANSWER_BYTES || !table.takesBatchRequest()) {
        unprocessed.push(key);
        continue;
      }
      processed += 1;
      bytes += size;
      if (item) items.push(shown(item));
    }
    Responses[name] = items;
    if (unprocessed.length > 0) UnprocessedKeys[name] = { ...request, Keys: unprocessed };
  }
  if (processed === 0) throw throughputExceeded();
  return { Responses, UnprocessedKeys };
};

export type BatchWriteInput = { readonly RequestItems?: Readonly<Record<string, readonly WriteRequest[]>> };

type WriteRequest = { readonly PutRequest?: { readonly Item: Item }; readonly DeleteRequest?: { readonly Key: Item } };

/**
 * BatchWriteItem: up to 25 puts and deletes. UnprocessedItems has what the table does not process
 * (`Table.leaveUnprocessed`).
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html
 * @throws AwsError ValidationException, ResourceNotFoundException; ProvisionedThroughputExceededException when the table
 *   processes no request at all. Nothing is written then
 */
export const batchWrite = ({ RequestItems = {} }: BatchWriteInput, tables: Tables): object => {
  const requests = Object.entries(RequestItems);
  checkCount(
    requests.reduce((sum, [, writes]) => sum + writes.length, 0),
    { limit: MAX_WRITES, operation: 'BatchWriteItem' },
  );
  const writes = requests.flatMap(([name, list]) => {
    const table = tables(name);
    const prepared = list.map((write) => ({ name, table, write, ...prepare(table, write) }));
    checkDistinct(prepared.map(({ key }) => key));
    return prepared;
  });
  const UnprocessedItems: Record<string, WriteRequest[]> = {};
  let processed = 0;
  for (const { name, table, write, perform } of writes) {
    if (table.takesBatchRequest()) {
      perform();
      processed += 1;
    } else UnprocessedItems[name] = [...(UnprocessedItems[name] ?? []), write];
  }
  if (processed === 0) throw throughputExceeded();
  return { UnprocessedItems };
};

// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html
const MAX_GETS = 100;
const MAX_WRITES = 25;
const MAX_ANSWER_BYTES = 16 * 1024 * 1024;

type Key = { readonly hash: string; readonly range: string };

const prepare = (table: Table, { PutRequest, DeleteRequest }: WriteRequest): { key: Key; perform: () => void } => {
  if ((PutRequest === undefined) === (DeleteRequest === undefined)) {
    throw invalid('Supplied WriteRequest must contain exactly one of PutRequest and DeleteRequest');
  }
  if (PutRequest) {
    const item = checkItem(PutRequest.Item);
    table.checkSize(item);
    return { key: table.keyOf(item), perform: () => table.put(item) };
  }
  const key = DeleteRequest?.Key ?? {};
  return { key: table.keyOf(key, { exact: true }), perform: () => table.delete(key) };
};

const throughputExceeded = (): AwsError =>
  new AwsError(
    'ProvisionedThroughputExceededException',
    'The level of configured provisioned throughput for the table was exceeded. Consider increasing your provisioning level with the UpdateTable API.',
  );

const checkCount = (
  count: number,
  { limit, operation }: { readonly limit: number; readonly operation: string },
): void => {
  if (count === 0) {
    throw invalid(
      "1 validation error detected: Value '{}' at 'requestItems' failed to satisfy constraint: Member must have length greater than or equal to 1",
    );
  }
  if (count > limit) throw invalid(`Too many items requested for the ${operation} call`);
};

const checkDistinct = (keys: readonly Key[]): void => {
  const distinct = new Set(keys.map(({ hash, range }) => JSON.stringify([hash, range])));
  if (distinct.size < keys.length) throw invalid('Provided list of item keys contains duplicates');
};

const invalid = (message: string): AwsError => new AwsError('ValidationException', message);
