import type { Instance, Task } from '../../shared/model/fleet.ts';
import type { Host, ServiceDetail } from '../../shared/model/lending.ts';
import type {
  Catalogue,
  FailedLaunch,
  Image,
  Prices,
  ScalingGroup,
  TemplateRef,
} from '../../shared/model/offerings.ts';
import type { Advice, Answer, Choice, Replacing, Scores, Standing } from '../../shared/model/rebalance-records.ts';
import type { Absent, CoolOff, Doomed, Lookout, Place, Raised } from '../../shared/model/records.ts';
import type { FailoverCluster, ProviderGroup } from '../../shared/model/surroundings.ts';
import type { TaskDefinition } from '../../shared/model/task-definition.ts';

/** spotkeeper's own table, of one region. */
export type RebalanceTable = {
  places(instanceIds: readonly string[]): Promise<ReadonlyMap<string, Place | Absent>>;
  doomed(cluster: string): Promise<readonly Doomed[]>;
  lookouts(): Promise<readonly Lookout[]>;
  raised(cluster: string): Promise<readonly Raised[]>;
  coolOffs(): Promise<readonly CoolOff[]>;
  standings(): Promise<readonly Standing[]>;
  advices(): Promise<readonly Advice[]>;
  choices(): Promise<readonly Choice[]>;
  replacings(): Promise<readonly Replacing[]>;
  answers(group: string): Promise<readonly Answer[]>;
  scores(): Promise<readonly Scores[]>;
};

/** All that this function may read of one region. */
export type Reader = RebalanceTable & {
  listClusters(): Promise<readonly string[]>;
  describeClusters(arns: readonly string[]): Promise<readonly FailoverCluster[]>;
  groupsOfProviders(names: readonly string[]): Promise<ReadonlyMap<string, ProviderGroup>>;
  /** All Auto Scaling groups of the region. */
  groups(): Promise<readonly ScalingGroup[]>;
  /** The instances of all groups of the region, by the tag that Auto Scaling gives them. */
  groupInstances(): Promise<readonly Instance[]>;
  /** Instances that carry our tag of detached ones, and what it says. */
  detached(): Promise<readonly (Instance & { readonly tag: string; readonly group: string | undefined })[]>;
  /** Launches of any group that failed for want of capacity within the last ten minutes. */
  failedLaunches(): Promise<readonly FailedLaunch[]>;
  isRefreshing(group: string): Promise<boolean>;
  hasTerminationHook(group: string): Promise<boolean>;
  services(cluster: string): Promise<readonly ServiceDetail[]>;
  taskDefinition(arn: string): Promise<TaskDefinition | undefined>;
  hosts(cluster: string): Promise<readonly Host[]>;
  /** Those that a cluster query expression matches. */
  matchingHosts(cluster: string, expression: string): Promise<readonly string[]>;
  /** The tasks of one service that ECS wants running. */
  tasks(cluster: string, service: string): Promise<readonly Task[]>;
  /** The tasks of one instance that ECS wants running. */
  tasksOn(cluster: string, containerInstance: string): Promise<readonly Task[]>;
  /** How many tasks of one instance ECS is stopping: their load balancers let go, or they got SIGTERM. */
  stoppingOn(cluster: string, containerInstance: string): Promise<number>;
  /** The zone of each of these subnets that exists. */
  subnetZones(ids: readonly string[]): Promise<ReadonlyMap<string, string>>;
  /** undefined: it cannot be read, or names no image that EC2 knows */
  image(template: TemplateRef): Promise<Image | undefined>;
  /** Of a group without overrides: the instance type that its launch template names. */
  templateType(template: TemplateRef): Promise<string | undefined>;
  /** Does its user data let the ECS agent drain under a Spot notice? */
  drainsByAgent(template: TemplateRef): Promise<boolean>;
  /** All types that EC2 offers in the region; read once a day. */
  catalogue(): Promise<Catalogue>;
  /** Current prices of these types; those without one are left out. */
  prices(types: readonly string[]): Promise<Prices>;
  /** Spot placement scores by zone name; undefined: AWS takes no new configuration today. */
  placementScores(types: readonly string[], target: number): Promise<Readonly<Record<string, number>> | undefined>;
  /** How long a target group lets requests end before a task gets SIGTERM, seconds. */
  deregistrationDelay(targetGroup: string): Promise<number | undefined>;
};
