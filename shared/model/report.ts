import type { Instant } from './instant.ts';
import type { Capacity, Consumer, Money, NanoUsd } from './ledger.ts';

/** A time that a report is about, in whole local days. A day of daylight saving has 23 or 25 hours. */
export type Period = {
  readonly kind: 'daily' | 'weekly' | 'since';
  readonly from: Instant;
  readonly to: Instant;
  /** IANA name */
  readonly timeZone: string;
  /** `Friday 27 November 2026`, `23 to 29 November 2026` */
  readonly name: string;
};

/** Money with how it was bought. `saved` is against On-Demand EC2: onDemand - cost. */
export type Spending = Money & {
  readonly saved: NanoUsd;
  readonly byCapacity: Readonly<Record<Capacity, NanoUsd>>;
  /** of `cost`, what lent tasks cost */
  readonly lent: NanoUsd;
  /** of `cost`, room that no task used */
  readonly idle: NanoUsd;
};

export type OfCluster = { readonly region: string /** name */; readonly cluster: string };

export type RegionSpending = Spending & { readonly region: string };
export type ClusterSpending = OfCluster & Spending;
export type ServiceSpending = OfCluster & Spending & { readonly consumer: Consumer };
export type PoolSpending = Money & {
  readonly region: string;
  readonly capacity: Capacity;
  /** `m6i.large eu-west-1a`, `Fargate Spot` */
  readonly pool: string;
  readonly hours: number;
};

/** One bar of the chart. */
export type TrendPoint = { readonly label: string; readonly cost: NanoUsd; readonly saved: NanoUsd };

/** How interruptions went, counts of instances; `tasks…` counts of tasks. */
export type InterruptionFigures = {
  readonly noticed: number;
  /** DRAINING before their deadline */
  readonly drained: number;
  readonly notDrained: number;
  /** EC2 took them without a notice that reached us. */
  readonly missed: number;
  readonly scaleIns: number;
  readonly maintenance: number;
  readonly tasksMoved: number;
  readonly tasksKilled: number;
  /** seconds from notice to DRAINING, of those that were in time; undefined: none was */
  readonly slowestDrainSeconds: number | undefined;
};

export type FailoverFigure = OfCluster & {
  readonly service: string;
  readonly from: Instant;
  /** undefined: it goes on */
  readonly until: Instant | undefined;
  readonly most: number;
  /** `Fargate Spot`, `Fargate Spot and Fargate` */
  readonly where: string;
  readonly why: string;
};

/**
 * Standbys that are proven and were lent nothing lately: they cost nothing, and nobody knows whether they would start today.
 */
export type UnusedStandbys = {
  /** So many days, the period and those before it that the report looks at; 0: too little is known of them. */
  readonly days: number;
  /** by the name of the main service */
  readonly services: readonly (OfCluster & { readonly service: string })[];
};

/** One report, every figure of it: what Slack, the terminal, HTML, JSON and CSV show. Sorted by what matters most. */
export type Report = {
  readonly period: Period;
  readonly account: string;
  readonly mode: 'observe' | 'act';
  /** How much of the period the ledger knows, milliseconds; less than the period: it began later, or readings failed. */
  readonly knownMs: number;
  readonly gapMs: number;
  readonly total: Spending;
  /** The same length of time before; undefined: the ledger does not know it. */
  readonly before: Spending | undefined;
  readonly regions: readonly RegionSpending[];
  readonly clusters: readonly ClusterSpending[];
  readonly services: readonly ServiceSpending[];
  readonly pools: readonly PoolSpending[];
  readonly trend: readonly TrendPoint[];
  readonly freed: { readonly instances: number; readonly cost: NanoUsd };
  readonly interruptions: InterruptionFigures;
  readonly failovers: readonly FailoverFigure[];
  readonly failoverCost: NanoUsd;
  readonly coolOffs: readonly string[];
  /** Standbys without a proof run, refused ones: one sentence each. */
  readonly standbys: readonly string[];
  readonly unused: UnusedStandbys;
  readonly findings: readonly string[];
  readonly missingPrices: readonly string[];
};
