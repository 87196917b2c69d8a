import { describe, expect, test } from 'vitest';
import { tableReader, tolerantReader } from '../../../functions/interruption/ports/table.ts';
import { OBSERVE } from '../../../shared/aws/own-ports.ts';
import { putRecords } from '../../../shared/aws/table.ts';
import { later } from '../../../shared/model/instant.ts';
import { AwsError } from '../../../sim/service.ts';
import { aDoomed, aWatch, CLUSTER, clusterArn } from '../../given.ts';
import { lab, REGION } from '../../shared/aws/lab.ts';
import { aLookout } from './given.ts';

describe('maintenance that was announced while spotkeeper only observed', () => {
  const remembered = async () => {
    const { table, run, edge } = lab();
    const inAnHour = { expiresAt: later(edge.now(), 3_600_000) };
    const observed = { ...table, prefix: OBSERVE };
    const maintenance = aDoomed({ cause: 'maintenance', ...inAnHour }, 1);
    const notice = aDoomed({ cause: 'spot', ...inAnHour }, 2);
    await run(putRecords(observed, [aWatch({ cluster: CLUSTER, ...inAnHour }), maintenance, notice]));
    return { table, observed, run };
  };

  test('is known to act mode, which Health does not tell again', async () => {
    const { table, run } = await remembered();
    const found = await run(tableReader(REGION, table).observedMaintenance());
    expect(found.map(({ cause }) => cause)).toEqual(['maintenance']);
  });

  test('is nothing new to observe mode', async () => {
    const { observed, run } = await remembered();
    expect(await run(tableReader(REGION, observed).observedMaintenance())).toEqual([]);
  });
});

test('what failover says of a cluster is found by the cluster, apart for each mode', async () => {
  const { table, run, edge } = lab();
  const inAnHour = { expiresAt: later(edge.now(), 3_600_000) };
  await run(putRecords(table, [aLookout(inAnHour), aLookout({ ...inAnHour, cluster: clusterArn('test'), holds: [] })]));
  const found = await run(tableReader(REGION, table).lookouts([CLUSTER]));
  expect(found.map(({ cluster, holds }) => [cluster, holds])).toEqual([[CLUSTER, ['checkout']]]);
  expect(await run(tableReader(REGION, { ...table, prefix: OBSERVE }).lookouts([CLUSTER]))).toEqual([]);
});

test('a table that fails is empty to whoever must not wait for it, and the log says so', async () => {
  const down = new AwsError('InternalServerError', 'Internal server error', 500);
  const { table, run } = lab({
    faults: ({ service }) => (service === 'dynamodb' ? { error: down, when: 'before' } : undefined),
  });
  const warnings: string[] = [];
  const log = { info: () => {}, warn: (message: string) => void warnings.push(message), error: () => {} };
  const read = tolerantReader(tableReader(REGION, table), log);
  expect(await run(read.places(['i-0123456789abcdef0']))).toEqual(new Map());
  expect(await run(read.doomed(CLUSTER))).toEqual([]);
  expect(await run(read.lookouts([CLUSTER]))).toEqual([]);
  expect(warnings).toEqual(Array(3).fill('the table cannot be read; going on without it'));
});
