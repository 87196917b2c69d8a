import type { StandbyRung, StandbySpec } from '../model/lending.ts';
import type { Prepared } from '../model/records.ts';
import type { TaskDefinition } from '../model/task-definition.ts';
import type { Because } from './because.ts';

type OfStandby = {
  readonly cluster: string;
  /** Name of the main service. */
  readonly main: string;
  /** Name of the standby service. */
  readonly standby: string;
  readonly rung: StandbyRung;
};

/** Raises the desired count of a standby service: one UpdateService. */
export type Lend = Because & OfStandby & { readonly do: 'lend'; readonly from: number; readonly desired: number };

/** Lowers it. What is lent is ours to take back, also in observe mode. */
export type TakeBack = Because &
  OfStandby & { readonly do: 'take-back'; readonly from: number; readonly desired: number };

/** Registers the Fargate revision of a main service's task definition. */
export type RegisterRevision = Because & {
  readonly do: 'register';
  readonly main: string;
  readonly definition: TaskDefinition;
  readonly tags: Readonly<Record<string, string>>;
  /** What to remember, with AWS's words, if it refuses. */
  readonly ifRefused: Prepared;
};

/** Creates a standby service at desired count 0. */
export type CreateStandby = Because & {
  readonly do: 'create-standby';
  readonly spec: StandbySpec;
  /** of the spec */
  readonly fingerprint: string;
  /** What to remember, with AWS's words, if it refuses. */
  readonly ifRefused: Prepared;
};

/** Makes a standby what its main service is now, by a rolling deployment of its own. The desired count is not touched. */
export type FollowMain = Because & { readonly do: 'follow'; readonly spec: StandbySpec };

/** Deletes a standby with all of its tasks. */
export type RemoveStandby = Because & OfStandby & { readonly do: 'remove-standby' };

/** Adds Fargate's capacity providers to a cluster; all that it has, and its default strategy, are kept. */
export type Associate = Because & {
  readonly do: 'associate';
  readonly cluster: string;
  readonly providers: readonly string[];
};

/** Sets the On-Demand base of an Auto Scaling group; the rest of its policy is sent back as it is. */
export type SetBase = Because & {
  readonly do: 'set-base';
  readonly group: string;
  readonly from: number;
  readonly base: number;
};

/** Starts one task of a derived revision outside every target group, to see whether it comes up. */
export type Prove = Because & { readonly do: 'prove'; readonly spec: StandbySpec };

export type LendingAction =
  | Lend
  | TakeBack
  | RegisterRevision
  | CreateStandby
  | FollowMain
  | RemoveStandby
  | Associate
  | SetBase
  | Prove;
