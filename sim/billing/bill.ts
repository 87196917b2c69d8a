import type { Span } from './rules.ts';

export type Capacity = 'spot' | 'on-demand' | 'fargate-spot' | 'fargate';

/** One instance or Fargate task on the bill. */
export type Charge = {
  /** instance id, or task ARN */
  readonly id: string;
  readonly capacity: Capacity;
  /** name; undefined: the instance has never registered with one */
  readonly cluster: string | undefined;
  /** left out on Fargate */
  readonly type?: string;
  readonly zone: string | undefined;
  /** seconds that are billed; of what is free, that would be */
  readonly seconds: number;
  /** a Spot Instance that EC2 took back within its first hour */
  readonly free: boolean;
  readonly usd: number;
  readonly usages: readonly Usage[];
};

/** One line of a bill by usage type. */
export type Usage = {
  /** `SpotUsage:m6i.large`, `Fargate-GB-Hours`, without the Region's prefix */
  readonly type: string;
  /** hours of instances, of vCPUs or of GB */
  readonly hours: number;
  readonly usd: number;
};

/** What one consumer used of one kind of capacity in one cluster. */
export type Share = {
  readonly cluster: string | undefined;
  /** `service:web`, `family:job` for tasks that no service started, or `idle` */
  readonly consumer: string;
  readonly capacity: Capacity;
  readonly usd: number;
};

/** What ran in a Region in a time, and what it cost, dollars. Charges and shares are the same money in two cuts. */
export type Bill = Span & {
  readonly region: string;
  readonly charges: readonly Charge[];
  readonly shares: readonly Share[];
  readonly usd: number;
};

/** Who had the part of an instance that no task reserved. */
export const idle = 'idle';

/** Adds up what consumers used, by cluster, consumer and capacity. */
export class Shares {
  readonly #lines = new Map<string, Share>();

  add(share: Share): void {
    const { cluster, consumer, capacity, usd } = share;
    const key = `${cluster} ${consumer} ${capacity}`;
    this.#lines.set(key, { ...share, usd: usd + (this.#lines.get(key)?.usd ?? 0) });
  }

  get lines(): readonly Share[] {
    return [...this.#lines.values()];
  }
}
