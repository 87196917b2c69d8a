import type { VirtualClock } from '../clock.ts';
import { AwsError, type Call, type Service } from '../service.ts';
import { type BatchGetInput, type BatchWriteInput, batchGet, batchWrite } from './batches.ts';
import { parseCondition } from './condition.ts';
import { project } from './path.ts';
import { type PlaceholderInput, Placeholders } from './placeholders.ts';
import { projectionOf } from './projection.ts';
import { type QueryInput, query } from './query.ts';
import { Table } from './table.ts';
import { type ListTablesInput, listTables } from './table-names.ts';
import type { TimeToLiveSpecification } from './time-to-live.ts';
import { parseUpdate } from './update.ts';
import { checkItem, type Item, itemBytes } from './value.ts';

export type DynamoDbOptions = {
  readonly clock: VirtualClock;
  /** how long after its expiry an item is deleted, in ms. Default: never; AWS promises "within a few days" */
  readonly ttlLagMs?: number;
};

export type NewTable = {
  readonly region: string;
  readonly account: string;
  readonly tableName: string;
  readonly keySchema: readonly KeyElement[];
  readonly ttlAttribute?: string;
};

export type KeyElement = { readonly AttributeName: string; readonly KeyType: 'HASH' | 'RANGE' };

/**
 * The DynamoDB of the simulated account: tables with string keys, expressions, conditions, batches, queries, time to
 * live. No transactions, scans, indexes, streams; throttled only in batches; reads are always consistent.
 */
export class DynamoDb {
  readonly #options: DynamoDbOptions;
  readonly #tables = new Map<string, Table>();

  constructor(options: DynamoDbOptions) {
    this.#options = options;
  }

  /** @throws AwsError ResourceInUseException when the Region has a table of that name */
  createTable({ region, account, tableName, keySchema, ttlAttribute }: NewTable): Table {
    const key = `${region}/${tableName}`;
    if (this.#tables.has(key)) throw new AwsError('ResourceInUseException', `Table already exists: ${tableName}`);
    const { clock, ttlLagMs } = this.#options;
    const named = (type: KeyElement['KeyType']) => keySchema.find(({ KeyType }) => KeyType === type)?.AttributeName;
    const hash = named('HASH');
    if (hash === undefined) throw invalid('Invalid KeySchema: The first KeySchemaElement is not a HASH key type');
    const table = new Table({
      name: tableName,
      arn: `arn:aws:dynamodb:${region}:${account}:table/${tableName}`,
      keys: { hash, range: named('RANGE') },
      createdAt: new Date(clock.now()),
      now: () => clock.now(),
      ttlLagMs,
      ...(ttlAttribute === undefined ? {} : { ttlAttribute }),
    });
    this.#tables.set(key, table);
    return table;
  }

  /** @param name a table's name or ARN. @throws AwsError ResourceNotFoundException */
  table(region: string, name: string): Table {
    const table = this.#tables.get(`${region}/${name.split('/').at(-1)}`);
    if (!table) throw new AwsError('ResourceNotFoundException', 'Requested resource not found');
    return table;
  }

  readonly service: Service = {
    id: 'dynamodb',
    operations: {
      CreateTable: (input: CreateTableInput, call) => ({ TableDescription: describe(this.#create(input, call)) }),
      DescribeTable: (input: { TableName: string }, { region }) => ({
        Table: describe(this.table(region, input.TableName)),
      }),
      ListTables: (input: ListTablesInput, { region }) => listTables(this.#tables.keys(), region, input),
      UpdateTimeToLive: ({ TableName, TimeToLiveSpecification = {} }: TimeToLiveInput, { region }) =>
        this.table(region, TableName).timeToLive.update(TimeToLiveSpecification, this.#options.clock.now()),
      DescribeTimeToLive: (input: { TableName: string }, { region }) =>
        this.table(region, input.TableName).timeToLive.describe(),
      GetItem: (input: GetInput, { region }) => getItem(this.table(region, input.TableName), input),
      PutItem: (input: PutInput, { region }) => putItem(this.table(region, input.TableName), input),
      UpdateItem: (input: UpdateInput, { region }) => updateItem(this.table(region, input.TableName), input),
      DeleteItem: (input: DeleteInput, { region }) => deleteItem(this.table(region, input.TableName), input),
      Query: (input: QueryInput & { TableName: string }, { region }) => {
        refuseLegacy(input);
        return query(this.table(region, input.TableName), input);
      },
      BatchGetItem: (input: BatchGetInput, { region }) => batchGet(input, (name) => this.table(region, name)),
      BatchWriteItem: (input: BatchWriteInput, { region }) => batchWrite(input, (name) => this.table(region, name)),
    },
  };

  #create(
    { TableName, KeySchema = [], AttributeDefinitions = [], ...rest }: CreateTableInput,
    { region, account }: Call,
  ): Table {
    if (
      rest.GlobalSecondaryIndexes ||
      rest.LocalSecondaryIndexes ||
      rest.StreamSpecification?.StreamEnabled ||
      AttributeDefinitions.some(({ AttributeType }) => AttributeType !== 'S')
    ) {
      throw new AwsError(
        'NotImplemented',
        'the simulated DynamoDB imitates tables with string keys, without indexes and streams',
        501,
      );
    }
    return this.createTable({ region, account, tableName: TableName, keySchema: KeySchema });
  }
}

type TimeToLiveInput = { readonly TableName: string; readonly TimeToLiveSpecification?: TimeToLiveSpecification };

type CreateTableInput = {
  readonly TableName: string;
  readonly KeySchema?: readonly KeyElement[];
  readonly AttributeDefinitions?: readonly { readonly AttributeType: string }[];
  readonly GlobalSecondaryIndexes?: unknown;
  readonly LocalSecondaryIndexes?: unknown;
  readonly StreamSpecification?: { readonly StreamEnabled?: boolean };
};

type GetInput = PlaceholderInput & {
  readonly TableName: string;
  readonly Key: Item;
  readonly ProjectionExpression?: string;
};

const getItem = (table: Table, input: GetInput): object => {
  refuseLegacy(input);
  const placeholders = new Placeholders(input);
  const shown = projectionOf(input.ProjectionExpression, placeholders);
  placeholders.checkAllUsed();
  const item = table.get(input.Key);
  return item ? { Item: shown(item) } : {};
};

type WriteInput = PlaceholderInput & {
  readonly TableName: string;
  readonly ConditionExpression?: string;
  readonly ReturnValues?: 'NONE' | 'ALL_OLD' | 'UPDATED_OLD' | 'ALL_NEW' | 'UPDATED_NEW';
  readonly ReturnValuesOnConditionCheckFailure?: 'NONE' | 'ALL_OLD';
};
type PutInput = WriteInput & { readonly Item: Item };
type DeleteInput = WriteInput & { readonly Key: Item };
type UpdateInput = DeleteInput & { readonly UpdateExpression?: string };

const putItem = (table: Table, input: PutInput): object => {
  const item = checkItem(input.Item);
  table.checkSize(item);
  table.keyOf(item);
  const old = table.get(table.keyItem(item));
  const placeholders = startWrite(input, ['NONE', 'ALL_OLD']);
  checkCondition(input, old, placeholders);
  table.put(item);
  return old && input.ReturnValues === 'ALL_OLD' ? { Attributes: old } : {};
};

const deleteItem = (table: Table, input: DeleteInput): object => {
  const placeholders = startWrite(input, ['NONE', 'ALL_OLD']);
  const old = table.get(input.Key);
  checkCondition(input, old, placeholders);
  table.delete(input.Key);
  return old && input.ReturnValues === 'ALL_OLD' ? { Attributes: old } : {};
};

const updateItem = (table: Table, input: UpdateInput): object => {
  const placeholders = startWrite(input);
  const update = input.UpdateExpression === undefined ? undefined : parseUpdate(input.UpdateExpression, placeholders);
  const paths = update?.paths ?? [];
  for (const [name] of paths) {
    if (table.isKey(name))
      throw invalid(
        `One or more parameter values were invalid: Cannot update attribute ${name}. This attribute is part of the key`,
      );
  }
  const old = table.get(input.Key);
  checkCondition(input, old, placeholders);
  const before = old ?? input.Key;
  const updated = update ? update.apply(before) : before;
  table.checkSize(updated, 'Item size to update has exceeded the maximum allowed size');
  table.put(updated);
  const attributes = {
    NONE: undefined,
    ALL_OLD: old,
    UPDATED_OLD: old && project(old, paths),
    ALL_NEW: updated,
    UPDATED_NEW: project(updated, paths),
  }[input.ReturnValues ?? 'NONE'];
  return attributes && Object.keys(attributes).length > 0 ? { Attributes: attributes } : {};
};

const startWrite = (input: WriteInput, returnValues?: readonly string[]): Placeholders => {
  refuseLegacy(input);
  if (returnValues && !returnValues.includes(input.ReturnValues ?? 'NONE'))
    throw invalid('Return values set to invalid value');
  return new Placeholders(input);
};

/** Parses and checks the condition; every placeholder must have been used by now. */
const checkCondition = (input: WriteInput, old: Item | undefined, placeholders: Placeholders): void => {
  const { ConditionExpression: text } = input;
  const holds = text === undefined ? () => true : parseCondition('ConditionExpression', text, placeholders);
  placeholders.checkAllUsed();
  if (holds(old ?? {})) return;
  const details = old && input.ReturnValuesOnConditionCheckFailure === 'ALL_OLD' ? { Item: old } : {};
  throw new AwsError('ConditionalCheckFailedException', 'The conditional request failed', 400, details);
};

const legacy = [
  'Expected',
  'AttributeUpdates',
  'KeyConditions',
  'QueryFilter',
  'ConditionalOperator',
  'AttributesToGet',
];

const refuseLegacy = (input: object): void => {
  const used = legacy.find((name) => name in input);
  if (used)
    throw new AwsError('NotImplemented', `the simulated DynamoDB does not imitate the legacy parameter ${used}`, 501);
};

const describe = (table: Table): object => {
  const { name, arn, keys, createdAt } = table.options;
  const items = [...table.items()];
  const elements = [
    { AttributeName: keys.hash, KeyType: 'HASH' },
    ...(keys.range === undefined ? [] : [{ AttributeName: keys.range, KeyType: 'RANGE' }]),
  ];
  return {
    TableName: name,
    TableArn: arn,
    TableStatus: 'ACTIVE',
    CreationDateTime: createdAt,
    KeySchema: elements,
    AttributeDefinitions: elements.map(({ AttributeName }) => ({ AttributeName, AttributeType: 'S' })),
    ItemCount: items.length,
    TableSizeBytes: items.reduce((sum, item) => sum + itemBytes(item), 0),
    BillingModeSummary: { BillingMode: 'PAY_PER_REQUEST' },
  };
};

const invalid = (message: string): AwsError => new AwsError('ValidationException', message);
