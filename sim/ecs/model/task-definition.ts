import type { RegisterTaskDefinitionRequest } from '@aws-sdk/client-ecs';
import type { Tags } from './tags.ts';

export type NetworkMode = 'awsvpc' | 'bridge' | 'host' | 'none';

export type Compatibility = 'EC2' | 'FARGATE' | 'EXTERNAL' | 'MANAGED_INSTANCES';

/** A port of a container; `hostPort` 0 is a dynamic one (bridge mode) or none (awsvpc mode). */
export type PortMapping = {
  readonly containerName: string;
  readonly containerPort: number;
  readonly hostPort: number;
  readonly protocol: 'tcp' | 'udp';
};

/** What only a simulation knows about a workload: how its processes behave. Docker labels `simulated.*` carry it. */
export type Behaviour = {
  /** from placement to RUNNING; each task draws 0.8 to 1.2 times that */
  readonly startMs: number;
  /** what the application needs after SIGTERM when no request is in flight */
  readonly stopMs: number;
  /** a container health check that passes so long after RUNNING; undefined: no health check */
  readonly containerHealthyAfterMs: number | undefined;
  /** the essential container exits so long after RUNNING (a crash loop); undefined: never */
  readonly exitsAfterMs: number | undefined;
  /** the image cannot be pulled: CannotPullContainerError after startMs */
  readonly imageMissing: boolean;
  /** its load balancer's checks never pass */
  readonly failsTargetChecks: boolean;
};

export type TaskDefinition = {
  readonly sequence: number;
  readonly arn: string;
  readonly family: string;
  readonly revision: number;
  /** as it was registered: what DescribeTaskDefinition gives back */
  readonly registered: RegisterTaskDefinitionRequest;
  readonly compatibilities: readonly Compatibility[];
  readonly registeredAt: number;
  status: 'ACTIVE' | 'INACTIVE';
  deregisteredAt: number | undefined;
  tags: Tags;
  // Worked out from `registered`, for placement:
  /** CPU units and MiB that a task takes */
  readonly cpu: number;
  readonly memory: number;
  readonly gpus: number;
  readonly networkMode: NetworkMode;
  readonly ports: readonly PortMapping[];
  /** cluster query language, from its placement constraints */
  readonly memberOf: readonly string[];
  /** undefined: whatever the instance has; on Fargate X86_64 */
  readonly architecture: 'x86_64' | 'arm64' | undefined;
  /** the longest of its containers; undefined: the agent's ECS_CONTAINER_STOP_TIMEOUT, 30 s */
  readonly stopTimeoutSeconds: number | undefined;
  readonly behaviour: Behaviour;
};
