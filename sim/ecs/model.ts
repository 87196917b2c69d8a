import type {
  AdvancedConfiguration,
  ClusterConfiguration,
  ClusterServiceConnectDefaults,
  ClusterSetting,
  ServiceEvent,
  TaskOverride,
} from '@aws-sdk/client-ecs';
import type { Target, TargetGroup } from '../elbv2/target-group.ts';
import type { ServiceFacts } from '../world/tally.ts';
import type { Launch, StrategyItem } from './model/capacity-provider.ts';
import type { Tags } from './model/tags.ts';
import type { TaskDefinition } from './model/task-definition.ts';

export type Cluster = {
  readonly sequence: number;
  readonly arn: string;
  readonly name: string;
  tags: Tags;
  /** names: those of Auto Scaling groups, FARGATE, FARGATE_SPOT */
  capacityProviders: readonly string[];
  /** what ECS has added to the groups of the providers: hooks and scaling policies */
  attachmentsStatus: 'UPDATE_IN_PROGRESS' | 'UPDATE_COMPLETE';
  defaultStrategy: readonly StrategyItem[];
  // Stored and given back, without an effect here:
  settings: readonly ClusterSetting[];
  configuration: ClusterConfiguration | undefined;
  serviceConnectDefaults: ClusterServiceConnectDefaults | undefined;
  /** by id (the last part of the ARN), also INACTIVE ones for an hour */
  readonly instances: Map<string, ContainerInstance>;
  /** by name; deleted ones stay as INACTIVE for an hour */
  readonly services: Map<string, EcsService>;
  /** by id, also STOPPED ones for an hour */
  readonly tasks: Map<string, Task>;
};

export type ContainerInstanceStatus = 'REGISTERING' | 'REGISTRATION_FAILED' | 'ACTIVE' | 'DRAINING' | 'INACTIVE';

export type ContainerInstance = {
  readonly sequence: number;
  readonly id: string;
  readonly arn: string;
  readonly cluster: Cluster;
  readonly ec2InstanceId: string;
  readonly instanceType: string;
  readonly zone: string;
  readonly architecture: string;
  readonly privateIp: string;
  readonly capacityProviderName: string | undefined;
  tags: Tags;
  /** beside those that every instance has */
  readonly attributes: Map<string, string | undefined>;
  readonly registeredAt: number;
  /** CPU units, MiB and GPUs that the agent registered */
  readonly cpu: number;
  readonly memory: number;
  readonly gpus: number;
  /** how many awsvpc tasks its network interfaces hold, with or without trunking */
  readonly eniSlots: number;
  readonly trunking: boolean;
  cpuLeft: number;
  memoryLeft: number;
  gpusLeft: number;
  eniSlotsLeft: number;
  readonly portsInUse: Set<number>;
  nextDynamicPort: number;
  status: ContainerInstanceStatus;
  /** why it is REGISTRATION_FAILED */
  statusReason: string | undefined;
  agentConnected: boolean;
  version: number;
  /** tasks that hold resources: all but the STOPPED */
  readonly tasks: Map<string, Task>;
};

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-lifecycle-explanation.html */
export type LastStatus =
  | 'PROVISIONING'
  | 'PENDING'
  | 'ACTIVATING'
  | 'RUNNING'
  | 'DEACTIVATING'
  | 'STOPPING'
  | 'DEPROVISIONING'
  | 'STOPPED';

export type StopCode =
  | 'TaskFailedToStart'
  | 'EssentialContainerExited'
  | 'UserInitiated'
  | 'ServiceSchedulerInitiated'
  | 'SpotInterruption'
  | 'TerminationNotice';

export type Task = {
  readonly sequence: number;
  readonly id: string;
  readonly arn: string;
  readonly cluster: Cluster;
  readonly definition: TaskDefinition;
  readonly launchType: 'EC2' | 'FARGATE';
  /** the provider of its strategy: a name, FARGATE or FARGATE_SPOT; undefined: by launch type */
  readonly capacityProviderName: string | undefined;
  /** undefined: a standalone task */
  readonly service: EcsService | undefined;
  readonly deployment: Deployment | undefined;
  readonly group: string;
  readonly startedBy: string | undefined;
  readonly createdAt: number;
  readonly attachmentId: string;
  /** as RunTask gave them; commands and environments have no effect here */
  readonly overrides: TaskOverride | undefined;
  readonly enableExecuteCommand: boolean;
  tags: Tags;
  /** undefined: on Fargate, or PROVISIONING (it waits for an instance) */
  instance: ContainerInstance | undefined;
  /** undefined while PROVISIONING */
  zone: string | undefined;
  /** of its own (awsvpc) or of its host; empty while PROVISIONING */
  privateIp: string;
  /** by container port; 0 in awsvpc mode */
  readonly hostPorts: Map<number, number>;
  desiredStatus: 'RUNNING' | 'STOPPED';
  lastStatus: LastStatus;
  version: number;
  /** the application's process */
  process: 'starting' | 'serving' | 'stopping' | 'gone';
  /** as the service scheduler sees it */
  healthy: boolean;
  /** counted as healthy in the tally: healthy, and its load balancers (if any) send it requests */
  counted: boolean;
  /** a load balancer or its own check has failed it: the scheduler replaces it */
  failedHealthChecks: boolean;
  /** scale-in protection until then, epoch milliseconds (UpdateTaskProtection) */
  protectedUntil: number | undefined;
  readonly targets: Map<TargetGroup, Target>;
  pullStartedAt: number | undefined;
  pullStoppedAt: number | undefined;
  startedAt: number | undefined;
  stoppingAt: number | undefined;
  executionStoppedAt: number | undefined;
  stoppedAt: number | undefined;
  stopCode: StopCode | undefined;
  stoppedReason: string | undefined;
  exitCode: number | undefined;
};

/** A load balancer of a service: tasks register `containerPort` of `containerName` with the group. */
export type ServiceLoadBalancer = {
  readonly targetGroup: TargetGroup;
  readonly containerName: string;
  readonly containerPort: number;
  /** blue/green: the group that the next deployment uses */
  readonly alternate?: TargetGroup | undefined;
  /** as it was given, for descriptions: the listener rules and the role of blue/green */
  readonly advanced?: AdvancedConfiguration | undefined;
};

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_AwsVpcConfiguration.html */
export type Network = {
  readonly subnets: readonly string[];
  readonly securityGroups: readonly string[];
  readonly assignPublicIp: 'ENABLED' | 'DISABLED';
};

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Deployment.html */
export type Deployment = {
  /** `ecs-svc/<digits>` */
  readonly id: string;
  readonly definition: TaskDefinition;
  readonly launch: Launch;
  readonly network: Network | undefined;
  readonly loadBalancers: readonly ServiceLoadBalancer[];
  readonly platformVersion: string | undefined;
  /** what it only carries along: Service Connect, VPC Lattice, volumes, as DescribeServices shows them */
  readonly described: object;
  readonly createdAt: number;
  updatedAt: number;
  status: 'PRIMARY' | 'ACTIVE' | 'INACTIVE';
  rolloutState: 'IN_PROGRESS' | 'COMPLETED' | 'FAILED';
  rolloutStateReason: string;
  /** tasks that failed to start or to become healthy, in a row, for the circuit breaker */
  failedTasks: number;
  /** blue/green: when the traffic moved to it */
  movedAt: number | undefined;
};

export type PlacementConstraint =
  | { readonly type: 'distinctInstance' }
  | { readonly type: 'memberOf'; readonly expression: string };

export type PlacementStrategy = { readonly type: 'spread' | 'binpack' | 'random'; readonly field: string | undefined };

export type DeploymentController = 'ECS' | 'CODE_DEPLOY' | 'EXTERNAL';

export type EcsService = {
  readonly sequence: number;
  readonly arn: string;
  readonly name: string;
  readonly cluster: Cluster;
  readonly scheduling: 'REPLICA' | 'DAEMON';
  readonly controller: DeploymentController;
  readonly createdAt: number;
  readonly facts: ServiceFacts;
  status: 'ACTIVE' | 'DRAINING' | 'INACTIVE';
  desired: number;
  minimumHealthyPercent: number;
  maximumPercent: number;
  circuitBreaker: { readonly enable: boolean; readonly rollback: boolean };
  /** ROLLING, or a blue/green kind whose target groups swap */
  deploymentStrategy: 'ROLLING' | 'BLUE_GREEN';
  /** blue/green: how long both run after the traffic has moved */
  bakeMinutes: number;
  healthCheckGraceSeconds: number;
  zoneRebalancing: boolean;
  enableExecuteCommand: boolean;
  /** tags its tasks with the names of cluster and service */
  managedTags: boolean;
  propagateTags: 'NONE' | 'SERVICE' | 'TASK_DEFINITION';
  constraints: readonly PlacementConstraint[];
  placement: readonly PlacementStrategy[];
  serviceRegistries: readonly object[];
  tags: Tags;
  /** what it was made with: an empty strategy leads back to it */
  originalLaunch: Launch | undefined;
  /** the PRIMARY first; those that still have tasks behind it */
  deployments: Deployment[];
  /** newest first, at most 100 */
  readonly events: ServiceEvent[];
  /** all but the STOPPED, of all deployments */
  readonly tasks: Map<string, Task>;
};

/** Where a task stands in a target group. */
export const targetPlace = (task: Task, { targetGroup, containerPort }: ServiceLoadBalancer) =>
  targetGroup.options.targetType === 'ip'
    ? { id: task.privateIp, port: containerPort, zone: task.zone }
    : { id: task.instance?.ec2InstanceId ?? '', port: task.hostPorts.get(containerPort) ?? 0, zone: task.zone };

/** The deployment that new tasks belong to. @throws Error when a service has none (EXTERNAL without a task set) */
export const primary = (service: EcsService): Deployment => {
  const [first] = service.deployments;
  if (!first) throw new Error(`${service.name} has no deployment`);
  return first;
};

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-agent-config.html, ECS_CONTAINER_STOP_TIMEOUT */
export const defaultStopTimeoutSeconds = 30;
