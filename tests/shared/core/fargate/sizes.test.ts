import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Billed, hourlyNanoUsd } from '../../../../shared/core/fargate/prices.ts';
import table from '../../../../shared/core/fargate/sizes.json' with { type: 'json' };
import { fargateSize, largestSize, type Size } from '../../../../shared/core/fargate/sizes.ts';
import simulated from '../../../../sim/ecs/fargate/sizes.json' with { type: 'json' };

const pairs = table.sizes.flatMap(({ cpu, memoryMiB }) => memoryMiB.map((memory) => ({ cpu, memory })));
const need = fc.record({ cpu: fc.integer({ min: 0, max: 16_384 }), memory: fc.integer({ min: 0, max: 122_880 }) });

const nanoUsd = (billed: Billed): number => hourlyNanoUsd(billed).nanoUsd;

const priceOf = ({ cpu, memory }: Size): number =>
  nanoUsd({ vcpu: cpu / 1_024, gb: memory / 1_024, arm: false, spot: false, region: 'us-east-1' });

describe('the size of a Fargate task', () => {
  test('is one that Fargate has, and holds what is needed', () => {
    fc.assert(
      fc.property(need, ({ cpu, memory }) => {
        const size = fargateSize(cpu, memory);
        expect(pairs).toContainEqual(size);
        expect(size?.cpu).toBeGreaterThanOrEqual(cpu);
        expect(size?.memory).toBeGreaterThanOrEqual(memory);
      }),
    );
  });

  test('is the cheapest of those that hold it', () => {
    fc.assert(
      fc.property(need, ({ cpu, memory }) => {
        const prices = pairs.filter((pair) => pair.cpu >= cpu && pair.memory >= memory).map(priceOf);
        expect(priceOf(fargateSize(cpu, memory) ?? largestSize())).toBe(Math.min(...prices));
      }),
    );
  });

  test('never shrinks when more is needed', () => {
    fc.assert(
      fc.property(need, fc.nat(4_096), fc.nat(16_384), ({ cpu, memory }, moreCpu, moreMemory) => {
        const small = fargateSize(cpu, memory) ?? largestSize();
        const large = fargateSize(cpu + moreCpu, memory + moreMemory);
        if (!large) return;
        expect(large.cpu).toBeGreaterThanOrEqual(small.cpu);
        expect(large.memory).toBeGreaterThanOrEqual(small.memory);
      }),
    );
  });

  test('is kept as it is when it is an allowed one already', () => {
    for (const pair of pairs) expect(fargateSize(pair.cpu, pair.memory)).toEqual(pair);
  });

  test('starts at one vCPU for Windows and ends at four', () => {
    expect(fargateSize(100, 100, true)).toEqual({ cpu: 1_024, memory: 2_048 });
    expect(largestSize(true)).toEqual({ cpu: 4_096, memory: 30_720 });
    expect(fargateSize(4_097, 100, true)).toBeUndefined();
  });

  test('is none when too much is needed, or no number', () => {
    expect(fargateSize(16_385, 1)).toBeUndefined();
    expect(fargateSize(1, 122_881)).toBeUndefined();
    expect(fargateSize(Number.NaN, 512)).toBeUndefined();
    expect(fargateSize(256, Number.NaN)).toBeUndefined();
  });

  test('is one that the simulated account has too', () => {
    expect(table.sizes.map(({ cpu, memoryMiB }) => ({ cpu, memoryMiB }))).toEqual(simulated.sizes);
  });
});

describe('the price of a Fargate task', () => {
  const task = { vcpu: 0.25, gb: 0.5, arm: false, spot: false, region: 'us-east-1' };

  test('is that of its vCPUs and its memory, in nano-dollars an hour', () => {
    expect(nanoUsd(task)).toBe(12_342_500);
    expect(nanoUsd({ ...task, arm: true })).toBe(9_875_000);
  });

  test('is lower on Fargate Spot', () => {
    expect(nanoUsd({ ...task, spot: true })).toBe(4_196_450);
  });

  test('is that of the dearest region where the region is not in the list', () => {
    expect(hourlyNanoUsd(task).known).toBe(true);
    const { nanoUsd: unknown, known } = hourlyNanoUsd({ ...task, region: 'mars-north-1' });
    expect(known).toBe(false);
    expect(unknown).toBe(nanoUsd({ ...task, region: 'sa-east-1' }));
  });

  test('is a whole number that grows with the task', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 64 }),
        fc.integer({ min: 1, max: 240 }),
        fc.boolean(),
        (quarters, halves, spot) => {
          const price = nanoUsd({ ...task, vcpu: quarters / 4, gb: halves / 2, spot });
          expect(Number.isSafeInteger(price)).toBe(true);
          expect(nanoUsd({ ...task, vcpu: (quarters + 1) / 4, gb: halves / 2, spot })).toBeGreaterThan(price);
        },
      ),
    );
  });
});
