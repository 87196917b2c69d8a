import type { Target, Task } from '../../shared/model/fleet.ts';
import type { Instant } from '../../shared/model/instant.ts';
import type { Host, ServiceDetail } from '../../shared/model/lending.ts';
import type { Preparation } from '../../shared/model/preparation.ts';
import type { Absent, Doomed, Lending, Lookout, Place, Prepared, Raised } from '../../shared/model/records.ts';
import type { FailoverCluster, Group, Launch, ProviderGroup, Subnet } from '../../shared/model/surroundings.ts';
import type { TaskDefinition } from '../../shared/model/task-definition.ts';

/** `lately`: what was written within the last second or so may be missing; such a read costs half. */
type HowFresh = 'now' | 'lately';

/** spotkeeper's own table, of one region. Reads are of now unless they are asked for otherwise. */
export type FailoverTable = {
  places(instanceIds: readonly string[]): Promise<ReadonlyMap<string, Place | Absent>>;
  doomed(cluster: string, how?: HowFresh): Promise<readonly Doomed[]>;
  lookouts(how?: HowFresh): Promise<readonly Lookout[]>;
  lendings(cluster: string): Promise<readonly Lending[]>;
  prepared(cluster: string, how?: HowFresh): Promise<readonly Prepared[]>;
  raised(cluster: string, how?: HowFresh): Promise<readonly Raised[]>;
  preparation(cluster: string): Promise<Preparation | undefined>;
};

/** All that this function may read of one region. */
export type Reader = FailoverTable & {
  listClusters(): Promise<readonly string[]>;
  describeClusters(arns: readonly string[]): Promise<readonly FailoverCluster[]>;
  /** All services of a cluster, ours included; asked again within a few seconds, the answer is the same. */
  services(cluster: string): Promise<readonly ServiceDetail[]>;
  /** All container instances of a cluster that are ACTIVE, DRAINING or REGISTERING. */
  hosts(cluster: string): Promise<readonly Host[]>;
  /** Those that a cluster query expression matches. */
  matchingHosts(cluster: string, expression: string): Promise<readonly string[]>;
  /** The tasks that ECS wants running, of the cluster or of one service of it. */
  tasks(cluster: string, service?: string): Promise<readonly Task[]>;
  /** Tasks of a service that were created since then; those that ended within the last hour, too. */
  tasksSince(cluster: string, service: string, since: Instant): Promise<readonly Task[]>;
  tasksOn(cluster: string, containerInstance: string): Promise<readonly Task[]>;
  /** Proof runs of a derived family, running and ended. */
  proofTasks(cluster: string, family: string): Promise<readonly Task[]>;
  /** With its tags; undefined: there is none (any more). */
  taskDefinition(arnOrFamily: string): Promise<TaskDefinition | undefined>;
  targetHealth(targetGroup: string): Promise<readonly Target[]>;
  targetGroupType(targetGroup: string): Promise<'ip' | 'instance' | 'lambda' | 'alb' | undefined>;
  /** Weights of the target groups that a listener rule forwards to, by ARN. */
  ruleWeights(rule: string): Promise<ReadonlyMap<string, number>>;
  subnets(ids: readonly string[]): Promise<readonly Subnet[]>;
  /** vCPUs that the account may run at the same time; undefined: not known. */
  quotaVcpus(spot: boolean): Promise<number | undefined>;
  /** The Auto Scaling groups behind capacity providers, by provider name. */
  groupsOfProviders(names: readonly string[]): Promise<ReadonlyMap<string, ProviderGroup>>;
  /** Auto Scaling groups by name. */
  groups(names: readonly string[]): Promise<readonly Group[]>;
  /** The group of each instance that is in one. */
  groupsOfInstances(instanceIds: readonly string[]): Promise<ReadonlyMap<string, string>>;
  /** Launches of a group that failed within the last ten minutes, and those that worked since; the newest first. */
  launchesSinceFailure(group: string): Promise<readonly Launch[]>;
};
