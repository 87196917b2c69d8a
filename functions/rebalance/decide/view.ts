import type { Instance } from '../../../shared/model/fleet.ts';
import type { Host } from '../../../shared/model/lending.ts';
import type {
  Catalogue,
  Demand,
  FailedLaunch,
  Image,
  Member,
  Prices,
  ScalingGroup,
} from '../../../shared/model/offerings.ts';
import type { Advice, Choice, Replacing, Standing } from '../../../shared/model/rebalance-records.ts';
import type { CoolOff, Raised } from '../../../shared/model/records.ts';
import type { FailoverCluster, ProviderGroup } from '../../../shared/model/surroundings.ts';
import type { Policy } from '../../../shared/policy.ts';

/** What a pass sees of a region: its groups that hold container instances of managed clusters, and what is remembered. */
export type RegionView = {
  readonly for: readonly string[];
  readonly groups: readonly GroupView[];
  /** As remembered, by pool: `type zone`. */
  readonly standings: ReadonlyMap<string, Standing>;
  readonly coolOffs: readonly CoolOff[];
  readonly failed: readonly FailedLaunch[];
  /** By instance. */
  readonly advices: ReadonlyMap<string, Advice>;
  readonly detached: readonly Detached[];
};

/** A group, the cluster that its instances are in, and the policy for it: its own tags, then the cluster's, then the account's. */
export type GroupView = {
  readonly group: ScalingGroup;
  readonly cluster: FailoverCluster;
  /** The capacity provider that the group is behind. */
  readonly provider: (ProviderGroup & { readonly name: string }) | undefined;
  readonly policy: Policy;
  /** Tags that do not parse. */
  readonly problems: readonly string[];
  readonly members: readonly GroupMember[];
  readonly choice: Choice | undefined;
  readonly replacing: Replacing | undefined;
  /** Does failover lend tasks to the cluster? */
  readonly isLent: boolean;
};

export type GroupMember = Member & Pick<Instance, 'launchedAt' | 'spot'>;

/** An instance that we took out of its group. */
export type Detached = Instance & { readonly tag: string; readonly group: string | undefined };

/** What is read of a cluster only when an instance of it is to be replaced, or is being replaced. */
export type ReplaceView = GroupView & {
  /** Instances of the cluster that are about to go. */
  readonly doomed: ReadonlySet<string>;
  /** What came of our calls that change its desired capacity: the instances launched, by token. Without an entry: not known. */
  readonly answers: ReadonlyMap<string, readonly string[]>;
  /** Its On-Demand base, while failover has it raised. */
  readonly raised: Raised | undefined;
  /** By EC2 instance id: the container instances of the cluster that are ACTIVE, DRAINING or REGISTERING. */
  readonly hosts: ReadonlyMap<string, Host>;
  /** Instances whose tasks the rest of the cluster can hold now, all of theirs together. */
  readonly fits: ReadonlySet<string>;
  /** Instances with tasks that a drain would not move, and why: nothing is launched for these. */
  readonly stuck: ReadonlyMap<string, string>;
  readonly refreshing: boolean;
  /** Of the types of its overrides and its instances. */
  readonly prices: Prices;
};

/** What is read of a group once an hour: what it may run, and what stands in the way. */
export type ReviewView = GroupView & {
  readonly refreshing: boolean;
  readonly image: Image | undefined;
  /** The type of a group whose launch template names it. */
  readonly templateType: string | undefined;
  /** Does its user data let the ECS agent drain under a Spot notice? */
  readonly drainsByAgent: boolean;
  /** Does it replace by Capacity Rebalancing without a termination hook, so that nobody can drain what it ends? */
  readonly endsUnhooked: boolean;
  readonly demand: Demand;
  /** How long tasks of services behind load balancers take to leave. */
  readonly leaving: readonly Leaving[];
  readonly catalogue: Catalogue;
  readonly prices: Prices;
  /** Placement scores by zone, where AWS gave some. */
  readonly scores: Readonly<Record<string, number>>;
};

/** Seconds that a task behind a load balancer takes to leave: requests are let out, then it gets SIGTERM. */
export type Leaving = {
  readonly service: string;
  readonly targetGroup: string;
  readonly deregistrationSeconds: number;
  readonly stopSeconds: number;
};
