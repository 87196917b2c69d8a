import type { InstancesDistribution, MixedInstancesPolicy } from '@aws-sdk/client-auto-scaling';
import type { ServiceConnectConfiguration } from '@aws-sdk/client-ecs';
import type { FoundInstances, LifecycleHook } from '../autoscaling/group.ts';
import type { Pool, SpotAction } from '../ec2/instance.ts';
import type { ManagedScaling, StrategyItem } from '../ecs/model/capacity-provider.ts';
import type { NetworkMode, TaskDefinition } from '../ecs/model/task-definition.ts';
import type { Cluster, EcsService, PlacementConstraint, PlacementStrategy } from '../ecs/model.ts';
import type { TargetGroup, TargetGroupOptions } from '../elbv2/target-group.ts';

export type Tags = Readonly<Record<string, string>>;

export type ClusterOptions = {
  readonly name: string;
  readonly tags?: Tags;
  readonly capacityProviders?: readonly string[];
};

/** Defaults: application, ip, port 8080, delay 30 s, a check every 10 s, healthy after 2. */
export type NewTargetGroup = { readonly name: string } & Partial<TargetGroupOptions>;

export type GroupOptions = {
  readonly name: string;
  /** the ECS cluster to join; left out: none (EKS nodes, say) */
  readonly cluster?: Cluster;
  readonly pools: readonly Pool[];
  readonly desired: number;
  /** of the desired instances, those whose pool is known; default none */
  readonly found?: readonly FoundInstances[];
  /** default 0 */
  readonly minSize?: number;
  /** default twice `desired` */
  readonly maxSize?: number;
  /** default true */
  readonly spot?: boolean;
  /** from launch until the agent registers, default 150,000; each instance draws 0.8 to 1.2 times that */
  readonly bootMs?: number;
  /** the name of a capacity provider over the group, associated with the cluster; default none */
  readonly capacityProvider?: string;
  /** of the capacity provider; default none, and AWS's defaults for what is left out */
  readonly managedScaling?: Partial<ManagedScaling>;
  /** of the capacity provider, with NewInstancesProtectedFromScaleIn; default false */
  readonly managedTerminationProtection?: boolean;
  /** of the capacity provider; default false, unlike CreateCapacityProvider */
  readonly managedDraining?: boolean;
  readonly hooks?: readonly LifecycleHook[];
  /** instead of `pools` as they are: its overrides in the zones of `pools` */
  readonly policy?: MixedInstancesPolicy;
  /** of the policy that `pools` become; default: even over all of them */
  readonly distribution?: InstancesDistribution;
  /** Capacity Rebalancing, default false */
  readonly capacityRebalance?: boolean;
  readonly agentDrainsOnSpot?: boolean;
  readonly tags?: Tags;
};

export type InstanceOptions = Pool & {
  readonly cluster?: Cluster;
  /** default true */
  readonly spot?: boolean;
  /** it was launched just now and is not registered yet; default false */
  readonly booting?: boolean;
  /** from now until the agent registers when booting, default 30,000 */
  readonly bootMs?: number;
  readonly capacityProvider?: string;
  readonly agentDrainsOnSpot?: boolean;
  /** custom attributes of the container instance */
  readonly attributes?: Readonly<Record<string, string>>;
  /** its registration ends in REGISTRATION_FAILED with this reason; only when booting */
  readonly registrationFails?: string;
  readonly tags?: Tags;
};

export type FargateCapacity = {
  readonly spot: boolean;
  /** default x86_64 */
  readonly architecture?: 'x86_64' | 'arm64';
  readonly vcpus: number;
};

/** What a task is made of; see TaskDefinition for the units. */
export type DefinitionOptions = {
  /** default 256 units */
  readonly cpu?: number;
  /** default 512 MiB */
  readonly memory?: number;
  /** default awsvpc; bridge when the target group has instance targets */
  readonly networkMode?: NetworkMode;
  readonly containerPort?: number;
  readonly hostPort?: number;
  readonly stopTimeoutSeconds?: number;
  /** default 8,000 */
  readonly startMs?: number;
  /** default 1,000 */
  readonly stopMs?: number;
  readonly containerHealthyAfterMs?: number;
  /** the essential container exits so long after RUNNING: a crash loop; default never */
  readonly exitsAfterMs?: number;
  /** the image cannot be pulled; default false */
  readonly imageMissing?: boolean;
  /** its targets never pass a health check; default false */
  readonly failsTargetChecks?: boolean;
  /** default none */
  readonly gpus?: number;
  /** placement constraints in the cluster query language */
  readonly memberOf?: readonly string[];
  /** task-level cpu and memory, so that it may run on Fargate, too; default false */
  readonly fargate?: boolean;
  /** its log goes to CloudWatch; default it stays on the host */
  readonly awslogs?: boolean;
  /** name of the task's role; default none */
  readonly taskRole?: string;
};

export type ServiceOptions = DefinitionOptions & {
  readonly cluster: Cluster;
  readonly name: string;
  /** registered before; default one made of these options */
  readonly definition?: TaskDefinition;
  /** replicas; default 1 */
  readonly desired?: number;
  /** default REPLICA */
  readonly scheduling?: 'REPLICA' | 'DAEMON';
  /** default 100, for daemons 0 */
  readonly minimumHealthyPercent?: number;
  /** default 200, for daemons 100 */
  readonly maximumPercent?: number;
  /** as createTargetGroup returned it */
  readonly targetGroup?: TargetGroup;
  /** blue/green: the group that the next deployment uses; the listener of `targetGroup` is production's */
  readonly alternate?: TargetGroup;
  /** Service Connect as CreateService takes it; default none */
  readonly serviceConnect?: ServiceConnectConfiguration;
  /** default EC2 */
  readonly launchType?: 'EC2' | 'FARGATE';
  /** a strategy of one provider */
  readonly capacityProvider?: string;
  readonly strategy?: readonly StrategyItem[];
  readonly constraints?: readonly PlacementConstraint[];
  readonly placement?: readonly PlacementStrategy[];
  readonly circuitBreaker?: EcsService['circuitBreaker'];
  /** default ECS */
  readonly controller?: EcsService['controller'];
  /** default ROLLING */
  readonly deploymentStrategy?: EcsService['deploymentStrategy'];
  readonly zoneRebalancing?: boolean;
  readonly healthCheckGraceSeconds?: number;
  /** zones of a Fargate service; default a, b and c */
  readonly zones?: readonly string[];
  /** traffic on the target group; default none */
  readonly requestsPerSecond?: number;
  /** mean duration of a request, default 200 */
  readonly requestMs?: number;
  readonly tags?: Tags;
};

export type CodeDeployOptions = {
  /** where the new tasks register */
  readonly targetGroup: TargetGroup;
  /** a new revision; left out, the tasks stay what they are */
  readonly definition?: DefinitionOptions;
  /** how long the old tasks run on after the traffic has moved, default 0 */
  readonly bakeMinutes?: number;
};

export type RunTaskOptions = DefinitionOptions & {
  readonly cluster: Cluster;
  readonly family: string;
  /** registered before; default one made of these options */
  readonly definition?: TaskDefinition;
  /** the EC2 instance to run on; default: wherever is room */
  readonly instanceId?: string;
  readonly group?: string;
  readonly startedBy?: string;
  readonly tags?: Tags;
};

export type InterruptOptions = {
  /** default true; false: EC2 takes the instance without a warning */
  readonly notice?: boolean;
  /** default terminate */
  readonly action?: SpotAction;
};

export type InterruptPoolOptions = InterruptOptions &
  Pool & {
    /** how many of the pool's instances, default all */
    readonly count?: number;
    /** the notices come spread over so much time, default 0 */
    readonly overMs?: number;
    /** may replacements be launched in the pool? default false */
    readonly stillAvailable?: boolean;
  };

export type RetireOptions = {
  /** how long from now until EC2 stops the host, milliseconds; default 14 days */
  readonly inMs?: number;
  /** default AWS_EC2_PERSISTENT_INSTANCE_RETIREMENT_SCHEDULED */
  readonly eventTypeCode?: string;
};
