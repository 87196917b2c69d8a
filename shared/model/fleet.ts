import type { Instant } from './instant.ts';

/** A capacity pool: EC2 takes Spot capacity away, and gives it, per instance type and zone. */
export type Pool = { readonly type: string; readonly zone: string };

/** May spotkeeper act here? `foreign`: another AWS service (Batch) owns the cluster; never touched. */
export type Manage = 'yes' | 'no' | 'foreign';

export type Cluster = {
  readonly arn: string;
  readonly name: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly containerInstances: number;
  readonly tasks: number;
};

export type ContainerInstance = {
  readonly arn: string;
  readonly cluster: string;
  readonly instanceId: string;
  readonly status: string;
  readonly tasks: number;
  readonly pool: Pool | undefined;
};

/** An EC2 instance as DescribeInstances shows it; `reclaimed`: its state is as it is because EC2 took a Spot instance back. */
export type Instance = {
  readonly instanceId: string;
  readonly launchedAt: Instant;
  readonly state: string;
  readonly reclaimed: boolean;
  readonly spot: boolean;
  readonly pool: Pool;
};

/** How long after SIGTERM the agent kills a task whose definition says nothing: the agent's ECS_CONTAINER_STOP_TIMEOUT. */
export const DEFAULT_STOP_SECONDS = 30;

export type Task = {
  readonly arn: string;
  readonly cluster: string;
  readonly containerInstance: string | undefined;
  readonly service: string | undefined;
  readonly definition: string;
  readonly lastStatus: string;
  readonly desiredStatus: string;
  readonly stopCode: string | undefined;
  readonly stoppedReason: string | undefined;
  readonly exitCodes: readonly number[];
  /** ENI addresses of an awsvpc task. */
  readonly ips: readonly string[];
  /** Ports of its host that a bridge or host mode task listens on. */
  readonly hostPorts: readonly number[];
  /** Name of its capacity provider: FARGATE, FARGATE_SPOT, or that of a group; none by launch type. */
  readonly provider?: string | undefined;
  /** Who started it: `ecs-svc/<deployment>`, or what RunTask was told. */
  readonly startedBy?: string | undefined;
  readonly createdAt?: Instant | undefined;
  readonly startedAt?: Instant | undefined;
  /** HEALTHY, UNHEALTHY, or UNKNOWN: also without a container health check */
  readonly healthStatus?: string | undefined;
};

export type Service = {
  readonly name: string;
  readonly cluster: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly daemon: boolean;
  /** ECS's own rolling deployments: its targets stand in the groups that the service names, and in no others. */
  readonly rolling: boolean;
  readonly desired: number;
  readonly running: number;
  /** Of its desired count, what DRAINING and deployments leave running, rounded up to whole tasks. */
  readonly minimumHealthyPercent: number;
  readonly targetGroups: readonly string[];
};

export type TargetGroup = {
  readonly arn: string;
  readonly name: string;
  readonly network: boolean;
  readonly deregistrationDelaySeconds: number;
};

/** A target as a load balancer knows it: an ENI address or an instance id, and a port. */
export type Target = { readonly id: string; readonly port: number; readonly state: string };
