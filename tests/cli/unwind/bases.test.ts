import { describe, expect, test } from 'vitest';
import { putRecords, queryRecords } from '../../../shared/aws/table.ts';
import { type Instant, instant, later } from '../../../shared/model/instant.ts';
import type { Raised } from '../../../shared/model/records.ts';
import { REGION } from '../../shared/aws/lab.ts';
import { POOL } from '../../shared/aws/lending-shop.ts';
import { lent } from './lent.ts';

const raised = (cluster: string, now: Instant, changes: Partial<Raised> = {}): Raised => ({
  is: 'raised',
  region: REGION,
  group: 'mixed',
  cluster,
  before: 1,
  base: 3,
  confirmed: true,
  since: now,
  changedAt: now,
  reason: 'two instances are missing',
  version: 1,
  by: 'record',
  expiresAt: later(now, 3_600_000),
  ...changes,
});

describe('an On-Demand base that spotkeeper raised', () => {
  const based = async (now: number, changes: Partial<Raised> = {}) => {
    const made = await lent(0);
    const { table, cluster, region, run } = made;
    const distribution = { OnDemandBaseCapacity: now, OnDemandPercentageAboveBaseCapacity: 0 };
    const pools = [POOL, { type: 'c6i.large', zone: 'eu-west-1b' }];
    const group = region.createGroup({ name: 'mixed', cluster, desired: 4, pools, distribution });
    await run(putRecords(table, [raised(cluster.arn, instant(table.now()), changes)]));
    const left = async () => (await run(queryRecords(table, `raised ${REGION} ${cluster.arn}`))).length;
    return { ...made, base: () => group.policy?.InstancesDistribution?.OnDemandBaseCapacity, left };
  };

  test('is put back to what it was, and its record forgotten', async () => {
    const { unwind, base, left } = await based(3);
    expect((await unwind('--table', 'table')).said).toContain('set the On-Demand base of mixed from 3 back to 1');
    const { code, complaints } = await unwind('--table', 'table', '--yes');
    expect({ code, complaints, base: base(), left: await left() }).toEqual({
      code: 0,
      complaints: [],
      base: 1,
      left: 0,
    });
  });

  test('is put back also where its record has expired since failover was switched off', async () => {
    const { unwind, base, account } = await based(3);
    await account.clock.run(account.clock.now() + 7_200_000);
    await unwind('--table', 'table', '--yes');
    expect(base()).toBe(1);
  });

  test('is put back also where the last step was never carried out', async () => {
    const { unwind, base } = await based(2, { confirmed: false });
    await unwind('--table', 'table', '--yes');
    expect(base()).toBe(1);
  });

  test('is left where somebody changed it meanwhile, unless it is forced', async () => {
    const { unwind, base, left } = await based(6);
    const { code, complaints } = await unwind('--table', 'table', '--yes');
    expect({ code, base: base(), left: await left() }).toEqual({ code: 1, base: 6, left: 1 });
    expect(complaints[0]).toContain('it is 6, and spotkeeper had set 3: somebody changed it');
    await unwind('--table', 'table', '--yes', '--force');
    expect({ base: base(), left: await left() }).toEqual({ base: 1, left: 0 });
  });

  test('is nothing to do where it is what it was', async () => {
    const { unwind, writes, left } = await based(1);
    expect((await unwind('--table', 'table')).said).toContain('forget the On-Demand base of mixed: it is 1 already');
    await unwind('--table', 'table', '--yes');
    expect({ left: await left(), writes: writes().filter((one) => one === 'UpdateAutoScalingGroup') }).toEqual({
      left: 0,
      writes: [],
    });
  });
});
