import { AwsError } from '../service.ts';
import { parseCondition } from './condition.ts';
import { parseKeyCondition } from './key-condition.ts';
import { type PlaceholderInput, Placeholders } from './placeholders.ts';
import { projectionOf } from './projection.ts';
import type { Table } from './table.ts';
import { compareText, type Item, itemBytes } from './value.ts';

export type QueryInput = PlaceholderInput & {
  readonly KeyConditionExpression?: string;
  readonly FilterExpression?: string;
  readonly ProjectionExpression?: string;
  readonly Limit?: number;
  readonly ScanIndexForward?: boolean;
  readonly ExclusiveStartKey?: Item;
  readonly Select?: string;
  readonly IndexName?: string;
};

export type QueryOutput = { Items?: Item[]; Count: number; ScannedCount: number; LastEvaluatedKey?: Item };

/**
 * One page of a query: at most `Limit` items or 1 MB read, counted before the filter; LastEvaluatedKey when there may
 * be more. https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Query.Pagination.html
 * @throws AwsError ValidationException
 */
export const query = (table: Table, input: QueryInput): QueryOutput => {
  const {
    KeyConditionExpression,
    FilterExpression,
    Limit = Number.POSITIVE_INFINITY,
    ScanIndexForward: forward = true,
  } = input;
  if (input.IndexName !== undefined) throw invalid(`The table does not have the specified index: ${input.IndexName}`);
  if (Limit < 1) {
    throw invalid(
      `1 validation error detected: Value '${Limit}' at 'limit' failed to satisfy constraint: Member must have value greater than or equal to 1`,
    );
  }
  if (KeyConditionExpression === undefined) {
    throw invalid('Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.');
  }
  const placeholders = new Placeholders(input);
  const key = parseKeyCondition(KeyConditionExpression, placeholders, table.options.keys);
  const passes =
    FilterExpression === undefined ? () => true : parseCondition('FilterExpression', FilterExpression, placeholders);
  const shown = projectionOf(input.ProjectionExpression, placeholders);
  placeholders.checkAllUsed();
  const start = input.ExclusiveStartKey && table.keyOf(input.ExclusiveStartKey, { exact: true });
  const isBehindStart = (sortKey: string) => {
    if (!start) return true;
    const order = compareText(sortKey, start.range);
    return forward ? order > 0 : order < 0;
  };

  const items: Item[] = [];
  let [scanned, bytes] = [0, 0];
  let last: Item | undefined;
  for (const { sortKey, item } of table.partition(key.partition, { forward })) {
    if (!key.sort(sortKey) || !isBehindStart(sortKey)) continue;
    scanned += 1;
    bytes += itemBytes(item);
    if (passes(item)) items.push(shown(item));
    if (scanned >= Limit || bytes >= PAGE_BYTES) {
      last = table.keyItem(item);
      break;
    }
  }
  const counts = { Count: items.length, ScannedCount: scanned, ...(last ? { LastEvaluatedKey: last } : {}) };
  return input.Select === 'COUNT' ? counts : { Items: items, ...counts };
};

const PAGE_BYTES = 1024 * 1024;

const invalid = (message: string): AwsError => new AwsError('ValidationException', message);
