import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { batches } from '../../shared/core/batches.ts';
import { categoryOf, functionShare, processShare } from '../../shared/core/buckets.ts';
import { type Bucket, carriedWithin, carryMs, nextSlot, shareOf } from '../../shared/core/pacing.ts';

const aBucket = fc.record({ burst: fc.integer({ min: 1, max: 100 }), perSecond: fc.integer({ min: 1, max: 50 }) });

/** When calls go out that are asked for at these moments, given as the pauses between them. */
function sent(pauses: readonly number[], bucket: Bucket): number[] {
  let arrival = 0;
  let now = 1_000_000;
  return pauses.map((pause) => {
    now += pause;
    const { at, next } = nextSlot(arrival, now, bucket);
    arrival = next;
    return at;
  });
}

const somePauses = fc.array(fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 3_000 })), {
  minLength: 1,
  maxLength: 150,
});

describe('batches', () => {
  test('keep every item, in order, in lists of at most the size asked for', () => {
    fc.assert(
      fc.property(fc.array(fc.nat()), fc.integer({ min: 1, max: 12 }), (items, size) => {
        const lists = batches(items, size);
        expect(lists.flat()).toEqual(items);
        expect(lists.every(({ length }) => length > 0 && length <= size)).toBe(true);
        expect(lists).toHaveLength(Math.ceil(items.length / size));
      }),
    );
  });
});

describe('pacing', () => {
  test('lets no more than burst + rate x t calls out in any window of t', () => {
    fc.assert(
      fc.property(aBucket, somePauses, (bucket, pauses) => {
        const times = sent(pauses, bucket);
        for (const [first, from] of times.entries()) {
          for (const [last, to] of times.entries()) {
            if (last < first) continue;
            const most = bucket.burst + ((to - from) / 1000) * bucket.perSecond;
            expect(last - first + 1).toBeLessThanOrEqual(most + 1e-6);
          }
        }
      }),
      { numRuns: 30 },
    );
  });

  test('sends calls in the order they are asked for, never before', () => {
    fc.assert(
      fc.property(aBucket, somePauses, (bucket, pauses) => {
        const times = sent(pauses, bucket);
        let asked = 1_000_000;
        for (const [index, time] of times.entries()) {
          asked += pauses[index] ?? 0;
          expect(time).toBeGreaterThanOrEqual(Math.max(asked, times[index - 1] ?? 0));
        }
      }),
    );
  });

  test('holds nothing back while the burst lasts, then spaces evenly', () => {
    expect(sent([0, 0, 0, 0, 0], { burst: 3, perSecond: 4 }).map((time) => time - 1_000_000)).toEqual([
      0, 0, 0, 250, 500,
    ]);
  });

  test('a bucket that rested is full again, and never more than full', () => {
    const times = sent([0, 0, 60_000, 0, 0], { burst: 2, perSecond: 1 }).map((time) => time - 1_000_000);
    expect(times).toEqual([0, 0, 60_000, 60_000, 61_000]);
  });

  test('what it carries within a time never shrinks when the time grows, and nothing is carried once it is over', () => {
    fc.assert(
      fc.property(aBucket, fc.nat(600_000), fc.nat(600_000), (bucket, ms, more) => {
        expect(carriedWithin(ms + more, bucket)).toBeGreaterThanOrEqual(carriedWithin(ms, bucket));
        expect(carriedWithin(ms, bucket)).toBeGreaterThanOrEqual(bucket.burst);
        expect(carriedWithin(-1 - more, bucket)).toBe(0);
      }),
    );
  });

  test('the time that calls need is enough for them once the burst is spent, and no call longer', () => {
    fc.assert(
      fc.property(aBucket, fc.nat(10_000), (bucket, calls) => {
        const ms = carryMs(calls, bucket);
        expect(carriedWithin(ms, bucket)).toBeGreaterThanOrEqual(bucket.burst + calls);
        expect(carriedWithin(ms - 1, bucket)).toBeLessThanOrEqual(bucket.burst + calls);
      }),
    );
  });
});

describe('shares of a bucket', () => {
  test('of two processes stay within the whole', () => {
    fc.assert(
      fc.property(aBucket, (bucket) => {
        const share = shareOf(bucket, 0.45);
        expect(2 * share.perSecond).toBeLessThanOrEqual(bucket.perSecond);
        expect(2 * share.burst).toBeLessThanOrEqual(Math.max(2, bucket.burst));
      }),
    );
  });

  test('are never empty', () => {
    expect(shareOf({ burst: 1, perSecond: 1 }, 0.1)).toEqual({ burst: 1, perSecond: 0.1 });
  });

  test('drains and stops draw from one bucket of 100 calls and 40 a second, of which a tenth is left to others', () => {
    const category = categoryOf('UpdateContainerInstancesStateCommand');
    expect(category).toBe('ecs-cluster-resource-modify');
    expect(categoryOf('StopTaskCommand')).toBe(category);
    expect(functionShare('ecs-cluster-resource-modify')).toEqual({ burst: 90, perSecond: 36 });
    expect(processShare('ecs-cluster-resource-modify')).toEqual({ burst: 45, perSecond: 18 });
  });

  test('one process of a failover of a hundred services gets more than half of the bucket that no other function draws from', () => {
    const category = categoryOf('UpdateServiceCommand');
    expect(category).toBe('ecs-service-modify');
    expect(categoryOf('CreateServiceCommand')).toBe(category);
    expect(processShare('ecs-service-modify')).toEqual({ burst: 27, perSecond: 2.75 });
    expect(functionShare('ecs-service-modify')).toEqual({ burst: 50, perSecond: 5 });
  });

  test('calls to our own table and queue are not held back', () => {
    expect(categoryOf('SendMessageCommand')).toBeUndefined();
    expect(categoryOf('BatchGetItemCommand')).toBeUndefined();
  });
});
