import type { VirtualClock } from './clock.ts';

/** A call that takes effect now; `n` counts the calls of its caller. */
export type Arrival = { readonly caller: string; readonly n: number; readonly answer: () => void };

/** Lets calls of one instant take effect in the order of (caller, call number). */
export class Arrivals {
  readonly #clock: VirtualClock;
  #waiting: Arrival[] = [];

  constructor(clock: VirtualClock) {
    this.#clock = clock;
  }

  /** The first arrival of an instant waits for the others that are already due at it, then all are answered in order. */
  add(arrival: Arrival): void {
    this.#waiting.push(arrival);
    if (this.#waiting.length > 1) return;
    this.#clock.at(this.#clock.now(), () => {
      const arrivals = this.#waiting;
      this.#waiting = [];
      arrivals.sort((a, b) => (a.caller === b.caller ? a.n - b.n : a.caller < b.caller ? -1 : 1));
      for (const { answer } of arrivals) answer();
    });
  }
}
