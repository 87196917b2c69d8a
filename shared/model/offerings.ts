import type { Instant } from './instant.ts';

/** What EC2 says of instance types and of Auto Scaling groups, as far as choosing types for a group depends on it. */

export type InstanceType = {
  readonly type: string;
  readonly vcpus: number;
  readonly memoryMiB: number;
  /** x86_64, arm64, i386 */
  readonly architectures: readonly string[];
  /** hvm, paravirtual */
  readonly virtualization: readonly string[];
  /** Can it be had on Spot? */
  readonly spot: boolean;
  readonly gpus: number;
  readonly burstable: boolean;
  readonly localStorage: boolean;
  readonly bareMetal: boolean;
  readonly currentGeneration: boolean;
  /** network interfaces, the primary one counted in */
  readonly interfaces: number;
};

export type Catalogue = {
  readonly types: ReadonlyMap<string, InstanceType>;
  /** The zones in which each type is offered. */
  readonly zones: ReadonlyMap<string, ReadonlySet<string>>;
};

/** Integer nano-dollars an hour. What has no price is not in it. */
export type Prices = {
  /** by pool: `type zone` */
  readonly spot: ReadonlyMap<string, number>;
  /** by type */
  readonly onDemand: ReadonlyMap<string, number>;
};

/** The image that a group's instances start from. */
export type Image = { readonly architecture: string; readonly virtualization: string };

/** What the tasks of a cluster ask of every instance of a group. */
export type Demand = {
  readonly services: readonly ServiceDemand[];
  /** Memory that an instance registers, as a share of its nominal size, 0 to 1: the rest is the kernel's and the agent's. */
  readonly memoryShare: number;
  /** Do instances register with a trunk interface, so that they hold more awsvpc tasks? */
  readonly trunking: boolean;
};

/** One task of a service. */
export type ServiceDemand = {
  readonly service: string;
  readonly daemon: boolean;
  readonly desired: number;
  /** CPU units, 1,024 to a vCPU */
  readonly cpu: number;
  /** MiB */
  readonly memory: number;
  readonly gpus: number;
  /** network interfaces: one with awsvpc, else none */
  readonly interfaces: 0 | 1;
};

/** An Auto Scaling group as DescribeAutoScalingGroups shows it. */
export type ScalingGroup = {
  readonly name: string;
  readonly tags: Readonly<Record<string, string>>;
  /** What the three sizes count. Only instances are one each; attribute-based groups may count the others. */
  readonly counts: 'instances' | 'weights' | 'vCPUs' | 'MiB of memory';
  readonly desired: number;
  readonly minSize: number;
  readonly maxSize: number;
  readonly zones: readonly string[];
  readonly capacityRebalance: boolean;
  readonly suspended: readonly string[];
  readonly launch: GroupLaunch;
  readonly members: readonly Member[];
};

/** Exactly one of: a mixed-instances policy, one launch template, an old launch configuration. */
export type GroupLaunch =
  | { readonly by: 'policy'; readonly template: TemplateRef | undefined; readonly policy: MixedPolicy }
  | { readonly by: 'template'; readonly template: TemplateRef }
  | { readonly by: 'configuration' };

/** One of `id` and `name` is there. */
export type TemplateRef = {
  readonly id: string | undefined;
  readonly name: string | undefined;
  readonly version: string | undefined;
};

/** AWS's defaults filled in. https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_InstancesDistribution.html */
export type MixedPolicy = {
  readonly overrides: readonly Override[];
  readonly spotStrategy: string;
  readonly onDemandStrategy: string;
  readonly onDemandBase: number;
  readonly onDemandPercentage: number;
  /** Is the percentage left at its default of 100? */
  readonly percentageUnset: boolean;
};

export type Override = {
  /** undefined: by attributes (InstanceRequirements) */
  readonly type: string | undefined;
  readonly weight: number | undefined;
  /** Has it a launch template or an image of its own? */
  readonly own: boolean;
};

/** An instance of a group. */
export type Member = {
  readonly instanceId: string;
  readonly type: string;
  readonly zone: string;
  /** https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-lifecycle.html; unknown ones are tolerated */
  readonly lifecycle: string;
  readonly healthy: boolean;
  readonly protectedFromScaleIn: boolean;
};

/** A launch that failed, as the group's activities tell it. */
export type FailedLaunch = {
  readonly group: string;
  readonly zone: string | undefined;
  /** Only messages about On-Demand capacity and zones name it. */
  readonly type: string | undefined;
  readonly at: Instant;
  readonly text: string;
};

/** Instances that we took out of their group: the tag is set before the call, so that none is forgotten. */
export const DETACHED_TAG = 'spotkeeper:detached-at';

export const poolKey = ({ type, zone }: { readonly type: string; readonly zone: string }): string => `${type} ${zone}`;
