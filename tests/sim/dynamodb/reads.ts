import { expect } from 'vitest';
import { type Case, rejected } from './scenario.ts';

/** Projections, queries, batches. */
export const readsCases: readonly Case[] = [
  [
    'projects paths',
    async (on) => {
      await on.put({ map: { M: { a: { N: '1' }, b: { N: '2' } } }, extra: { S: 'x' } });
      expect(await on.get('a', 'sk, extra')).toEqual({ sk: { S: 'a' }, extra: { S: 'x' } });
    },
  ],
  [
    'queries by partition and sort key, in order and in reverse',
    async (on) => {
      for (const sk of ['b#2', 'a#1', 'c#3', 'b#1', 'é']) await on.put({}, {}, sk);
      expect(await on.sortKeys('pk = :p')).toEqual(['a#1', 'b#1', 'b#2', 'c#3', 'é']);
      expect(await on.sortKeys('pk = :p', {}, { ScanIndexForward: false })).toEqual(['é', 'c#3', 'b#2', 'b#1', 'a#1']);
      expect(await on.sortKeys('pk = :p AND begins_with(sk, :s)', { ':s': { S: 'b#' } })).toEqual(['b#1', 'b#2']);
      expect(await on.sortKeys('pk = :p AND sk BETWEEN :a AND :b', { ':a': { S: 'a#1' }, ':b': { S: 'b#1' } })).toEqual(
        ['a#1', 'b#1'],
      );
      expect(await on.sortKeys('pk = :p AND sk > :s', { ':s': { S: 'b#2' } })).toEqual(['c#3', 'é']);
      expect(await on.sortKeys('(sk = :s AND (pk = :p))', { ':s': { S: 'c#3' } })).toEqual(['c#3']);
    },
  ],
  [
    'pages a query by its limit, counted before the filter',
    async (on) => {
      for (const n of [1, 2, 3, 4]) await on.put({ n: { N: String(n) } }, {}, `k${n}`);
      const filter = { FilterExpression: 'n > :n', Limit: 3 };
      const first = await on.query('pk = :p', { ':n': { N: '2' } }, filter);
      expect(first).toMatchObject({ Count: 1, ScannedCount: 3, LastEvaluatedKey: { ...on.key('k3') } });
      const rest = await on.query(
        'pk = :p',
        { ':n': { N: '2' } },
        { ...filter, ExclusiveStartKey: first.LastEvaluatedKey },
      );
      expect(rest).toMatchObject({ Count: 1, ScannedCount: 1 });
      expect(rest.LastEvaluatedKey).toBeUndefined();
    },
  ],
  [
    'pages a query by a megabyte',
    async (on) => {
      for (const n of [1, 2, 3, 4]) await on.put({ text: { S: 'x'.repeat(300_000) } }, {}, `k${n}`);
      const { Count, LastEvaluatedKey } = await on.query('pk = :p');
      expect(Count).toBeLessThanOrEqual(4);
      expect(LastEvaluatedKey).toBeDefined();
    },
  ],
  [
    'counts without answering items',
    async (on) => {
      await on.put();
      const output = await on.query('pk = :p', {}, { Select: 'COUNT' });
      expect(output).toMatchObject({ Count: 1 });
      expect(output.Items).toBeUndefined();
    },
  ],
  [
    'refuses a query without its partition key',
    (on) => rejected(on.sortKeys('sk = :p'), 'Query condition missed key schema element: pk'),
  ],
  [
    'gets up to a hundred items at once and leaves out absent ones',
    async (on) => {
      await on.put({}, {}, 'one');
      await on.put({}, {}, 'two');
      const { Responses, UnprocessedKeys } = await on.batchGet(['one', 'two', 'three'].map((sk) => on.key(sk)));
      expect(Responses?.conformance?.map(({ sk }) => sk?.S).sort()).toEqual(['one', 'two']);
      expect(UnprocessedKeys).toEqual({});
      const keys = Array.from({ length: 101 }, (_, n) => on.key(String(n)));
      await expect(on.batchGet(keys)).rejects.toMatchObject({ name: 'ValidationException' });
    },
  ],
  [
    'refuses the same key twice in a batch',
    async (on) => {
      await rejected(on.batchGet([on.key(), on.key()]), 'Provided list of item keys contains duplicates');
      await rejected(
        on.batchWrite([{ DeleteRequest: { Key: on.key() } }, { PutRequest: { Item: on.key() } }]),
        'Provided list of item keys contains duplicates',
      );
    },
  ],
  [
    'writes up to 25 items at once',
    async (on) => {
      const puts = (count: number) =>
        Array.from({ length: count }, (_, n) => ({ PutRequest: { Item: on.key(`k${n}`) } }));
      expect(await on.batchWrite(puts(25))).toMatchObject({ UnprocessedItems: {} });
      await on.batchWrite([{ DeleteRequest: { Key: on.key('k0') } }]);
      expect(await on.sortKeys('pk = :p')).toHaveLength(24);
      await expect(on.batchWrite(puts(26))).rejects.toMatchObject({ name: 'ValidationException' });
    },
  ],
  [
    'refuses a key with more than the key in it',
    (on) =>
      rejected(
        on.delete({ Key: { ...on.key(), more: { S: 'x' } } }),
        'The provided key element does not match the schema',
      ),
  ],
  [
    'refuses a table it does not have',
    (on) => rejected(on.put({}, { TableName: 'nowhere' }), 'resource not found', 'ResourceNotFoundException'),
  ],
];
