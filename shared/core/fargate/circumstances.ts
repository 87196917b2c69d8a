import type { Balancer, Network, ServiceDetail } from '../../model/lending.ts';
import type { Subnet } from '../../model/surroundings.ts';

/** What the account says besides the task definition, as far as it decides whether a service can run on Fargate. */
export type Circumstances = {
  readonly main: ServiceDetail;
  /** `ecs.cpu-architecture` of the instances that its tasks run on; empty: not known */
  readonly architectures: readonly string[];
  /** `ecs.os-type` of them */
  readonly systems: readonly string[];
  /** What `standbyNetwork` gave. */
  readonly network: Network | undefined;
  /** The subnets of that network, as far as they could be read. */
  readonly subnets: readonly Subnet[];
  /** The target groups that carry production now; for the EXTERNAL controller those of its task set. */
  readonly balancers: readonly Balancer[];
  /** Target types by ARN, of the policy's own target group too. */
  readonly targetTypes: ReadonlyMap<string, string | undefined>;
  /** Names of the cluster's daemon services. */
  readonly daemons: readonly string[];
  readonly policy: FargatePolicy;
};

/** The policy settings that say how a service runs on Fargate; `none` where there is no ARN. */
export type FargatePolicy = {
  readonly fargateSubnets: readonly string[];
  readonly fargateSecurityGroups: readonly string[];
  readonly fargatePublicIp: 'on' | 'off';
  readonly fargateTaskRole: string;
  readonly fargateExecutionRole: string;
  readonly hostDaemons: 'refuse' | 'ignore';
  readonly cloudMap: 'refuse' | 'share';
  readonly ipTargetGroup: string;
};

/** The ARN that a setting has, if it has one. */
export const arnIn = (setting: string): string | undefined => (setting === 'none' ? undefined : setting);
