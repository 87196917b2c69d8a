/** The requests that one target is answering, as the instants at which they end. */
export class InFlight {
  #ends: number[] = [];
  #pruneAt = 64;

  /** A request that arrives at `now` and ends at `endsAt` (virtual epoch milliseconds). */
  add(now: number, endsAt: number): void {
    this.#ends.push(endsAt);
    // Pruned only when the list has doubled, so that a request costs a constant amount of work.
    if (this.#ends.length < this.#pruneAt) return;
    this.#ends = this.#ends.filter((end) => end > now);
    this.#pruneAt = Math.max(64, 2 * this.#ends.length);
  }

  /** When the last of them ends; `now` when none is in flight. */
  endsAt(now: number): number {
    return this.#ends.reduce((latest, end) => Math.max(latest, end), now);
  }

  /** Ends all of them at `now`. @returns how many had not ended by themselves */
  cut(now: number): number {
    const count = this.#ends.filter((end) => end > now).length;
    this.#ends = [];
    return count;
  }
}
