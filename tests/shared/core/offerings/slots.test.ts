import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { slotsOf, tooSmallFor } from '../../../../shared/core/offerings/slots.ts';
import type { InstanceType } from '../../../../shared/model/offerings.ts';
import { demandOf, typeOf, web } from './market.ts';

const large = typeOf('m5.large');
const agent = { service: 'agent', daemon: true, cpu: 256, memory: 512 };

describe('a type is too small', () => {
  test.each([
    [
      'for a task that it has the CPU for only without daemons',
      { cpu: 1_900 },
      'a task of web needs 1900 CPU units, m5.large has beside the daemons 1792',
    ],
    [
      'for a task that needs all memory of its nominal size',
      { memory: 8_192 },
      'a task of web needs 8192 MiB of memory, m5.large has beside the daemons 7188',
    ],
    ['for a task that needs a GPU', { gpus: 1 }, 'a task of web needs 1 GPUs, m5.large has beside the daemons 0'],
  ])('%s', (_, given, why) => {
    expect(tooSmallFor(large, demandOf(given, agent))).toBe(why);
  });

  test('for awsvpc tasks beside daemons that take all its network interfaces', () => {
    const daemons = ['logs', 'metrics'].map((service) => ({ ...agent, service, interfaces: 1 as const }));
    expect(tooSmallFor(large, demandOf({ interfaces: 1 }, ...daemons))).toBe(
      'a task of web needs a network interface, m5.large has beside the daemons 0 for tasks',
    );
  });

  test('for a daemon alone', () => {
    expect(tooSmallFor(large, demandOf({ ...agent, memory: 9_000 }))).toBe(
      'a daemon task of agent needs 9000 MiB of memory, m5.large has 7700',
    );
  });

  test('for none of the services that fit one at a time, even if they do not fit together', () => {
    expect(tooSmallFor(large, demandOf({ cpu: 2_048 }, { service: 'api', memory: 7_000 }))).toBeUndefined();
  });
});

describe('an instance holds', () => {
  test.each([
    ['as many tasks as its CPU allows', {}, 4],
    ['as many as its memory allows', { memory: 3_000 }, 2],
    ['as many as its GPUs allow', { gpus: 1 }, 2, { gpus: 2 }],
    ['as many awsvpc tasks as it has interfaces beside its own', { interfaces: 1 as const, cpu: 128 }, 2],
    ['whole tasks only', { cpu: 1_500 }, 1],
    ['tasks that reserve next to nothing as Docker counts them', { cpu: 0, memory: 0 }, 1_283],
  ])('%s', (_, given, slots, type: Partial<InstanceType> = {}) => {
    expect(slotsOf(typeOf('m5.large', type), demandOf(given))).toBe(slots);
  });

  test('more awsvpc tasks with a trunk interface, where the type supports one', () => {
    const demand = { ...demandOf({ interfaces: 1, cpu: 64, memory: 128 }), trunking: true };
    expect(slotsOf(large, demand)).toBe(10);
    expect(slotsOf(typeOf('t3.large'), demand)).toBe(2);
  });

  test('of a type that no table knows, one awsvpc task fewer than it has interfaces', () => {
    expect(slotsOf(typeOf('x99.large', { interfaces: 4 }), demandOf({ interfaces: 1, cpu: 64 }))).toBe(3);
  });

  test('tasks of a mix: of big and small ones fewer than of small ones', () => {
    const big = { service: 'big', cpu: 2_048, desired: 1 };
    expect(slotsOf(large, demandOf({ desired: 3 }, big))).toBeCloseTo(4 / (1 + 3 / 4), 6);
  });

  test('one task of each of two services of which one wants CPU and the other memory', () => {
    expect(slotsOf(large, demandOf({ cpu: 1_536, memory: 512 }, { service: 'cache', cpu: 256, memory: 6_000 }))).toBe(
      2,
    );
  });

  test('tasks of services that want none now as if they wanted the same', () => {
    expect(slotsOf(large, demandOf({ desired: 0 }))).toBe(4);
  });

  test('by its size, when there are no services', () => {
    expect(slotsOf(large, demandOf())).toBe(2);
    expect(slotsOf(typeOf('c5.large', { memoryMiB: 2_048 }), demandOf(agent))).toBe(1);
  });

  test('at least one task exactly when it is not too small, and never fewer for being larger', () => {
    const service = fc.record({
      cpu: fc.nat(4_096),
      memory: fc.nat(16_384),
      gpus: fc.nat(1),
      interfaces: fc.constantFrom(0 as const, 1 as const),
      daemon: fc.boolean(),
      desired: fc.nat(20),
    });
    const size = fc.record({
      vcpus: fc.integer({ min: 1, max: 16 }),
      memoryMiB: fc.integer({ min: 512, max: 65_536 }),
    });
    fc.assert(
      fc.property(fc.array(service, { minLength: 1, maxLength: 6 }), size, (services, given) => {
        const demand = demandOf(web, ...services);
        const slots = slotsOf(typeOf('x99.large', { ...given, gpus: 1 }), demand);
        const double = { vcpus: given.vcpus * 2, memoryMiB: given.memoryMiB * 2, gpus: 2, interfaces: 8 };
        expect(slots >= 1).toBe(tooSmallFor(typeOf('x99.large', { ...given, gpus: 1 }), demand) === undefined);
        expect(slots).not.toBeNaN();
        expect(slotsOf(typeOf('x99.large', double), demand)).toBeGreaterThanOrEqual(slots);
      }),
    );
  });
});
