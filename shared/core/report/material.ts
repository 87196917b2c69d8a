import type { Incident } from '../../model/incident.ts';
import type { Instant } from '../../model/instant.ts';
import type { Choice, Standing } from '../../model/rebalance-records.ts';
import type { CoolOff, Interruption, Prepared } from '../../model/records.ts';
import type { Period } from '../../model/report.ts';
import type { LedgerSums } from './sums.ts';

/** A bar of the chart and what the ledger tells of it: a day, or an hour of a short report. */
export type Stretch = {
  readonly from: Instant;
  readonly to: Instant;
  /** `Fri 27` */
  readonly label: string;
  readonly sums: LedgerSums;
};

/** All that a report is made of, of all regions that it is about. */
export type ReportMaterial = {
  readonly period: Period;
  readonly account: string;
  readonly mode: 'observe' | 'act';
  readonly now: Instant;
  /** In order: those of the period, and those before it that the chart and the comparison are to show. */
  readonly stretches: readonly Stretch[];
  /** Noticed within the period. */
  readonly interruptions: readonly Interruption[];
  /** Open at any time within the period. */
  readonly incidents: readonly Incident[];
  readonly prepared: readonly Prepared[];
  readonly coolOffs: readonly CoolOff[];
  readonly standings: readonly Standing[];
  readonly choices: readonly Choice[];
};
