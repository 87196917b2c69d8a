import { expect, test } from 'vitest';
import { placeKey, watchPartition } from '../../../shared/aws/record-keys.ts';
import { commit, deleteRecords, getRecords, lagging, putRecords, queryRecords } from '../../../shared/aws/table.ts';
import { type Instant, later } from '../../../shared/model/instant.ts';
import type { Place, Watch } from '../../../shared/model/records.ts';
import { AwsError } from '../../../sim/service.ts';
import { lab, REGION } from './lab.ts';

const place = (instanceId: string, expiresAt: Instant): Place => ({
  is: 'place',
  region: REGION,
  instanceId,
  cluster: 'arn:aws:ecs:eu-west-1:123456789012:cluster/prod',
  containerInstance: 'arn',
  manage: 'yes',
  pool: undefined,
  stale: false,
  expiresAt,
});

const watch = (version: number, at: Instant): Watch => ({
  is: 'watch',
  region: REGION,
  cluster: 'prod',
  at,
  stops: 0,
  after: undefined,
  version,
  by: 'a run',
  expiresAt: later(at, 60_000),
});

test('records come back as they were written, many at a time', async () => {
  const { table, run, edge } = lab();
  const ids = Array.from({ length: 260 }, (_, index) => `i-${String(index).padStart(17, '0')}`);
  const records = ids.map((id) => place(id, later(edge.now(), 3_600_000)));
  await run(putRecords(table, records));
  const found = await run(
    getRecords(
      table,
      [...ids, 'i-0000000000000dead'].map((id) => placeKey(REGION, id)),
    ),
  );
  expect(found.length).toBe(260);
  expect(found.find((one) => one.is === 'place' && one.instanceId === ids[7])).toEqual({
    ...records[7],
    pool: undefined,
  });
});

test('an expired record is never returned, however late DynamoDB deletes it', async () => {
  const { table, run, edge, account } = lab();
  await run(putRecords(table, [place('i-00000001', later(edge.now(), 10_000))]));
  const key = [placeKey(REGION, 'i-00000001')];
  expect(await run(getRecords(table, key))).toHaveLength(1);
  await account.clock.run(account.clock.now() + 11_000);
  expect(await run(getRecords(table, key))).toEqual([]);
});

test('of two passes over one cluster, one wins', async () => {
  const { table, run, edge } = lab();
  const at = edge.now();
  const guard = { name: 'prod', for: [], next: watch(1, at), expected: 'absent' as const, whenLost: 'leave' as const };
  const other = { ...guard, next: { ...guard.next, by: 'another run' } };
  const results = await run(Promise.all([commit(table, guard), commit(table, other)]));
  expect(results.sort()).toEqual(['lost', 'won']);
  expect(await run(commit(table, { ...guard, next: watch(2, at), expected: 1 }))).toBe('won');
  expect(await run(commit(table, { ...other, next: { ...watch(2, at), by: 'another run' }, expected: 1 }))).toBe(
    'lost',
  );
  expect(await run(queryRecords(table, watchPartition(REGION)))).toEqual([{ ...watch(2, at), after: undefined }]);
});

test('a guard whose answer was lost after it took effect is won when the client tries again', async () => {
  let lost = 0;
  const { table, run, edge } = lab({
    faults: ({ operation }) => {
      if (operation !== 'PutItem' || lost > 0) return undefined;
      lost += 1;
      return { error: new AwsError('InternalServerError', 'Internal server error', 500), when: 'after' };
    },
  });
  const next = watch(1, edge.now());
  const guard = { name: 'prod', for: [], next, expected: 'absent' as const, whenLost: 'leave' as const };
  expect(await run(commit(table, guard))).toBe('won');
});

test('an expired watch counts as absent', async () => {
  const { table, run, edge, account } = lab();
  const guard = {
    name: 'prod',
    for: [],
    next: watch(1, edge.now()),
    expected: 'absent' as const,
    whenLost: 'leave' as const,
  };
  await run(commit(table, guard));
  await account.clock.run(account.clock.now() + 62_000);
  expect(await run(commit(table, { ...guard, next: watch(1, edge.now()) }))).toBe('won');
});

test('what observe mode plans is not seen in act mode, the map is shared', async () => {
  const { table, run, edge } = lab();
  const observing = { ...table, prefix: 'observe ' };
  const one = place('i-00000001', later(edge.now(), 60_000));
  await run(putRecords(observing, [one, watch(1, edge.now())]));
  expect(await run(queryRecords(table, watchPartition(REGION)))).toEqual([]);
  expect(await run(queryRecords(observing, watchPartition(REGION)))).toHaveLength(1);
  expect(await run(getRecords(table, [placeKey(REGION, one.instanceId)]))).toHaveLength(1);
  await run(deleteRecords(table, [placeKey(REGION, one.instanceId)]));
  expect(await run(getRecords(observing, [placeKey(REGION, one.instanceId)]))).toEqual([]);
});

test('the same record twice in one write is written once', async () => {
  const { table, run, edge } = lab();
  const first = place('i-00000001', later(edge.now(), 60_000));
  await run(putRecords(table, [first, { ...first, containerInstance: 'newer' }]));
  const [found] = await run(getRecords(table, [placeKey(REGION, first.instanceId)]));
  expect(found).toMatchObject({ containerInstance: 'newer' });
});

test('reads are consistent, unless it is said that they may lag', async () => {
  const { account, table, run } = lab();
  const asked: unknown[] = [];
  account.endpoint.onCall(({ operation }, input) => {
    const gets = operation === 'BatchGetItem' ? Object.values(input.RequestItems as object) : [input];
    for (const { ConsistentRead } of gets) asked.push([operation, ConsistentRead]);
  });
  for (const one of [table, lagging(table)]) {
    await run(queryRecords(one, watchPartition(REGION)));
    await run(getRecords(one, [placeKey(REGION, 'i-00000001')]));
  }
  expect(asked).toEqual([
    ['Query', true],
    ['BatchGetItem', true],
    ['Query', false],
    ['BatchGetItem', false],
  ]);
});
