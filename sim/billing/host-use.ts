import type { Span } from './rules.ts';

/** CPU units and MiB: what a task reserves, or what an instance registered. */
export type Size = { readonly cpu: number; readonly memory: number };

/** A time in which nothing was placed on an instance and nothing stopped: what share of it each consumer had. */
type Stretch = Span & { readonly shares: ReadonlyMap<string, number> };

/**
 * Who had which share of one instance, written down at each placement and each stop. A task's share is the larger of
 * its CPU and its memory share of what the instance registered; if all tasks together have more than the whole, they
 * are scaled to it. What is left is nobody's.
 */
export class HostUse {
  readonly #tasks = new Map<string, { readonly consumer: string; readonly share: number }>();
  readonly #past: Stretch[] = [];
  #since: number;

  /** @param since epoch milliseconds */
  constructor(since: number) {
    this.#since = since;
  }

  place(task: Size & { readonly id: string; readonly consumer: string }, host: Size, at: number): void {
    this.#close(at);
    const share = Math.max(task.cpu / host.cpu, task.memory / host.memory);
    this.#tasks.set(task.id, { consumer: task.consumer, share });
  }

  leave(taskId: string, at: number): void {
    if (!this.#tasks.has(taskId)) return;
    this.#close(at);
    this.#tasks.delete(taskId);
  }

  /** All until now, oldest first and without gaps. */
  until(now: number): readonly Stretch[] {
    return [...this.#past, { from: this.#since, to: Math.max(now, this.#since), shares: this.#shares() }];
  }

  #close(at: number): void {
    if (at > this.#since) this.#past.push({ from: this.#since, to: at, shares: this.#shares() });
    this.#since = at;
  }

  #shares(): ReadonlyMap<string, number> {
    let sum = 0;
    for (const { share } of this.#tasks.values()) sum += share;
    const scale = sum > 1 ? 1 / sum : 1;
    const shares = new Map<string, number>();
    for (const { consumer, share } of this.#tasks.values())
      shares.set(consumer, (shares.get(consumer) ?? 0) + share * scale);
    return shares;
  }
}
