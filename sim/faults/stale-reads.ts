import type { WireResponse } from '../wire/wire.ts';

type Remembered = { readonly at: number; readonly response: WireResponse };

/**
 * The answers that the same query got a moment ago: what a stale read gives. A query that nobody asked within the
 * window has no old answer; then the fault does nothing.
 */
export class StaleReads {
  readonly #windowMs: number;
  readonly #answers = new Map<string, Remembered[]>();
  #sweptAt = 0;

  constructor(windowMs: number) {
    this.#windowMs = windowMs;
  }

  /** @param query names region, service, operation and input */
  remember(query: string, at: number, response: WireResponse): void {
    this.#sweep(at);
    const known = this.#answers.get(query) ?? [];
    while (known[0] && known[0].at < at - this.#windowMs) known.shift();
    known.push({ at, response });
    this.#answers.set(query, known);
  }

  /** The oldest answer to the query that is at most `staleMs` old; undefined when there is none. */
  recall(query: string, at: number, staleMs: number): WireResponse | undefined {
    return this.#answers.get(query)?.find((answer) => answer.at >= at - staleMs)?.response;
  }

  // Once per window, so that queries that are never repeated do not pile up.
  #sweep(at: number): void {
    if (at - this.#sweptAt < this.#windowMs) return;
    this.#sweptAt = at;
    for (const [query, known] of this.#answers) {
      const last = known.at(-1);
      if (!last || last.at < at - this.#windowMs) this.#answers.delete(query);
    }
  }
}
