import type { Instant } from '../../model/instant.ts';
import type { Capacity, Consumer, Money } from '../../model/ledger.ts';

/** What is added to a line; what is left out is nothing. */
export type Amounts = Partial<Money> & { readonly ms?: number; readonly unpricedMs?: number };

/** Who a line of services is about. */
export type Who = { readonly consumer: Consumer; readonly capacity: Capacity; readonly lent: boolean };

/** Where it ran. */
export type Where = {
  readonly capacity: Capacity;
  readonly type: string | undefined;
  readonly zone: string | undefined;
};

type Sum = { cost: number; onDemand: number; fargate: number; ms: number; unpricedMs: number };

/** A line that is being added up. */
export type Line<Of> = { readonly of: Of; readonly sum: Sum };

/** One UTC hour that is being added up. */
export type Page = {
  readonly services: Map<string, Line<Who>>;
  readonly pools: Map<string, Line<Where>>;
  readonly missing: Set<string>;
  /** Tasks of which nobody knows the instance. */
  lostTasks: number;
  readonly freed: { instances: number; cost: number };
};

/** All hours that are touched, by their beginning. */
export type Books = Map<Instant, Page>;

/** The page of an hour; it is made if there is none. */
export function pageOf(books: Books, hour: Instant): Page {
  const found = books.get(hour);
  if (found) return found;
  const page: Page = {
    services: new Map(),
    pools: new Map(),
    missing: new Set(),
    lostTasks: 0,
    freed: { instances: 0, cost: 0 },
  };
  books.set(hour, page);
  return page;
}

export function addService({ services }: Page, who: Who, amounts: Amounts): void {
  add(services, whoKey(who), who, amounts);
}

export function addPool({ pools }: Page, where: Where, amounts: Amounts): void {
  add(pools, `${where.capacity} ${where.type} ${where.zone}`, where, amounts);
}

/** Names of services have no blanks. */
export const whoKey = ({ consumer, capacity, lent }: Who): string =>
  `${consumerKey(consumer)} ${capacity}${lent ? ' lent' : ''}`;

export const consumerKey = (consumer: Consumer): string =>
  consumer.of === 'idle' ? 'idle' : `${consumer.of} ${consumer.name}`;

/** Room of an instance that no task used. */
export const idleOn = (capacity: Capacity): Who => ({ consumer: { of: 'idle' }, capacity, lent: false });

function add<Of>(lines: Map<string, Line<Of>>, key: string, of: Of, amounts: Amounts): void {
  const { cost = 0, onDemand = 0, fargate = 0, ms = 0, unpricedMs = 0 } = amounts;
  if (cost === 0 && onDemand === 0 && fargate === 0 && ms === 0) return;
  let line = lines.get(key);
  if (line === undefined) {
    line = { of, sum: { cost: 0, onDemand: 0, fargate: 0, ms: 0, unpricedMs: 0 } };
    lines.set(key, line);
  }
  const { sum } = line;
  sum.cost += cost;
  sum.onDemand += onDemand;
  sum.fargate += fargate;
  sum.ms += ms;
  sum.unpricedMs += unpricedMs;
}
