import { expect, test } from 'vitest';
import { compare } from '../../../../cli/report/cost-explorer/compare.ts';
import { usedOf } from '../../../../cli/report/cost-explorer/usage-type.ts';
import type { PoolLine } from '../../../../shared/model/ledger.ts';
import { REGION } from '../../../given.ts';
import { anEntry } from '../../../shared/aws/ledger-records.ts';

test('usage types are read with and without the prefix of their region', () => {
  const read = (usageType: string) => {
    const used = usedOf(usageType);
    return used && [used.capacity, used.type];
  };
  expect(read('EUW1-SpotUsage:m6i.large')).toEqual(['spot', 'm6i.large']);
  expect(read('SpotUsage:m6i.large')).toEqual(['spot', 'm6i.large']);
  expect(read('EU-BoxUsage:c7g.4xlarge')).toEqual(['on-demand', 'c7g.4xlarge']);
  expect(read('USW2-BoxUsage')).toEqual(['on-demand', 'm1.small']);
  expect(read('EU-Fargate-vCPU-Hours:perCPU')).toEqual(['fargate', undefined]);
  expect(read('Fargate-ARM-GB-Hours')).toEqual(['fargate', undefined]);
  expect(read('SpotUsage-Fargate-GB-Hours')).toEqual(['fargate-spot', undefined]);
  expect(read('EUC1-SpotUsage-Fargate-ARM-vCPU-Hours:perCPU')).toEqual(['fargate-spot', undefined]);
  for (const other of ['EU-CPUCredits:t3', 'EU-EBS:VolumeUsage.gp3', 'EU-DataTransfer-Out-Bytes'])
    expect(read(other)).toBeUndefined();
});

const line = (own: Pick<PoolLine, 'capacity' | 'type' | 'cost'>): PoolLine => ({
  ...own,
  zone: `${REGION}a`,
  seconds: 3_600,
  unpriced: 0,
  onDemand: own.cost,
  fargate: own.cost,
});

test('only what the ledger has seen in a region is compared there', () => {
  const pools = [
    line({ capacity: 'spot', type: 'm6i.large', cost: 100 }),
    line({ capacity: 'fargate', type: undefined, cost: 30 }),
  ];
  const billed = (region: string, usageType: string, cost: number) => ({ region, usageType, cost });
  const { rows, all, elsewhere } = compare(
    [anEntry({ pools }), anEntry({ pools })],
    [
      billed(REGION, 'EU-SpotUsage:m6i.large', 190),
      billed('us-east-1', 'SpotUsage:m6i.large', 7),
      billed(REGION, 'EU-BoxUsage:m6i.large', 9),
      billed(REGION, 'EU-Fargate-GB-Hours', 20),
      billed(REGION, 'EU-Fargate-vCPU-Hours:perCPU', 40),
      billed(REGION, 'EU-DataTransfer-Out-Bytes', 1_000),
    ],
  );
  expect(rows).toEqual([
    { capacity: 'spot', ledger: 200, billed: 190 },
    { capacity: 'fargate', ledger: 60, billed: 60 },
  ]);
  expect(all).toEqual({ ledger: 260, billed: 250 });
  expect(elsewhere).toBe(16);
});
