import { expect } from 'vitest';
import { type Case, rejected } from './scenario.ts';

/** Conditional writes. */
export const conditionsCases: readonly Case[] = [
  [
    'puts only if absent',
    async (on) => {
      await on.put({}, { ConditionExpression: 'attribute_not_exists(pk)' });
      await rejected(
        on.put({}, { ConditionExpression: 'attribute_not_exists(pk)' }),
        'The conditional request failed',
        'ConditionalCheckFailedException',
      );
    },
  ],
  [
    'gives the item with a failed condition when asked',
    async (on) => {
      await on.put({ n: { N: '1' } });
      const put = on.put(
        {},
        { ConditionExpression: 'attribute_not_exists(pk)', ReturnValuesOnConditionCheckFailure: 'ALL_OLD' },
      );
      await expect(put).rejects.toMatchObject({ Item: { n: { N: '1' } } });
    },
  ],
  [
    'gives the old item of a put and of a delete',
    async (on) => {
      await on.put({ n: { N: '1' } });
      expect(await on.put({ n: { N: '2' } }, { ReturnValues: 'ALL_OLD' })).toMatchObject({
        Attributes: { n: { N: '1' } },
      });
      expect(await on.delete({ ReturnValues: 'ALL_OLD' })).toMatchObject({ Attributes: { n: { N: '2' } } });
      expect(await on.get()).toBeUndefined();
    },
  ],
  [
    'compares in conditions',
    async (on) => {
      await on.put({ n: { N: '10' }, s: { S: 'b' }, done: { BOOL: false } });
      expect(await on.passes('n = :n', { ':n': { N: '10.0' } })).toBe(true);
      expect(await on.passes('n > :n', { ':n': { N: '9' } })).toBe(true);
      expect(await on.passes('n <= :n', { ':n': { N: '9' } })).toBe(false);
      expect(await on.passes('s < :s', { ':s': { S: 'c' } })).toBe(true);
      expect(await on.passes('n = :s', { ':s': { S: '10' } })).toBe(false);
      expect(await on.passes('n <> :s', { ':s': { S: '10' } })).toBe(true);
      expect(await on.passes('absent <> :s', { ':s': { S: '10' } })).toBe(true);
      expect(await on.passes('absent < :n', { ':n': { N: '9' } })).toBe(false);
      expect(await on.passes('done = :no', { ':no': { BOOL: false } })).toBe(true);
    },
  ],
  [
    'joins conditions with AND before OR, NOT first, parentheses above all',
    async (on) => {
      await on.put({ a: { N: '1' }, b: { N: '2' } });
      const [one, two] = [{ N: '1' }, { N: '2' }];
      expect(await on.passes('a = :one OR a = :two AND b = :one', { ':one': one, ':two': two })).toBe(true);
      expect(await on.passes('(a = :one OR a = :two) AND b = :one', { ':one': one, ':two': two })).toBe(false);
      expect(await on.passes('NOT a = :one AND b = :two', { ':one': one, ':two': two })).toBe(false);
      expect(await on.passes('NOT (a = :one AND b = :one)', { ':one': one })).toBe(true);
      expect(await on.passes('not (a = :one or b = :one)', { ':one': one })).toBe(false);
    },
  ],
  [
    'knows BETWEEN, IN and the functions',
    async (on) => {
      await on.put({ n: { N: '5' }, s: { S: 'hello' }, steps: { L: [{ S: 'x' }] }, set: { SS: ['y'] } });
      expect(await on.passes('n BETWEEN :a AND :b', { ':a': { N: '5' }, ':b': { N: '6' } })).toBe(true);
      expect(await on.passes('n IN (:a, :b)', { ':a': { N: '4' }, ':b': { N: '5' } })).toBe(true);
      expect(await on.passes('begins_with(s, :s)', { ':s': { S: 'he' } })).toBe(true);
      expect(await on.passes('contains(s, :s)', { ':s': { S: 'll' } })).toBe(true);
      expect(
        await on.passes(
          'contains(steps, :s) AND contains(#set, :y)',
          { ':s': { S: 'x' }, ':y': { S: 'y' } },
          { '#set': 'set' },
        ),
      ).toBe(true);
      expect(await on.passes('size(s) = :five', { ':five': { N: '5' } })).toBe(true);
      expect(await on.passes('attribute_exists(steps[0]) AND attribute_not_exists(steps[1])')).toBe(true);
    },
  ],
];
