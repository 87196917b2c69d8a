import { expect } from 'vitest';
import { type Case, rejected } from './scenario.ts';

/** Update expressions and placeholders. */
export const updatesCases: readonly Case[] = [
  [
    'sets, adds, removes and counts in one update, and returns what was asked',
    async (on) => {
      await on.put({ version: { N: '1' }, past: { S: 'x' } });
      const update = 'SET version = version + :one, fresh = if_not_exists(fresh, :zero) REMOVE past ADD hits :one';
      const values = { ':one': { N: '1' }, ':zero': { N: '0' } };
      const { Attributes } = await on.update(update, values, { ReturnValues: 'ALL_NEW' });
      expect(Attributes).toEqual({ ...on.key(), version: { N: '2' }, fresh: { N: '0' }, hits: { N: '1' } });
      const again = await on.update(
        'SET version = version - :one',
        { ':one': { N: '1' } },
        { ReturnValues: 'UPDATED_NEW' },
      );
      expect(again.Attributes).toEqual({ version: { N: '1' } });
      const old = await on.update('SET hits = :one', { ':one': { N: '5' } }, { ReturnValues: 'UPDATED_OLD' });
      expect(old.Attributes).toEqual({ hits: { N: '1' } });
    },
  ],
  [
    'creates an item that an update does not find',
    async (on) => {
      await on.update('SET n = :n', { ':n': { N: '1' } });
      expect(await on.get()).toEqual({ ...on.key(), n: { N: '1' } });
    },
  ],
  [
    'adds decimal numbers exactly',
    async (on) => {
      await on.put({ n: { N: '0.1' } });
      await on.update('ADD n :n', { ':n': { N: '0.2' } });
      expect(await on.attributes()).toEqual({ n: { N: '0.3' } });
    },
  ],
  [
    'updates inside maps and lists',
    async (on) => {
      await on.put({
        map: { M: { a: { N: '1' }, b: { N: '2' } } },
        steps: { L: [{ S: 'x' }, { S: 'y' }, { S: 'z' }] },
      });
      await on.update(
        'SET #m.a = :n, steps[9] = :s REMOVE #m.b, steps[0]',
        { ':n': { N: '7' }, ':s': { S: 'end' } },
        { ExpressionAttributeNames: { '#m': 'map' } },
      );
      expect(await on.attributes()).toEqual({
        map: { M: { a: { N: '7' } } },
        steps: { L: [{ S: 'y' }, { S: 'z' }, { S: 'end' }] },
      });
    },
  ],
  [
    'appends to lists and adds to sets',
    async (on) => {
      await on.put({ steps: { L: [{ N: '1' }] }, tags: { SS: ['a'] } });
      await on.update('SET steps = list_append(steps, :more) ADD tags :tags', {
        ':more': { L: [{ N: '2' }] },
        ':tags': { SS: ['a', 'b'] },
      });
      expect(await on.attributes()).toEqual({ steps: { L: [{ N: '1' }, { N: '2' }] }, tags: { SS: ['a', 'b'] } });
    },
  ],
  [
    'refuses to update a key',
    (on) =>
      rejected(
        on.update('SET sk = :s', { ':s': { S: 'x' } }),
        'Cannot update attribute sk. This attribute is part of the key',
      ),
  ],
  [
    'refuses an update from an absent attribute',
    (on) => rejected(on.update('SET a = b'), 'refers to an attribute that does not exist in the item'),
  ],
  [
    'refuses an update into an absent map',
    (on) =>
      rejected(
        on.update('SET a.b = :n', { ':n': { N: '1' } }),
        'document path provided in the update expression is invalid',
      ),
  ],
  [
    'refuses overlapping paths',
    (on) => rejected(on.update('SET a = :n, a.b = :n', { ':n': { N: '1' } }), 'Two document paths overlap'),
  ],
  [
    'refuses arithmetic on text',
    async (on) => {
      await on.put({ s: { S: 'x' } });
      await rejected(on.update('SET s = s + :n', { ':n': { N: '1' } }), 'incorrect data type');
    },
  ],
  [
    'refuses reserved words as names',
    (on) =>
      rejected(
        on.update('SET ttl = :n', { ':n': { N: '1' } }),
        'Attribute name is a reserved keyword; reserved keyword: ttl',
      ),
  ],
  [
    'takes reserved words as #names, and version bare',
    async (on) => {
      await on.update(
        'SET #ttl = :n, version = :n',
        { ':n': { N: '1' } },
        { ExpressionAttributeNames: { '#ttl': 'ttl' } },
      );
      expect(await on.attributes()).toEqual({ ttl: { N: '1' }, version: { N: '1' } });
    },
  ],
  [
    'refuses values and names that nothing uses',
    async (on) => {
      await rejected(
        on.update('SET a = :a', { ':a': { N: '1' }, ':x': { N: '1' } }),
        'unused in expressions: keys: {:x}',
      );
      const names = { ExpressionAttributeNames: { '#x': 'x' } };
      await rejected(
        on.update('SET a = :a', { ':a': { N: '1' } }, names),
        'ExpressionAttributeNames unused in expressions: keys: {#x}',
      );
    },
  ],
  [
    'refuses values and names that are not defined',
    async (on) => {
      await rejected(
        on.update('SET a = :b', { ':a': { N: '1' } }),
        'attribute value used in expression is not defined; attribute value: :b',
      );
      await rejected(
        on.update('SET #b = :a', { ':a': { N: '1' } }, { ExpressionAttributeNames: { '#a': 'a' } }),
        'not defined; attribute name: #b',
      );
    },
  ],
  [
    'refuses an expression that does not parse',
    (on) => rejected(on.update('SET a :a', { ':a': { N: '1' } }), 'Syntax error; '),
  ],
];
