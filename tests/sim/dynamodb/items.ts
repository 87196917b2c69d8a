import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { expect } from 'vitest';
import { type Case, rejected } from './scenario.ts';

const everyType: Record<string, AttributeValue> = {
  text: { S: 'é' },
  number: { N: '-1.5' },
  bytes: { B: new Uint8Array([1, 2, 255]) },
  truth: { BOOL: true },
  nothing: { NULL: true },
  map: { M: { steps: { L: [{ N: '1' }, { M: {} }] } } },
  texts: { SS: ['a', 'b'] },
};

/** What DynamoDB keeps and refuses to keep. */
export const itemsCases: readonly Case[] = [
  [
    'keeps every type of value as it was put',
    async (on) => {
      await on.put(everyType);
      expect(await on.attributes()).toEqual(everyType);
    },
  ],
  ['answers nothing for an item that is not there', async (on) => expect(await on.get('absent')).toBeUndefined()],
  [
    'answers numbers in plain digits, 38 of them exactly',
    async (on) => {
      const long = '12345678901234567890.123456789012345678';
      await on.put({ a: { N: '1.50' }, b: { N: '1E+3' }, c: { N: '-0.0010' }, d: { N: long } });
      expect(await on.attributes()).toEqual({ a: { N: '1.5' }, b: { N: '1000' }, c: { N: '-0.001' }, d: { N: long } });
    },
  ],
  ['refuses what is no number', (on) => rejected(on.put({ a: { N: 'x' } }), 'cannot be converted to a numeric value')],
  ['refuses 39 digits', (on) => rejected(on.put({ a: { N: '1'.repeat(39) } }), 'more than 38 significant digits')],
  ['refuses an empty set', (on) => rejected(on.put({ a: { SS: [] } }), 'may not be empty')],
  [
    'refuses an item without its sort key',
    (on) => rejected(on.put({}, { Item: { pk: on.pk } }), 'Missing the key sk in the item'),
  ],
  [
    'refuses a key of another type',
    (on) => rejected(on.put({ sk: { N: '1' } }), 'Type mismatch for key sk expected: S actual: N'),
  ],
  [
    'refuses an item above 400 KB',
    (on) => rejected(on.put({ a: { S: 'x'.repeat(410_000) } }), 'exceeded the maximum allowed size'),
  ],
];
