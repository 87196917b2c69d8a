import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import table from '../../../shared/core/eni-limits.json' with { type: 'json' };
import { sizeOf } from '../../../shared/core/eni-limits.ts';
import { instancesMissing } from '../../../shared/core/instances-missing.ts';
import { allTypes, typeInfo } from '../../../sim/ec2/instance-type.ts';
import { aShape } from './small-cluster.ts';

const types = ['m6i.2xlarge', 'm6i.large', 'm6i.xlarge'];

describe('the instances that a deficit needs', () => {
  test('are of the smallest type that fits', () => {
    expect(instancesMissing([{ shape: aShape(), count: 9 }], types)).toEqual({
      type: 'm6i.large',
      instances: 3,
      unfit: 0,
    });
    const big = aShape({ cpu: 3_000 });
    expect(instancesMissing([{ shape: big, count: 2 }], types)).toEqual({ type: 'm6i.xlarge', instances: 2, unfit: 0 });
  });

  test('have about a tenth less memory than their type', () => {
    const whole = aShape({ memory: 8_192 });
    expect(instancesMissing([{ shape: whole, count: 1 }], types)).toMatchObject({ type: 'm6i.xlarge' });
  });

  test('hold as many awsvpc tasks as their interfaces allow, and one task for a host port', () => {
    const tiny = { cpu: 1, memory: 1 };
    expect(instancesMissing([{ shape: aShape({ ...tiny, interfaces: 1 }), count: 5 }], types).instances).toBe(3);
    expect(instancesMissing([{ shape: aShape({ ...tiny, tcp: [80] }), count: 5 }], types).instances).toBe(5);
  });

  test('are shared by small and big tasks', () => {
    const [big, small] = [aShape({ cpu: 1_536 }), aShape()];
    const missing = [
      { shape: small, count: 2 },
      { shape: big, count: 2 },
    ];
    expect(instancesMissing(missing, ['m6i.large'])).toEqual({ type: 'm6i.large', instances: 2, unfit: 0 });
  });

  test('leave out what no type of the group holds, and are none for an unknown type', () => {
    const missing = [
      { shape: aShape({ gpus: 1 }), count: 2 },
      { shape: aShape(), count: 1 },
    ];
    expect(instancesMissing(missing, types)).toEqual({ type: 'm6i.large', instances: 1, unfit: 2 });
    expect(instancesMissing(missing, ['z9.huge'])).toEqual({ type: undefined, instances: 0, unfit: 3 });
    expect(instancesMissing([], types)).toEqual({ type: undefined, instances: 0, unfit: 0 });
  });

  test('are enough in every dimension, and never more than tasks', () => {
    const someMissing = fc.array(
      fc.record({
        shape: fc.record({ cpu: fc.nat(2_048), memory: fc.integer({ min: 1, max: 7_000 }) }).map(aShape),
        count: fc.integer({ min: 1, max: 30 }),
      }),
      { minLength: 1, maxLength: 5 },
    );
    fc.assert(
      fc.property(someMissing, (missing) => {
        const sum = (of: (each: { cpu: number; memory: number }) => number) =>
          missing.reduce((total, { shape, count }) => total + count * of(shape), 0);
        const { type, instances, unfit } = instancesMissing(missing, ['m6i.large']);
        expect({ type, unfit }).toEqual({ type: 'm6i.large', unfit: 0 });
        expect(instances * 2_048).toBeGreaterThanOrEqual(sum(({ cpu }) => cpu));
        expect(instances * 7_372).toBeGreaterThanOrEqual(sum(({ memory }) => memory));
        expect(instances).toBeLessThanOrEqual(sum(() => 1));
      }),
    );
  });
});

describe('the table of instance types', () => {
  test('says the same as the one that the simulated account has', () => {
    expect(Object.keys(table.types)).toEqual(allTypes());
    const differing = allTypes().filter((type) => {
      const info = typeInfo(type);
      const size = sizeOf(type);
      return (
        size?.vcpus !== info.vcpus ||
        size.memoryMiB !== info.memoryMiB ||
        size.gpus !== info.gpus ||
        size.awsvpcTasks !== info.taskLimitNoTrunk ||
        size.awsvpcTasksWithTrunking !== info.ecsTrunkTaskLimit
      );
    });
    expect(differing).toEqual([]);
  });

  test('knows no type that is not in it', () => {
    expect(sizeOf('z9.huge')).toBeUndefined();
    expect(sizeOf('toString')).toBeUndefined();
  });
});
