import { createHash } from 'node:crypto';
import { marshall } from '@aws-sdk/util-dynamodb';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { packed, unpacked } from '../../../shared/aws/packed.ts';
import { ledgerPartition } from '../../../shared/aws/record-keys.ts';
import { putRecords, queryRecords } from '../../../shared/aws/table.ts';
import { instant, later } from '../../../shared/model/instant.ts';
import { lab, REGION } from './lab.ts';
import { aCounted, anEntry, HOUR, lineOf } from './ledger-records.ts';

test('a ledger entry of 400 services comes back as it was written, and takes a fraction of its length', async () => {
  const { table, run, edge } = lab();
  const services = Array.from({ length: 400 }, (_, n) => lineOf(`service-${n}`, 1_234_567 * n));
  const entry = anEntry({ services, expiresAt: later(edge.now(), 3_600_000) });
  await run(putRecords(table, [entry]));
  expect(await run(queryRecords(table, ledgerPartition(REGION, HOUR)))).toEqual([entry]);
  expect(bytesOf(entry)).toBeLessThan(25_000);
});

test('a guard that carries what was not written yet, and two thousand young instances, fits into an item', () => {
  const young = Array.from({ length: 2_000 }, (_, n) => ({
    instanceId: `i-${(n * 7_919_000_003).toString(16).padStart(17, '0')}`,
    launchedAt: instant(HOUR + n * 997),
    booked: Array.from({ length: 10 }, (_, k) => ({
      hour: HOUR,
      consumer: { of: 'service' as const, name: `service-${k}` },
      cost: (n * 48_271 + k * 69_621) % 3_000_000,
    })),
  }));
  const services = Array.from({ length: 400 }, (_, n) => lineOf(`service-${n}`, n));
  const counted = aCounted({ young, pending: [anEntry({ services }), anEntry({ services })] });
  expect(unpacked(packed(counted))).toEqual(counted);
  expect(bytesOf(counted)).toBeLessThan(390_000);
});

test('what is too large even so is refused by name, before DynamoDB refuses it', () => {
  // Digests do not compress.
  const names = Array.from({ length: 10_000 }, (_, n) => createHash('sha512').update(`${n}`).digest('base64'));
  const entry = anEntry({ services: names.map((name) => lineOf(name, 1)) });
  expect(() => packed(entry)).toThrow(/^the ledger record of arn:.* takes \d+ bytes, of which DynamoDB takes 390000$/);
});

test('an entry is packed alike every time, whatever is in it', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.string(), fc.nat())), (lines) => {
      const entry = anEntry({ services: lines.map(([name, cost]) => lineOf(name, cost)) });
      expect(packed(entry)).toEqual(packed(entry));
      expect(unpacked(packed(entry))).toEqual(entry);
    }),
  );
});

/** How long a record is as an item. */
const bytesOf = (record: Parameters<typeof packed>[0]): number =>
  Object.entries(marshall(packed(record), { removeUndefinedValues: true })).reduce(
    (sum, [name, value]) => sum + name.length + (value.B?.length ?? JSON.stringify(value).length),
    0,
  );
