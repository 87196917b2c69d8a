import type { Manage, Pool } from './fleet.ts';
import type { Incident, Outbox, Reported } from './incident.ts';
import type { Instant } from './instant.ts';
import type { Counted, LedgerEntry } from './ledger.ts';
import type { Evidence, Finding, RefusedStandby, RungState, StandbyRung, TaskShape, Told } from './lending.ts';
import type { Preparation } from './preparation.ts';
import type { RebalanceRecord } from './rebalance-records.ts';

/**
 * What spotkeeper remembers in its table, because AWS cannot tell it. Every record ends: `expiresAt` is compared on
 * read, the table's TTL only collects garbage.
 */
export type StoredRecord =
  | Place
  | Absent
  | KnownCluster
  | ClusterList
  | Doomed
  | Interruption
  | CoolOff
  | Watch
  | Lending
  | Prepared
  | Raised
  | Lookout
  | Preparation
  | RebalanceRecord
  | LedgerEntry
  | Counted
  | Incident
  | Outbox
  | Reported;

/** The warm map: on which container instance of which cluster an EC2 instance is. */
export type Place = {
  readonly is: 'place';
  readonly region: string;
  readonly instanceId: string;
  readonly cluster: string;
  readonly containerInstance: string;
  readonly manage: Manage;
  readonly pool: Pool | undefined;
  /** ECS did not know this container instance when we used it: look again. */
  readonly stale: boolean;
  readonly expiresAt: Instant;
};

/** The map's negative answer: this instance is in no cluster. */
export type Absent = {
  readonly is: 'absent';
  readonly region: string;
  readonly instanceId: string;
  readonly expiresAt: Instant;
};

/** A cluster, what its tags say, and when all of its container instances were last read into the map. */
export type KnownCluster = {
  readonly is: 'cluster';
  readonly region: string;
  readonly cluster: string;
  readonly manage: Manage;
  readonly containerInstances: number;
  readonly sweptAt: Instant | undefined;
  readonly expiresAt: Instant;
};

/** When the list of a region's clusters was last read to its end. */
export type ClusterList = {
  readonly is: 'cluster-list';
  readonly region: string;
  readonly listedAt: Instant;
  readonly expiresAt: Instant;
};

export type Cause = 'spot' | 'scale-in' | 'maintenance';

/** The Auto Scaling lifecycle action that waits for our answer. */
export type Hook = { readonly group: string; readonly name: string; readonly token: string };

/** An instance that is about to go; open until it has `closedAt`. `cluster` is undefined while it has not registered yet. */
export type Doomed = {
  readonly is: 'doomed';
  readonly region: string;
  readonly instanceId: string;
  readonly cluster: string | undefined;
  readonly containerInstance: string | undefined;
  readonly cause: Cause;
  readonly noticedAt: Instant;
  /** When ECS answered our call to drain it; undefined while there was none, or another drained it. */
  readonly acceptedAt: Instant | undefined;
  /** When it was DRAINING: as ECS answered our call, or else as it was first seen. */
  readonly drainedAt: Instant | undefined;
  readonly deadline: Instant;
  readonly pool: Pool | undefined;
  readonly hook: Hook | undefined;
  /** ARNs of the tasks seen on it, for the account of what became of them. */
  readonly tasks: readonly string[];
  /** In observe mode: what was told of its tasks already, so that it is told once. */
  readonly told: readonly string[];
  /** When it was gone and accounted for; the record then stays a while, so that a late event is not taken for news. */
  readonly closedAt: Instant | undefined;
  readonly expiresAt: Instant;
};

/** What became of one interruption; kept for the reports. `cause` `missed`: EC2 took the instance without a notice. */
export type Interruption = {
  readonly is: 'interruption';
  readonly region: string;
  readonly instanceId: string;
  readonly cluster: string | undefined;
  readonly cause: Cause | 'missed';
  readonly noticedAt: Instant;
  readonly drainedAt: Instant | undefined;
  readonly goneAt: Instant;
  readonly pool: Pool | undefined;
  /** How its tasks ended; all undefined for a missed one, whose tasks nobody watched. */
  readonly stoppedByScheduler: number | undefined;
  readonly stoppedBySpotkeeper: number | undefined;
  readonly killed: number | undefined;
  /** Ended otherwise, still running, or no longer shown by ECS. */
  readonly other: number | undefined;
  readonly expiresAt: Instant;
};

/** A pool that took capacity away lately. */
export type CoolOff = {
  readonly is: 'cool-off';
  readonly region: string;
  readonly pool: Pool;
  readonly noticedAt: Instant;
  readonly expiresAt: Instant;
};

/**
 * The chain of passes over the doomed instances of one cluster (`unregistered`: over those in no cluster yet).
 * `at` is when the next pass is due, `stops` how many stops it still counts on, `after` the instance id at which a
 * pass that was full ended. The version makes it a guard: of two passes one wins.
 */
export type Watch = {
  readonly is: 'watch';
  readonly region: string;
  readonly cluster: string | 'unregistered';
  readonly at: Instant;
  readonly stops: number;
  readonly after: string | undefined;
  /** ARNs of the tasks that the last pass may still be stopping when the next one looks. */
  readonly stopping?: readonly string[];
  readonly version: number;
  /** The queue record whose run wrote it. */
  readonly by: string;
  readonly expiresAt: Instant;
};

/** Which tasks a service is lent on which rung, and why: one record for each main service, guarded by its version. */
export type Lending = {
  readonly is: 'lending';
  readonly region: string;
  readonly cluster: string;
  readonly service: string;
  readonly rungs: { readonly [R in StandbyRung]?: RungState };
  readonly evidence: Evidence | undefined;
  /** Since when tasks are lent; undefined: none are. */
  readonly since: Instant | undefined;
  /** The deficit that was last seen. */
  readonly deficit: number;
  /** The last moment at which all that is lent was needed; the dwell counts from here. */
  readonly neededAt: Instant | undefined;
  /** When lendings began lately, oldest first: many of them are flapping, and the dwell grows. */
  readonly began: readonly Instant[];
  /** More than one rung was asked for the same tasks, as starts take long: the surplus goes as soon as enough serve. */
  readonly doubled: boolean;
  /** How long the last lent tasks took from the call to serving, milliseconds. */
  readonly startsMs: readonly number[];
  /** The desired count of the main service when the lending began. */
  readonly desiredBefore: number | undefined;
  /** One sentence with numbers. */
  readonly reason: string;
  readonly version: number;
  readonly by: string;
  readonly expiresAt: Instant;
};

/** The Fargate revision of a main service's task definition: made, or why not. */
export type Prepared = {
  readonly is: 'prepared';
  readonly region: string;
  readonly cluster: string;
  readonly service: string;
  /** ARN of the main's revision that it was derived from. */
  readonly revision: string;
  /** What one task of that revision takes of an instance: a storm is no time to read a hundred task definitions. */
  readonly shape?: TaskShape | undefined;
  /** ARN of the derived revision; undefined: refused, or only derived (observe mode). */
  readonly derived: string | undefined;
  /** CPU units and MiB of one lent task; undefined: refused. */
  readonly size: { readonly cpu: number; readonly memory: number; readonly arm: boolean } | undefined;
  /** A hash of what was looked at when it was derived: something else may lead to another answer. */
  readonly about: string;
  /** Of each standby, what it was made of when it was last seen as it should be: other looks are somebody else's doing. */
  readonly fingerprints: { readonly [R in StandbyRung]?: string };
  readonly findings: readonly Finding[];
  /** Has a task of the derived revision run and become healthy? A standby that never ran is no standby. */
  readonly proof: 'unproven' | 'running' | 'proven' | 'failed';
  /** Of each standby: the service ARN once it was seen. What is gone afterwards was deleted by somebody. */
  readonly standbys: { readonly [R in StandbyRung]?: string };
  /** AWS refused this standby although our own check had passed it. */
  readonly refused: { readonly [R in StandbyRung]?: RefusedStandby };
  readonly checkedAt: Instant;
  readonly expiresAt: Instant;
};

/** The On-Demand base of an Auto Scaling group while it is ours: what it was before, and what we made it. */
export type Raised = {
  readonly is: 'raised';
  readonly region: string;
  readonly group: string;
  readonly cluster: string;
  readonly before: number;
  readonly base: number;
  readonly confirmed: boolean;
  readonly since: Instant;
  readonly changedAt: Instant;
  readonly reason: string;
  readonly version: number;
  readonly by: string;
  readonly expiresAt: Instant;
};

/** When failover next looks at a cluster, and whether it has services to be lent tasks: of two passes one wins. */
export type Lookout = {
  readonly is: 'lookout';
  readonly region: string;
  readonly cluster: string;
  readonly at: Instant;
  /** Services to be lent tasks, standbys that are to go, and groups whose On-Demand base is raised. */
  readonly services: number;
  /** Services that DRAINING would cut (minimum healthy percent under 100) and that can be lent tasks first. */
  readonly holds: readonly string[];
  /** What is lent here now, for the limits of the account. */
  readonly lent: { readonly tasks: number; readonly hourlyNanoUsd: number };
  /** vCPUs on Fargate in services of this cluster, lent or not, for the quotas of the account. */
  readonly vcpus: { readonly [R in StandbyRung]: number };
  readonly scannedAt: Instant;
  /** Auto Scaling groups of the cluster, also those that have lost all of their instances. */
  readonly groups?: readonly string[];
  /** What the last pass had to tell, so that it is told once. */
  readonly told?: Told;
  readonly version: number;
  readonly by: string;
  readonly expiresAt: Instant;
};
