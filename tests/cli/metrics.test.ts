import { describe, expect, it } from 'vitest';
import { metricsOf } from '../../cli/metrics.ts';
import { quantile } from '../../cli/verdict.ts';

describe('the figures of a drill', () => {
  it('are each metric’s count, sum, median, 99th percentile and maximum', () => {
    const measured = [4, 1, 3, 2].map((value) => ({ at: 0, metric: 'NoticeToDrainingMs' as const, value }));
    const errors = [{ at: 0, metric: 'Errors' as const, value: 1 }];
    expect(metricsOf([...measured, ...errors])).toEqual({
      NoticeToDrainingMs: { count: 4, sum: 10, p50: 2, p99: 4, max: 4 },
      Errors: { count: 1, sum: 1, p50: 1, p99: 1, max: 1 },
    });
    expect(metricsOf([])).toEqual({});
  });

  it('name the smallest value that so many do not exceed', () => {
    const hundred = Array.from({ length: 100 }, (_, n) => n + 1);
    expect([0, 0.5, 0.99, 1].map((share) => quantile(hundred, share))).toEqual([1, 50, 99, 100]);
    expect(quantile([], 0.5)).toBe(0);
  });
});
