import { expect, test } from 'vitest';
import { TableUse } from '../../bench/running-cost/table-use.ts';
import { placeKey, watchPartition } from '../../shared/aws/record-keys.ts';
import { getRecords, lagging, putRecords, queryRecords } from '../../shared/aws/table.ts';
import { later } from '../../shared/model/instant.ts';
import { aWatch, clusterArn } from '../given.ts';
import { lab, REGION } from '../shared/aws/lab.ts';

/** What the calls of a table cost, in request units. */
async function unitsOf(work: (made: ReturnType<typeof lab>) => Promise<unknown>) {
  const made = lab();
  const use = new TableUse(made.account.endpoint, made.dynamodb, made.account.account);
  await made.run(work(made));
  return { reads: use.reads, writes: use.writes };
}

const watches = ({ edge }: ReturnType<typeof lab>, count: number) =>
  Array.from({ length: count }, (_, n) =>
    aWatch({ region: REGION, cluster: clusterArn(`cluster-${n}`), expiresAt: later(edge.now(), 3_600_000) }),
  );

test('a consistent read costs a unit for 4 KB, one that may lag half, also where nothing is found', async () => {
  const read = (may: boolean) =>
    unitsOf(async ({ table }) => {
      const one = may ? lagging(table) : table;
      await queryRecords(one, watchPartition(REGION));
      await getRecords(one, [placeKey(REGION, 'i-1'), placeKey(REGION, 'i-2')]);
    });
  expect(await read(false)).toEqual({ reads: 3, writes: 0 });
  expect(await read(true)).toEqual({ reads: 1.5, writes: 0 });
});

test('a query costs what all its items take together', async () => {
  const made = await unitsOf(async (one) => {
    await putRecords(one.table, watches(one, 30));
    await queryRecords(one.table, watchPartition(REGION));
  });
  expect(made.writes).toBe(30);
  expect(made.reads).toBe(2);
});
