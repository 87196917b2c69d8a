import { describe, expect, test } from 'vitest';
import { fargatePrices } from '../../../shared/aws/fargate-prices.ts';
import { onDemandPrices, onDemandPricesOf } from '../../../shared/aws/prices.ts';
import { spotHistory } from '../../../shared/aws/spot-history.ts';
import { later } from '../../../shared/model/instant.ts';
import { lab, REGION } from './lab.ts';

const DAY_MS = 86_400_000;
const POOLS = [
  { type: 'm6i.large', zone: 'eu-west-1a' },
  { type: 'c6i.xlarge', zone: 'eu-west-1b' },
];

describe('Spot prices of a time', () => {
  test('are those that the market had, oldest first, from the one in force at its beginning', async () => {
    const { report, run, edge, region } = lab();
    const to = edge.now();
    const from = later(to, -3 * DAY_MS);
    const history = await run(spotHistory(report.ec2, { pools: POOLS, from, to }));
    expect([...history.keys()].sort()).toEqual(['c6i.xlarge eu-west-1b', 'm6i.large eu-west-1a']);
    for (const pool of POOLS) {
      const steps = history.get(`${pool.type} ${pool.zone}`) ?? [];
      const truth = region.parts.fleet.market.priceChanges(pool, from, to);
      expect(steps.map(({ hourly }) => hourly)).toEqual(
        truth.map(({ price }) => Math.round(Number(price.toFixed(6)) * 1e9)),
      );
      expect(steps[0]?.from).toBeLessThanOrEqual(from);
      expect(steps.slice(1).every((step) => step.from > from && step.from <= to)).toBe(true);
      expect(steps.map((step) => step.from)).toEqual(steps.map((step) => step.from).toSorted((a, b) => a - b));
    }
  });

  test('of a pool that EC2 does not sell are left out', async () => {
    const { report, run, edge } = lab();
    const pools = [...POOLS, { type: 'm6i.large', zone: 'eu-west-1z' }];
    const to = edge.now();
    const history = await run(spotHistory(report.ec2, { pools, from: later(to, -60_000), to }));
    expect([...history.keys()].sort()).toEqual(['c6i.xlarge eu-west-1b', 'm6i.large eu-west-1a']);
  });

  test('of many types take a call for a hundred of them', async () => {
    const { report, run, edge, calls } = lab();
    const pools = TYPES.map((type) => ({ type, zone: 'eu-west-1a' }));
    const to = edge.now();
    const history = await run(spotHistory(report.ec2, { pools, from: later(to, -900_000), to }));
    expect(history.size).toBe(TYPES.length);
    expect(calls('DescribeSpotPriceHistory')).toEqual(['ok']);
  });
});

const TYPES = ['m6i.large', 'm6i.xlarge', 'm5.large', 'c6i.large', 'c6i.xlarge', 'r6i.large'];

describe('On-Demand prices of some types', () => {
  test('are those of the whole list, in one call, and bare metal in another', async () => {
    const { report, run, calls } = lab();
    const all = await run(onDemandPrices(report.pricing, REGION));
    const before = calls('GetProducts').length;
    const metal = [...all.keys()].find((type) => type.includes('.metal')) ?? '';
    const some = await run(onDemandPricesOf(report.pricing, REGION, [...TYPES, metal, 'm9z.large']));
    expect(some).toEqual(new Map([...all].filter(([type]) => [...TYPES, metal].includes(type))));
    expect(calls('GetProducts').length - before).toBe(2);
    expect(await run(onDemandPricesOf(report.pricing, REGION, []))).toEqual(new Map());
  });
});

describe('the prices of Fargate', () => {
  test('are read with and without Spot, for both architectures, under the region’s own prefix', async () => {
    const { report, run, calls } = lab();
    expect(await run(fargatePrices(report.pricing, REGION))).toEqual({
      fargate: {
        x86: { vcpu: 40_480_000, gb: 4_445_000 },
        arm: { vcpu: 32_380_000, gb: 3_560_000 },
        storageGb: 111_000,
      },
      fargateSpot: {
        x86: { vcpu: 12_144_000, gb: 1_333_500 },
        arm: { vcpu: 9_714_000, gb: 1_068_000 },
        storageGb: 111_000,
      },
    });
    expect(calls('GetProducts')).toEqual(['ok']);
  });

  test('of a region that the list does not know are none, and never zero', async () => {
    const { report, run } = lab();
    const none = { x86: undefined, arm: undefined, storageGb: undefined };
    expect(await run(fargatePrices(report.pricing, 'xx-north-1'))).toEqual({ fargate: none, fargateSpot: none });
  });
});
