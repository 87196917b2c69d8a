import type { LaunchTemplateSpecification, MixedInstancesPolicy } from '@aws-sdk/client-auto-scaling';
import type { Ec2Instance, Pool } from '../ec2/instance.ts';
import type { Activity } from './activity.ts';

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/managed-instance-draining.html */
export const managedDrainingHook = 'ecs-managed-draining-termination-hook';

export type HookTransition = 'autoscaling:EC2_INSTANCE_LAUNCHING' | 'autoscaling:EC2_INSTANCE_TERMINATING';

export type TerminationHook = {
  readonly name: string;
  /** 30 to 7,200; AWS's default is 3,600 */
  readonly heartbeatTimeoutSeconds: number;
  readonly notificationMetadata?: string;
};

export type LifecycleHook = TerminationHook & {
  /** default terminating */
  readonly transition?: HookTransition;
  /** what happens when nobody answers in time; default CONTINUE */
  readonly defaultResult?: 'CONTINUE' | 'ABANDON';
};

/** https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-lifecycle.html */
export type LifecycleState =
  | 'Pending'
  | 'Pending:Wait'
  | 'Pending:Proceed'
  | 'InService'
  | 'Standby'
  | 'Terminating'
  | 'Terminating:Wait'
  | 'Terminating:Proceed';

export type GroupInstance = {
  readonly ec2: Ec2Instance;
  readonly weight: number;
  readonly template: LaunchTemplateSpecification | undefined;
  lifecycleState: LifecycleState;
  /** counts towards the desired capacity: neither leaving nor announced to be taken */
  stays: boolean;
  protected: boolean;
  healthy: boolean;
  /** the instance that goes when this one is in service */
  replaces: GroupInstance | undefined;
  /** its launch or its termination, whichever came last */
  activity: Activity | undefined;
};

/** A pool that a group may launch in, with what its override says. */
export type LaunchPool = Pool & {
  readonly weight: number;
  /** place in the list of overrides, from 0 */
  readonly priority: number;
  readonly imageId?: string;
  readonly template?: LaunchTemplateSpecification;
};

export type ScalingProcess =
  | 'Launch'
  | 'Terminate'
  | 'AddToLoadBalancer'
  | 'AlarmNotification'
  | 'AZRebalance'
  | 'HealthCheck'
  | 'InstanceRefresh'
  | 'ReplaceUnhealthy'
  | 'ScheduledActions';

/** Members of a group that UpdateAutoScalingGroup changes one by one, in AWS's names. */
export type GroupSettings = {
  CapacityRebalance: boolean;
  NewInstancesProtectedFromScaleIn: boolean;
  DefaultCooldown: number;
  DefaultInstanceWarmup: number | undefined;
  HealthCheckType: string;
  HealthCheckGracePeriod: number;
  TerminationPolicies: readonly string[];
  VPCZoneIdentifier: string;
  InstanceMaintenancePolicy: { MinHealthyPercentage: number; MaxHealthyPercentage: number } | undefined;
  ServiceLinkedRoleARN: string | undefined;
  Context: string | undefined;
};

export type GroupTag = { readonly value: string; readonly atLaunch: boolean };

/** Instances of a group that are there when the account begins. */
export type FoundInstances = { readonly pool: Pool; readonly spot: boolean; readonly count: number };

export type Group = {
  readonly sequence: number;
  readonly arn: string;
  readonly name: string;
  /** the ECS cluster that its instances join; undefined: none */
  readonly clusterName: string | undefined;
  /** from launch until the agent registers; each instance draws 0.8 to 1.2 times that */
  readonly bootMs: number;
  readonly agentDrainsOnSpot: boolean;
  readonly createdAt: number;
  readonly tags: Map<string, GroupTag>;
  readonly hooks: Map<string, LifecycleHook>;
  /** process name to reason */
  readonly suspended: Map<string, string>;
  readonly activities: Activity[];
  readonly settings: GroupSettings;
  readonly instances: Map<string, GroupInstance>;
  /** of the instances that stay */
  readonly spread: Spread;
  /** exactly one of policy and template is there */
  policy: MixedInstancesPolicy | undefined;
  template: LaunchTemplateSpecification | undefined;
  zones: readonly string[];
  /** where it may launch: derived from policy or template, and zones */
  pools: readonly LaunchPool[];
  minSize: number;
  maxSize: number;
  desired: number;
  /** DeleteAutoScalingGroup with ForceDelete was called */
  deleting: boolean;
  /** when the last scaling by SetDesiredCapacity was, virtual epoch milliseconds */
  scaledAt: number | undefined;
};

type Counted = Pick<GroupInstance, 'ec2' | 'weight'>;

/** The capacity units of a group that stay, in all and by purchase option, and how many instances per zone and pool. */
export class Spread {
  /** in capacity units: instances, or their weights */
  total = 0;
  onDemand = 0;
  readonly #counts = new Map<string, number>();

  get spot(): number {
    return this.total - this.onDemand;
  }

  /** One instance more, or with -1 one less. */
  add({ ec2, weight }: Counted, change: 1 | -1 = 1): void {
    this.total += change * weight;
    if (!ec2.spot) this.onDemand += change * weight;
    for (const key of [ec2.zone, poolKey(ec2)]) this.#counts.set(key, (this.#counts.get(key) ?? 0) + change);
  }

  inZone({ zone }: Pick<Pool, 'zone'>): number {
    return this.#counts.get(zone) ?? 0;
  }

  inPool(pool: Pool): number {
    return this.#counts.get(poolKey(pool)) ?? 0;
  }
}

/** Is this process switched off? https://docs.aws.amazon.com/autoscaling/ec2/userguide/as-suspend-resume-processes.html */
export const isSuspended = (group: Group, process: ScalingProcess): boolean => group.suspended.has(process);

export const GROUP_TAG = 'aws:autoscaling:groupName';

/**
 * The tags that a group gives its instances, at their launch or when they are attached.
 * https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-tagging.html
 */
export const launchTags = (group: Group): Record<string, string> => {
  const tags: Record<string, string> = { [GROUP_TAG]: group.name };
  for (const [key, { value, atLaunch }] of group.tags) if (atLaunch) tags[key] = value;
  return tags;
};

/** The instance no longer counts towards the desired capacity. */
export const leave = (group: Group, instance: GroupInstance): void => {
  if (!instance.stays) return;
  instance.stays = false;
  group.spread.add(instance, -1);
};

/** The instance counts (again). */
export const stay = (group: Group, instance: GroupInstance): void => {
  if (instance.stays) return;
  instance.stays = true;
  group.spread.add(instance);
};

const poolKey = ({ type, zone }: Pool): string => `${type}/${zone}`;
