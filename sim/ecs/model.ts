import type { Target, TargetGroup } from '../elbv2/target-group.ts';
import type { ServiceFacts } from '../world/tally.ts';

export type Cluster = {
  readonly sequence: number;
  readonly arn: string;
  readonly name: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly capacityProviders: string[];
  /** by id (the last part of the ARN), also INACTIVE ones for an hour */
  readonly instances: Map<string, ContainerInstance>;
  readonly services: Map<string, EcsService>;
  /** by id, also STOPPED ones for an hour */
  readonly tasks: Map<string, Task>;
};

export type ContainerInstanceStatus = 'REGISTERING' | 'ACTIVE' | 'DRAINING' | 'INACTIVE';

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
  readonly tags: Readonly<Record<string, string>>;
  readonly registeredAt: number;
  /** CPU units and MiB that the agent registered */
  readonly cpu: number;
  readonly memory: number;
  cpuLeft: number;
  memoryLeft: number;
  readonly portsInUse: Set<number>;
  nextDynamicPort: number;
  status: ContainerInstanceStatus;
  agentConnected: boolean;
  version: number;
  /** tasks that hold resources: all but the STOPPED */
  readonly tasks: Map<string, Task>;
};

export type NetworkMode = 'awsvpc' | 'bridge' | 'host';

export type TaskDefinition = {
  readonly sequence: number;
  readonly arn: string;
  readonly family: string;
  readonly revision: number;
  readonly containerName: string;
  readonly image: string;
  readonly cpu: number;
  readonly memory: number;
  readonly networkMode: NetworkMode;
  readonly containerPort: number;
  /** a fixed port of the host; 0 is a dynamic one (bridge mode) or none (awsvpc mode) */
  readonly hostPort: number;
  /** undefined: the agent's ECS_CONTAINER_STOP_TIMEOUT, 30 s */
  readonly stopTimeoutSeconds: number | undefined;
  /** from placement to RUNNING; each task draws 0.8 to 1.2 times that */
  readonly startMs: number;
  /** what the application needs after SIGTERM when no request is in flight */
  readonly stopMs: number;
  /** a container health check that passes so long after RUNNING; undefined: no health check */
  readonly containerHealthyAfterMs: number | undefined;
};

export type LastStatus = 'PENDING' | 'RUNNING' | 'DEACTIVATING' | 'STOPPING' | 'STOPPED';

export type StopCode = 'UserInitiated' | 'ServiceSchedulerInitiated' | 'TerminationNotice';

export type Task = {
  readonly sequence: number;
  readonly id: string;
  readonly arn: string;
  readonly cluster: Cluster;
  readonly instance: ContainerInstance;
  readonly definition: TaskDefinition;
  /** undefined: a standalone task */
  readonly service: EcsService | undefined;
  readonly group: string;
  readonly startedBy: string | undefined;
  readonly createdAt: number;
  readonly attachmentId: string;
  readonly privateIp: string;
  readonly hostPort: number;
  readonly tags: Readonly<Record<string, string>>;
  desiredStatus: 'RUNNING' | 'STOPPED';
  lastStatus: LastStatus;
  version: number;
  /** the application's process */
  process: 'starting' | 'serving' | 'stopping' | 'gone';
  /** as the service scheduler sees it */
  healthy: boolean;
  /** counted as healthy in the tally: healthy, and its load balancer (if any) sends it requests */
  counted: boolean;
  /** the load balancer has failed it: the scheduler replaces it */
  failedHealthChecks: boolean;
  target: Target | undefined;
  startedAt: number | undefined;
  stoppingAt: number | undefined;
  stoppedAt: number | undefined;
  stopCode: StopCode | undefined;
  stoppedReason: string | undefined;
  exitCode: number | undefined;
};

export type EcsService = {
  readonly sequence: number;
  readonly arn: string;
  readonly name: string;
  readonly cluster: Cluster;
  readonly scheduling: 'REPLICA' | 'DAEMON';
  readonly minimumHealthyPercent: number;
  readonly maximumPercent: number;
  readonly definition: TaskDefinition;
  readonly targetGroup: TargetGroup | undefined;
  readonly capacityProviderName: string | undefined;
  readonly deploymentId: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly createdAt: number;
  readonly facts: ServiceFacts;
  desired: number;
  /** all but the STOPPED */
  readonly tasks: Map<string, Task>;
};

/** Where a task stands in its target group. */
export const targetPlace = (task: Task) =>
  task.service?.targetGroup?.options.targetType === 'ip'
    ? { id: task.privateIp, port: task.definition.containerPort, zone: task.instance.zone }
    : { id: task.instance.ec2InstanceId, port: task.hostPort, zone: task.instance.zone };

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-agent-config.html, ECS_CONTAINER_STOP_TIMEOUT */
export const defaultStopTimeoutSeconds = 30;
