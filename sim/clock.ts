import { Heap } from './heap.ts';

type Entry = { readonly at: number; readonly sequence: number; fire: (() => void) | undefined };

/**
 * Virtual time: a heap of (at, sequence, callback). Nothing waits for real; `run` jumps from entry to entry.
 * Async code that waits uses `sleep`; when it wakes, one turn of `setImmediate` drains every microtask before the
 * next entry fires, so the order of events never depends on the machine.
 */
export class VirtualClock {
  #now: number;
  #sequence = 0;
  readonly #entries = new Heap<Entry>((a, b) => a.at < b.at || (a.at === b.at && a.sequence < b.sequence));
  #wokeAsync = false;
  #live = 0;
  readonly #watchers: (() => void)[] = [];

  /** @param startMs epoch milliseconds at which virtual time begins */
  constructor(startMs: number) {
    this.#now = startMs;
  }

  /** Virtual epoch milliseconds. */
  now(): number {
    return this.#now;
  }

  /** Fires `fire` at the virtual instant `atMs` (at once if that is past); returns a function that cancels it. */
  at(atMs: number, fire: () => void): () => void {
    const entry: Entry = { at: Math.max(atMs, this.#now), sequence: this.#sequence++, fire };
    this.#entries.push(entry);
    return () => {
      entry.fire = undefined;
    };
  }

  /** Fires `fire` `delayMs` from now; returns a function that cancels it. */
  after(delayMs: number, fire: () => void): () => void {
    return this.at(this.#now + delayMs, fire);
  }

  /** A wait in virtual time, for async code. */
  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.after(ms, () => {
        this.wake();
        resolve();
      });
    });
  }

  /** Calls `look` after every entry that fired, when all that it set off at this instant has been done. */
  onStep(look: () => void): void {
    this.#watchers.push(look);
  }

  /** Said by a callback that lets async code continue (it settles a promise): microtasks run before the next entry. */
  wake(): void {
    this.#wokeAsync = true;
  }

  /** Starts async work that the clock must see through: `run` refuses to end while any is unfinished. */
  track<T>(work: Promise<T>): Promise<T> {
    this.#live += 1;
    this.wake();
    const done = () => {
      this.#live -= 1;
    };
    work.then(done, done);
    return work;
  }

  /** Tells the clock that tracked work was abandoned (a function killed in flight) and will never settle. */
  abandon(): void {
    this.#live -= 1;
  }

  /**
   * Runs until the heap is empty or `untilMs` is reached; time then stands at `untilMs`.
   * @throws when tracked work is unfinished and nothing is scheduled: it waits for real I/O, or its promise was lost
   */
  async run(untilMs = Number.POSITIVE_INFINITY): Promise<void> {
    await turn();
    for (let head = this.#entries.peek(); head && head.at <= untilMs; head = this.#entries.peek()) {
      this.#entries.pop();
      if (!head.fire) continue;
      this.#now = head.at;
      this.#wokeAsync = false;
      head.fire();
      if (this.#wokeAsync) await turn();
      for (const look of this.#watchers) look();
    }
    if (this.#live > 0 && this.#entries.size === 0) {
      throw new Error(
        `${this.#live} pieces of work are unfinished and nothing is scheduled: real I/O or a lost promise`,
      );
    }
    if (Number.isFinite(untilMs)) this.#now = Math.max(this.#now, untilMs);
  }
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
