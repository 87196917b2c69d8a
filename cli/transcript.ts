import type { Metric, Runtime } from '../shared/flow.ts';

export type Line = {
  readonly at: number;
  readonly level: 'info' | 'warn' | 'error';
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly process: string;
};

export type Measurement = { readonly at: number; readonly metric: Metric; readonly value: number };

/** Everything the functions said while they ran in a simulated account: log lines and metrics, in virtual time. */
export type Transcript = {
  readonly lines: readonly Line[];
  readonly measurements: readonly Measurement[];
  /** The log and metrics of one process. */
  edge(process: string): Pick<Runtime, 'log' | 'measure'>;
};

export function transcriptOf(clock: { now(): number }): Transcript {
  const lines: Line[] = [];
  const measurements: Measurement[] = [];
  const write =
    (process: string, level: Line['level']) =>
    (message: string, fields: object = {}) => {
      lines.push({ at: clock.now(), level, message, fields: { ...fields }, process });
    };
  return {
    lines,
    measurements,
    edge: (process) => ({
      log: { info: write(process, 'info'), warn: write(process, 'warn'), error: write(process, 'error') },
      measure: (metric, value) => {
        measurements.push({ at: clock.now(), metric, value });
      },
    }),
  };
}
