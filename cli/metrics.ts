import type { Metric } from '../shared/flow.ts';
import type { Measurement } from './transcript.ts';
import { quantile } from './verdict.ts';

export type MetricFigures = {
  readonly count: number;
  readonly sum: number;
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
};

/** The metrics that spotkeeper published, each in one set of figures in the metric's own unit (its name's end). */
export function metricsOf(measurements: readonly Measurement[]): Readonly<Partial<Record<Metric, MetricFigures>>> {
  const groups = [...Map.groupBy(measurements, ({ metric }) => metric)];
  return Object.fromEntries(
    groups.map(([metric, measured]) => {
      const values = measured.map(({ value }) => value).sort((a, b) => a - b);
      const [p50, p99, max] = [quantile(values, 0.5), quantile(values, 0.99), quantile(values, 1)];
      return [metric, { count: values.length, sum: values.reduce((sum, value) => sum + value, 0), p50, p99, max }];
    }),
  );
}
