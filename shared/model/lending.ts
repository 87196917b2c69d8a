import type { Pool } from './fleet.ts';
import type { Instant } from './instant.ts';

/** Where tasks that EC2 cannot place may run instead, as the tag `spotkeeper:failover` names them. */
export type Rung = 'fargate-spot' | 'fargate' | 'on-demand';

/** The rungs on which a standby service stands beside the main one; `on-demand` buys instances for the main one itself. */
export type StandbyRung = Exclude<Rung, 'on-demand'>;

/** The capacity provider of a rung. */
export const PROVIDERS: Readonly<Record<StandbyRung, string>> = {
  'fargate-spot': 'FARGATE_SPOT',
  fargate: 'FARGATE',
};

export const standbyRungs: readonly StandbyRung[] = ['fargate-spot', 'fargate'];

/** Whatever ECS says of a service that lending it tasks depends on. */
export type ServiceDetail = {
  readonly arn: string;
  readonly name: string;
  readonly cluster: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly status: string;
  readonly daemon: boolean;
  /** ECS, CODE_DEPLOY, EXTERNAL */
  readonly controller: string;
  /** ROLLING, BLUE_GREEN, LINEAR, CANARY */
  readonly strategy: string;
  readonly desired: number;
  readonly running: number;
  readonly pending: number;
  readonly minimumHealthyPercent: number;
  readonly maximumPercent: number;
  readonly launch: Launch;
  /** of the PRIMARY deployment */
  readonly definition: string;
  readonly deployments: readonly Deployment[];
  readonly network: Network | undefined;
  readonly balancers: readonly Balancer[];
  readonly graceSeconds: number | undefined;
  readonly exec: boolean;
  readonly propagateTags: string | undefined;
  readonly managedTags: boolean;
  readonly constraints: readonly { readonly type: string; readonly expression: string | undefined }[];
  /** ARNs of Cloud Map services, with the port fields of each as ECS has them. */
  readonly registries: readonly Registry[];
  readonly serviceConnect: 'none' | 'client' | 'server';
  /** The configuration of a client, as ECS has it. */
  readonly connectConfiguration: object | undefined;
  readonly lattice: boolean;
  /**
   * Its newest message that a task found no place, unless it was steady since. ECS suppresses repetitions for six hours:
   * no message proves nothing.
   */
  readonly unplaced: { readonly at: Instant; readonly text: string } | undefined;
  /** Has it volumes configured at launch? */
  readonly volumes: boolean;
};

export type Registry = {
  readonly registryArn: string;
  readonly containerName?: string | undefined;
  readonly containerPort?: number | undefined;
  readonly port?: number | undefined;
};

/** `ec2`: by launch type or by Auto Scaling capacity providers, whose names it lists. */
export type Launch =
  | { readonly on: 'ec2'; readonly providers: readonly string[] }
  | { readonly on: 'fargate'; readonly spot: boolean };

export type Deployment = {
  readonly id: string;
  /** PRIMARY, ACTIVE, INACTIVE */
  readonly status: string;
  /** IN_PROGRESS, COMPLETED, FAILED; undefined for controllers other than ECS */
  readonly rollout: string | undefined;
  readonly definition: string;
  readonly network: Network | undefined;
  readonly createdAt: Instant;
};

export type Network = {
  readonly subnets: readonly string[];
  readonly securityGroups: readonly string[];
  readonly assignPublicIp: boolean;
};

/** `alternate`: the second target group of a blue/green service; `rules` say which of both has the traffic. */
export type Balancer = {
  readonly targetGroup: string;
  readonly alternate: string | undefined;
  /** ARN of the listener rule whose weights say which target group carries production. */
  readonly productionRule: string | undefined;
  readonly container: string;
  readonly port: number;
};

/** What one task of a definition takes, as ECS places it. */
export type TaskShape = {
  readonly definition: string;
  /** CPU units, 1,024 to a vCPU */
  readonly cpu: number;
  /** MiB */
  readonly memory: number;
  /** host ports that it needs for itself */
  readonly tcp: readonly number[];
  readonly udp: readonly number[];
  /** network interfaces: one with awsvpc, else none */
  readonly interfaces: 0 | 1;
  readonly gpus: number;
  /** names of the attributes that its instance must have */
  readonly requires: readonly string[];
  /** cluster query expressions of the definition's own memberOf constraints */
  readonly memberOf: readonly string[];
  /** `x86_64` or `arm64`, as the attribute `ecs.cpu-architecture` has it; undefined: any */
  readonly architecture?: string | undefined;
};

/** A container instance, and what is free on it. */
export type Host = {
  readonly arn: string;
  readonly instanceId: string;
  readonly status: string;
  readonly connected: boolean;
  readonly pool: Pool | undefined;
  readonly provider: string | undefined;
  readonly attributes: ReadonlyMap<string, string>;
  readonly registeredAt: Instant;
  readonly cpu: number;
  readonly memory: number;
  readonly gpus: number;
  /** ports in use */
  readonly tcp: ReadonlySet<number>;
  readonly udp: ReadonlySet<number>;
  readonly tasks: number;
};

/** What became of a wish of ours for one rung of one service. */
export type RungState = {
  /** The desired count that we gave, or are about to give, the standby. */
  readonly want: number;
  readonly setAt: Instant;
  /** It was seen to have that count. Until then the call is repeated; after it, another count is somebody else's doing. */
  readonly confirmed: boolean;
  /**
   * The counts that it may still show until then: those before this wish. Any other one is somebody else's doing, too.
   * undefined: not known.
   */
  readonly earlier?: readonly number[];
  /** When as many tasks as wanted were seen running; undefined until then. */
  readonly servedAt: Instant | undefined;
  /** The count that somebody else gave it, and since when it has been seen. */
  readonly odd: { readonly desired: number; readonly since: Instant } | undefined;
  /** Fargate has no room, or the quota is full: not asked again before. */
  readonly dryUntil: Instant | undefined;
  readonly why: string | undefined;
  /** Why a task of it could not start, other than for want of capacity; until all of them run, or nothing is lent. */
  readonly failed?: string | undefined;
};

/** Why a gap is a shortage of capacity, and not a deployment, a crash loop or a scale-in. */
export type Evidence = {
  readonly kind: 'placement-failure' | 'failed-to-start' | 'launch-failures' | 'notice';
  readonly at: Instant;
  /** as AWS words it: `RESOURCE:ENI` */
  readonly text: string;
};

/** A reason why a service cannot run on Fargate, or a caution: with the parameter that causes it. */
export type Finding = {
  readonly parameter: string;
  readonly says: string;
  /** A refusal keeps the service off Fargate; a caution is only told. */
  readonly severity: 'refusal' | 'caution';
};

/** What CreateService or UpdateService is given for a standby. */
export type StandbySpec = {
  readonly cluster: string;
  readonly name: string;
  /** Name of the main service. */
  readonly main: string;
  readonly rung: StandbyRung;
  /** ARN of the derived revision. */
  readonly definition: string;
  readonly network: Network;
  readonly balancers: readonly Balancer[];
  readonly graceSeconds: number | undefined;
  readonly exec: boolean;
  readonly propagateTags: string | undefined;
  readonly managedTags: boolean;
  readonly registries: readonly Registry[];
  readonly connectConfiguration: object | undefined;
  readonly tags: Readonly<Record<string, string>>;
};

/** The tags that say what is ours. */
export const STANDBY_OF = 'spotkeeper:standby-of';

/** Who started a proof task, for ECS and for people. */
export const PROOF = 'spotkeeper-proof';
export const RUNG_TAG = 'spotkeeper:rung';
/** Of a derived task definition: `family:revision` of the main service's. */
export const DERIVED_FROM = 'spotkeeper:derived-from';

/** What was asked for, and what AWS said: the same is asked for again after an hour. */
export type RefusedStandby = { readonly says: string; readonly fingerprint: string; readonly at: Instant };

/** Sentences that were told, as hashes, and when. */
export type Told = { readonly [hash: string]: Instant };
