import type { Ec2Instance, Pool } from '../ec2/instance.ts';

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/managed-instance-draining.html */
export const managedDrainingHook = 'ecs-managed-draining-termination-hook';

export type TerminationHook = {
  readonly name: string;
  /** 30 to 7,200; AWS's default is 3,600 */
  readonly heartbeatTimeoutSeconds: number;
  readonly notificationMetadata?: string;
};

export type LifecycleState = 'Pending' | 'InService' | 'Terminating:Wait' | 'Terminating:Proceed';

export type GroupInstance = {
  readonly ec2: Ec2Instance;
  lifecycleState: LifecycleState;
  /** counts towards the desired capacity: neither leaving nor announced to be taken */
  stays: boolean;
  /** from scale-in */
  protected?: boolean;
};

export type Group = {
  readonly sequence: number;
  readonly arn: string;
  readonly name: string;
  /** the ECS cluster that its instances join; undefined: none */
  readonly clusterName: string | undefined;
  readonly capacityProviderName: string | undefined;
  readonly pools: readonly Pool[];
  readonly spot: boolean;
  readonly minSize: number;
  readonly maxSize: number;
  /** from launch until the agent registers; each instance draws 0.8 to 1.2 times that */
  readonly bootMs: number;
  readonly hooks: TerminationHook[];
  /** NewInstancesProtectedFromScaleIn */
  readonly protectsNewInstances: boolean;
  readonly managedDraining: boolean;
  readonly agentDrainsOnSpot: boolean;
  readonly tags: Readonly<Record<string, string>>;
  readonly createdAt: number;
  desired: number;
  readonly instances: Map<string, GroupInstance>;
  /** of the instances that stay */
  readonly spread: Spread;
};

/** How many instances of a group stay, in all, in each zone and in each pool; kept up to date, not counted anew. */
export class Spread {
  total = 0;
  readonly #counts = new Map<string, number>();

  /** One instance more, or with -1 one less. */
  add(pool: Pool, change: 1 | -1 = 1): void {
    this.total += change;
    for (const key of [pool.zone, poolKey(pool)]) this.#counts.set(key, (this.#counts.get(key) ?? 0) + change);
  }

  inZone(pool: Pool): number {
    return this.#counts.get(pool.zone) ?? 0;
  }

  inPool(pool: Pool): number {
    return this.#counts.get(poolKey(pool)) ?? 0;
  }
}

const poolKey = ({ type, zone }: Pool): string => `${type}/${zone}`;
