import type { Target, Task } from '../../../shared/model/fleet.ts';
import type { Instant } from '../../../shared/model/instant.ts';
import type { Evidence, Host, ServiceDetail, StandbyRung, TaskShape } from '../../../shared/model/lending.ts';
import type { Lending, Lookout, Prepared, Raised } from '../../../shared/model/records.ts';
import type { FailoverCluster, Group, Subnet } from '../../../shared/model/surroundings.ts';
import type { Policy } from '../../../shared/policy.ts';
import type { Ladders } from './ladder.ts';
import type { Refusal } from './rungs.ts';

/** What a pass over one cluster sees. What was not looked at, because nothing called for it, is empty. */
export type ClusterView = {
  readonly for: readonly string[];
  readonly account: string;
  readonly cluster: FailoverCluster;
  readonly policy: Policy;
  readonly problems: readonly string[];
  readonly lookout: Lookout | undefined;
  /** Of the region's other clusters. */
  readonly elsewhere: readonly Lookout[];
  readonly services: readonly ServiceDetail[];
  readonly ladders: Ladders;
  readonly hosts: readonly Host[];
  readonly doomed: readonly DoomedHost[];
  /** undefined: not read */
  readonly tasks: readonly Task[] | undefined;
  /** All of the cluster's tasks were read, not only those of some services or instances. */
  readonly allTasks: boolean;
  /** by ARN of the definition */
  readonly shapes: ReadonlyMap<string, TaskShape>;
  /** ARNs of the container instances that a placement constraint's expression matches, by expression */
  readonly matches: ReadonlyMap<string, ReadonlySet<string>>;
  readonly lendings: ReadonlyMap<string, Lending>;
  readonly prepared: ReadonlyMap<string, Prepared>;
  readonly raised: readonly Raised[];
  readonly groups: readonly Group[];
  /** names of the Auto Scaling groups whose instances a service may run on, by service */
  readonly groupsOf: ReadonlyMap<string, readonly string[]>;
  readonly health: ReadonlyMap<string, readonly Target[]>;
  /** vCPUs; undefined: not known */
  readonly quotas: { readonly [R in StandbyRung]: number | undefined };
  readonly subnets: readonly Subnet[];
  /** What events and failed launches say of services, by service. */
  readonly evidence: ReadonlyMap<string, Evidence>;
  /** Standbys of which Fargate refused a task, by name. */
  readonly refusals: ReadonlyMap<string, Refusal>;
  /** Why a task of a standby could not start, other than for want of capacity, by name. */
  readonly failures: ReadonlyMap<string, string>;
  /** Names of standbys whose last raise was carried out and undone before a pass saw it. */
  readonly undone: ReadonlySet<string>;
};

/** An instance of the cluster that EC2 is about to take. */
export type DoomedHost = {
  readonly instanceId: string;
  /** undefined: it has not registered */
  readonly containerInstance: string | undefined;
  readonly noticedAt: Instant;
  readonly deadline: Instant;
  readonly pool: Host['pool'];
};
