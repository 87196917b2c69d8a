import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { expect } from 'vitest';
import { type Case, rejected, type Scenario } from './scenario.ts';

const KB = 1024;

/** Text that makes an item of exactly so many bytes, names and keys included. */
const filler = (on: Scenario, bytes: number): AttributeValue => ({
  S: 'x'.repeat(bytes - 'pk'.length - on.pk.S.length - 'sk'.length - 'a'.length - 'text'.length),
});

/** Items of 400 KB, pages of 1 MB, answers of 16 MB. */
export const sizesCases: readonly Case[] = [
  [
    'keeps an item of 400 KB and refuses one byte more',
    async (on) => {
      await on.put({ text: filler(on, 400 * KB) });
      await rejected(on.put({ text: filler(on, 400 * KB + 1) }), 'Item size has exceeded the maximum allowed size');
    },
  ],
  [
    'refuses an update that makes an item larger than 400 KB, and leaves it as it was',
    async (on) => {
      await on.put({ text: filler(on, 400 * KB) });
      await rejected(
        on.update('SET n = :n', { ':n': { N: '1' } }),
        'Item size to update has exceeded the maximum allowed size',
      );
      expect(Object.keys(await on.attributes())).toEqual(['text']);
    },
  ],
  [
    'pages of a megabyte give every item once, also those that a filter drops',
    async (on) => {
      for (const n of [1, 2, 3, 4, 5, 6, 7]) {
        await on.put({ text: filler(on, 399 * KB), n: { N: String(n) } }, {}, `${n}`);
      }
      const [found, counts]: [unknown[], number[]] = [[], []];
      let start: Record<string, AttributeValue> | undefined;
      do {
        const page = await on.query(
          'pk = :p',
          { ':n': { N: '6' } },
          { FilterExpression: 'n > :n', ProjectionExpression: 'n', ExclusiveStartKey: start },
        );
        found.push(...(page.Items ?? []));
        counts.push(page.ScannedCount ?? 0);
        start = page.LastEvaluatedKey;
      } while (start);
      expect(found).toEqual([{ n: { N: '7' } }]);
      expect(counts).toEqual([3, 3, 1]);
    },
  ],
  [
    'leaves keys of a batch unprocessed above 16 MB, and gives the rest when asked again',
    async (on) => {
      const keys = Array.from({ length: 42 }, (_, n) => on.key(`k${n}`));
      for (const { sk } of keys) await on.put({ text: { S: 'x'.repeat(399 * KB) } }, {}, sk?.S);
      const first = await on.batchGet(keys);
      const left = first.UnprocessedKeys?.conformance?.Keys ?? [];
      const got = first.Responses?.conformance?.map(({ sk }) => sk?.S) ?? [];
      expect(left.length).toBeGreaterThan(0);
      expect([...got, ...left.map(({ sk }) => sk?.S)].toSorted()).toEqual(keys.map(({ sk }) => sk?.S).toSorted());
      const second = await on.batchGet(left.slice(0, 1));
      expect(second).toMatchObject({ Responses: { conformance: [left[0]] }, UnprocessedKeys: {} });
    },
  ],
];
