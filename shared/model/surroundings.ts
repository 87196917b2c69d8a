import type { Cluster } from './fleet.ts';
import type { Instant } from './instant.ts';

/** What surrounds the services of a cluster: its providers, the network, and the Auto Scaling groups behind it. */

export type FailoverCluster = Cluster & {
  /** names of the capacity providers that it is associated with */
  readonly providers: readonly string[];
  /** vCPU-less counts of tasks on Fargate, running and pending */
  readonly fargateTasks: number;
};

export type Subnet = {
  readonly id: string;
  readonly vpc: string;
  readonly zone: string;
  readonly freeAddresses: number;
  /** Where its default route leads: to a NAT gateway (or another appliance), straight out, or nowhere. */
  readonly wayOut: 'nat' | 'internet-gateway' | 'none' | 'unknown';
  /** Has its VPC endpoints for image pulls and logs? */
  readonly endpoints: boolean;
};

export type ProviderGroup = {
  readonly group: string;
  readonly managedScaling: boolean;
  /** Does ECS drain instances that the group ends, and those under a Spot notice? */
  readonly managedDraining: boolean;
};

export type Group = {
  readonly name: string;
  readonly desired: number;
  readonly maxSize: number;
  readonly zones: readonly string[];
  /** undefined: it has no mixed-instances policy */
  readonly onDemand:
    | { readonly base: number; readonly percentageAboveBase: number; readonly types: readonly string[] }
    | undefined;
  readonly suspended: readonly string[];
  readonly refreshing: boolean;
  /** Has it a termination hook, so that somebody drains an instance before it ends? */
  readonly drains: boolean;
  readonly instances: readonly GroupInstance[];
};

export type GroupInstance = {
  readonly instanceId: string;
  readonly type: string;
  readonly zone: string;
  readonly lifecycle: string;
  readonly spot: boolean;
};

/** A launch of an Auto Scaling group that has ended. */
export type Launch = {
  readonly startedAt: Instant;
  readonly endedAt: Instant;
  /** empty: it launched none */
  readonly instanceId: string;
  /** The status message of one that failed; undefined: it worked. */
  readonly failure: string | undefined;
};
