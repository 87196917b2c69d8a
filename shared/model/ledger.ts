import type { Pool } from './fleet.ts';
import type { Instant } from './instant.ts';

/** Whole nano-dollars. A micro-dollar is too coarse: a small task costs some three of them a second. */
export type NanoUsd = number;

export type Capacity = 'spot' | 'on-demand' | 'fargate-spot' | 'fargate';

export const capacities: readonly Capacity[] = ['spot', 'on-demand', 'fargate-spot', 'fargate'];

/** What was paid, and what the same usage would have cost elsewhere. All of them add up line by line. */
export type Money = {
  readonly cost: NanoUsd;
  /** At On-Demand EC2 prices. */
  readonly onDemand: NanoUsd;
  /** At Fargate's prices, without Spot. Room that nobody used costs nothing there. */
  readonly fargate: NanoUsd;
};

/**
 * What a line is about: a service (its trial tasks, too), tasks that nobody's service started (by family), or room that no
 * task used.
 */
export type Consumer =
  | { readonly of: 'service'; readonly name: string }
  | { readonly of: 'tasks'; readonly name: string }
  | { readonly of: 'idle' };

/** What one consumer used of one kind of capacity. */
export type ServiceLine = Money & {
  readonly consumer: Consumer;
  readonly capacity: Capacity;
  /** Tasks of a standby service, under the name of the service that they were lent to. */
  readonly lent: boolean;
  /** seconds that its tasks ran; of idle room, seconds of whole instances that nobody used */
  readonly seconds: number;
  /** Of these, seconds that have no price: they are in no sum. */
  readonly unpriced: number;
};

/** What ran in one pool. On Fargate the pool has no type. */
export type PoolLine = Money & {
  readonly capacity: Capacity;
  readonly type: string | undefined;
  readonly zone: string | undefined;
  /** seconds of instances, or of tasks on Fargate */
  readonly seconds: number;
  readonly unpriced: number;
};

/**
 * What a cluster cost within one UTC hour, as far as one reading told: from `from` to `to`. Services and pools are the
 * same money in two cuts: their costs have the same sum. Its key is cluster, hour and `from`: written twice, it is one.
 */
export type LedgerEntry = {
  readonly is: 'ledger';
  readonly region: string;
  /** ARN */
  readonly cluster: string;
  /** The beginning of the hour. */
  readonly hour: Instant;
  readonly from: Instant;
  readonly to: Instant;
  /** Instances that EC2 took back within their first hour, and what was taken off for them; it is in the sums already. */
  readonly freed: { readonly instances: number; readonly cost: NanoUsd };
  readonly services: readonly ServiceLine[];
  readonly pools: readonly PoolLine[];
  /** What has no price, by name: `m9z.large eu-west-1a Spot`. */
  readonly missingPrices: readonly string[];
  /** Time of which nobody can say any more what ran: readings failed for more than an hour. Milliseconds. */
  readonly gapMs: number;
  readonly expiresAt: Instant;
};

/** What was booked for a Spot instance in its first hour: EC2 does not bill it if it takes the instance back within it. */
export type YoungInstance = {
  readonly instanceId: string;
  readonly launchedAt: Instant;
  readonly booked: readonly Booking[];
};

/** A part of a ledger line. */
export type Booking = { readonly hour: Instant; readonly consumer: Consumer; readonly cost: NanoUsd };

/** How far a cluster's ledger is written: of two readings one wins. */
export type Counted = {
  readonly is: 'counted';
  readonly region: string;
  readonly cluster: string;
  /** Everything that ran before is in the ledger. */
  readonly to: Instant;
  readonly young: readonly YoungInstance[];
  /** Names of the Auto Scaling groups whose instances are this cluster's. */
  readonly groups: readonly string[];
  /** What the last reading told: written again by the next one, should the function have died before it was written. */
  readonly pending: readonly LedgerEntry[];
  readonly version: number;
  readonly by: string;
  readonly expiresAt: Instant;
};

/** An EC2 instance of a cluster that ran in the time that is counted. */
export type RanInstance = {
  readonly instanceId: string;
  /** ARN of its container instance; undefined: it has not registered (yet). */
  readonly containerInstance: string | undefined;
  readonly pool: Pool;
  readonly spot: boolean;
  /** What EC2 bills it as where that is not Linux: `Windows`, `Red Hat Enterprise Linux`; it has no price here. */
  readonly platform?: string | undefined;
  readonly launchedAt: Instant;
  /** undefined: it still runs */
  readonly endedAt: Instant | undefined;
  /** EC2 took it back. */
  readonly reclaimed: boolean;
  /** What it registered with ECS, CPU units and MiB; undefined: not known. */
  readonly room: { readonly cpu: number; readonly memory: number } | undefined;
};

/** A task that ran in the time that is counted. */
export type RanTask = {
  readonly arn: string;
  readonly consumer: Consumer;
  readonly lent: boolean;
  readonly on:
    | { readonly is: 'ec2'; readonly containerInstance: string }
    | {
        readonly is: 'fargate';
        readonly spot: boolean;
        readonly arm: boolean;
        /** Its price has a licence in it that is not known here. */
        readonly windows: boolean;
        readonly zone: string | undefined;
        /** GB above the 20 that are free */
        readonly extraStorageGb: number;
      };
  /** CPU units and MiB that it reserves. */
  readonly cpu: number;
  readonly memory: number;
  /** On EC2 when its room was taken; on Fargate when it is billed from: the pull of its image. */
  readonly from: Instant;
  /** undefined: it still runs */
  readonly to: Instant | undefined;
};

/**
 * What is asked of a cluster (ARN): a time, the groups that are known to be its own, who borrows (main by standby), and
 * whom trial tasks prove (main by the family of its Fargate revisions).
 */
export type RanAsked = {
  readonly cluster: string;
  readonly from: Instant;
  readonly to: Instant;
  readonly groups: readonly string[];
  readonly lent: ReadonlyMap<string, string>;
  readonly proves: ReadonlyMap<string, string>;
};

/** What ran in it. */
export type Ran = {
  readonly instances: readonly RanInstance[];
  readonly tasks: readonly RanTask[];
  /** Auto Scaling groups of its registered instances, and those that were known. */
  readonly groups: readonly string[];
};

/** A price from an instant on, nano-dollars an hour. */
export type PriceStep = { readonly from: Instant; readonly hourly: NanoUsd };

/** What things cost. What is missing has no price: it is named, and never zero. */
export type PriceBook = {
  /** By pool (`type zone`), oldest first; the first step is in force when the time that is counted begins. */
  readonly spot: ReadonlyMap<string, readonly PriceStep[]>;
  /** by instance type */
  readonly onDemand: ReadonlyMap<string, NanoUsd>;
  readonly fargate: FargatePrices;
  readonly fargateSpot: FargatePrices;
};

/** Nano-dollars an hour for a vCPU and a GB; undefined: not known. */
export type FargatePrices = {
  readonly x86: Rate | undefined;
  readonly arm: Rate | undefined;
  /** a GB of ephemeral storage above 20 */
  readonly storageGb: NanoUsd | undefined;
};

export type Rate = { readonly vcpu: NanoUsd; readonly gb: NanoUsd };
