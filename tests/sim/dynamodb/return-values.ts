import { expect } from 'vitest';
import type { Case } from './scenario.ts';

const two = { ':n': { N: '2' } };

/** ReturnValues of updates, puts and deletes. */
export const returnValuesCases: readonly Case[] = [
  [
    'an update returns nothing unless asked',
    async (on) => {
      expect((await on.update('SET n = :n', two)).Attributes).toBeUndefined();
      expect((await on.update('SET n = :n', two, { ReturnValues: 'NONE' })).Attributes).toBeUndefined();
    },
  ],
  [
    'ALL_OLD and UPDATED_OLD of a new item are nothing',
    async (on) => {
      expect((await on.update('SET n = :n', two, { ReturnValues: 'ALL_OLD' })).Attributes).toBeUndefined();
      await on.delete();
      expect((await on.update('SET n = :n', two, { ReturnValues: 'UPDATED_OLD' })).Attributes).toBeUndefined();
    },
  ],
  [
    'ALL_OLD is the whole item as it was',
    async (on) => {
      await on.put({ n: { N: '1' }, s: { S: 'x' } });
      const { Attributes } = await on.update('SET n = :n REMOVE s', two, { ReturnValues: 'ALL_OLD' });
      expect(Attributes).toEqual({ ...on.key(), n: { N: '1' }, s: { S: 'x' } });
    },
  ],
  [
    'UPDATED_NEW has only what the update wrote, inside maps too',
    async (on) => {
      await on.put({ state: { M: { a: { N: '1' }, b: { N: '1' } } }, s: { S: 'x' } });
      const { Attributes } = await on.update('SET #s.a = :n', two, {
        ReturnValues: 'UPDATED_NEW',
        ExpressionAttributeNames: { '#s': 'state' },
      });
      expect(Attributes).toEqual({ state: { M: { a: { N: '2' } } } });
    },
  ],
  [
    'UPDATED_NEW of a removal is nothing, UPDATED_OLD what was removed',
    async (on) => {
      await on.put({ n: { N: '1' }, s: { S: 'x' } });
      const old = await on.update('REMOVE s', undefined, { ReturnValues: 'UPDATED_OLD' });
      expect(old.Attributes).toEqual({ s: { S: 'x' } });
      const fresh = await on.update('REMOVE n', undefined, { ReturnValues: 'UPDATED_NEW' });
      expect(fresh.Attributes ?? {}).toEqual({});
    },
  ],
  [
    'puts and deletes know only NONE and ALL_OLD',
    async (on) => {
      const refused = { name: 'ValidationException' };
      await expect(on.put({}, { ReturnValues: 'ALL_NEW' })).rejects.toMatchObject(refused);
      await expect(on.delete({ ReturnValues: 'UPDATED_OLD' })).rejects.toMatchObject(refused);
    },
  ],
];
