import {
  type AttributeValue,
  BatchGetItemCommand,
  BatchWriteItemCommand,
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  type PutItemCommandInput,
  QueryCommand,
  type QueryCommandInput,
  UpdateItemCommand,
  type UpdateItemCommandInput,
} from '@aws-sdk/client-dynamodb';
import { expect } from 'vitest';

/** A DynamoDB with a table `conformance` (pk HASH, sk RANGE, both strings). `settle` waits for a call to end. */
export type Subject = {
  readonly client: DynamoDBClient;
  readonly settle: <T>(work: Promise<T>) => Promise<T>;
};

const TableName = 'conformance';

type Item = Record<string, AttributeValue>;

/** One partition of the table, so that cases do not see each other's items. */
export class Scenario {
  readonly pk: { readonly S: string };
  readonly #subject: Subject;

  constructor(subject: Subject, partition: string) {
    this.#subject = subject;
    this.pk = { S: partition };
  }

  key(sk = 'a'): Item {
    return { pk: this.pk, sk: { S: sk } };
  }

  put(attributes: Item = {}, input: Partial<PutItemCommandInput> = {}, sk = 'a') {
    const Item = { ...this.key(sk), ...attributes };
    return this.#subject.settle(this.#subject.client.send(new PutItemCommand({ TableName, Item, ...input })));
  }

  async get(sk = 'a', ProjectionExpression?: string): Promise<Item | undefined> {
    const input = { TableName, Key: this.key(sk), ConsistentRead: true, ProjectionExpression };
    const { Item } = await this.#subject.settle(this.#subject.client.send(new GetItemCommand(input)));
    return Item;
  }

  /** The item's attributes beside its key. */
  async attributes(sk = 'a'): Promise<Item> {
    const { pk: _, sk: __, ...attributes } = (await this.get(sk)) ?? {};
    return attributes;
  }

  update(UpdateExpression: string, values?: Item, input: Partial<UpdateItemCommandInput> = {}) {
    const request = { TableName, Key: this.key(), UpdateExpression, ExpressionAttributeValues: values, ...input };
    return this.#subject.settle(this.#subject.client.send(new UpdateItemCommand(request)));
  }

  /** Whether a condition lets a write through. */
  async passes(ConditionExpression: string, values?: Item, names?: Record<string, string>): Promise<boolean> {
    try {
      const touch = { ':touched': { N: '1' } };
      await this.update(
        'SET touched = :touched',
        { ...touch, ...values },
        { ConditionExpression, ExpressionAttributeNames: names },
      );
      return true;
    } catch (error) {
      if ((error as Error).name === 'ConditionalCheckFailedException') return false;
      throw error;
    }
  }

  delete(input: object = {}) {
    return this.#subject.settle(
      this.#subject.client.send(new DeleteItemCommand({ TableName, Key: this.key(), ...input })),
    );
  }

  query(KeyConditionExpression: string, values: Item = {}, input: Partial<QueryCommandInput> = {}) {
    const ExpressionAttributeValues = { ':p': this.pk, ...values };
    const request = { TableName, KeyConditionExpression, ExpressionAttributeValues, ...input };
    return this.#subject.settle(this.#subject.client.send(new QueryCommand(request)));
  }

  async sortKeys(condition: string, values: Item = {}, input: Partial<QueryCommandInput> = {}) {
    const { Items = [] } = await this.query(condition, values, input);
    return Items.map(({ sk }) => sk?.S);
  }

  batchGet(keys: Item[]) {
    return this.#subject.settle(
      this.#subject.client.send(new BatchGetItemCommand({ RequestItems: { [TableName]: { Keys: keys } } })),
    );
  }

  batchWrite(requests: object[]) {
    return this.#subject.settle(
      this.#subject.client.send(new BatchWriteItemCommand({ RequestItems: { [TableName]: requests } })),
    );
  }
}

/** A behaviour under a title that says what callers get. */
export type Case = readonly [title: string, run: (on: Scenario) => Promise<unknown>];

/** Expects an error of AWS's name whose message contains the given text. */
export const rejected = async (work: Promise<unknown>, message: string, name = 'ValidationException') =>
  expect(work).rejects.toMatchObject({ name, message: expect.stringContaining(message) });
