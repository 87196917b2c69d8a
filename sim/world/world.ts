import type { VirtualClock } from '../clock.ts';
import type { KeyedRandom } from '../random.ts';
import type { Emit, EmittedEvent } from '../service.ts';
import type { Ids } from './ids.ts';
import type { Journal, JournalEntry } from './journal.ts';
import type { Switches } from './switches.ts';
import type { Tally } from './tally.ts';

export type WorldOptions = {
  readonly region: string;
  readonly account: string;
  readonly clock: VirtualClock;
  readonly random: KeyedRandom;
  readonly ids: Ids;
  readonly journal: Journal;
  readonly tally: Tally;
  readonly switches: Switches;
  readonly emit: Emit;
};

/** What every simulated service of one region shares: time, randomness, names, and where facts and events go. */
export class World {
  readonly region: string;
  readonly account: string;
  readonly clock: VirtualClock;
  readonly random: KeyedRandom;
  readonly ids: Ids;
  readonly tally: Tally;
  readonly switches: Switches;
  readonly #journal: Journal;
  readonly #emit: Emit;
  #quiet = false;

  constructor(options: WorldOptions) {
    this.region = options.region;
    this.account = options.account;
    this.clock = options.clock;
    this.random = options.random;
    this.ids = options.ids;
    this.tally = options.tally;
    this.switches = options.switches;
    this.#journal = options.journal;
    this.#emit = options.emit;
  }

  now(): number {
    return this.clock.now();
  }

  /** A delay drawn uniformly from [fromMs, toMs), whole milliseconds; the n-th draw of an entity in a stream. */
  delay(stream: string, entity: string, range: readonly [fromMs: number, toMs: number, n?: number]): number {
    const [fromMs, toMs, n] = range;
    return Math.floor(fromMs + this.random(stream, entity, n) * (toMs - fromMs));
  }

  arn(service: string, resource: string): string {
    return `arn:aws:${service}:${this.region}:${this.account}:${resource}`;
  }

  /** Is the past being built? Then nothing is told. */
  get quiet(): boolean {
    return this.#quiet;
  }

  /** Sends an event to the account's bus. */
  emit(event: Omit<EmittedEvent, 'region'>): void {
    if (!this.#quiet) this.#emit({ ...event, region: this.region });
  }

  journal(entry: Omit<JournalEntry, 'at' | 'region'>): void {
    if (!this.#quiet) this.#journal.add({ at: this.now(), region: this.region, ...entry });
  }

  /** Runs `build` without events and without journal: what it makes existed long before virtual time began. */
  quietly<T>(build: () => T): T {
    const before = this.#quiet;
    this.#quiet = true;
    try {
      return build();
    } finally {
      this.#quiet = before;
    }
  }
}
