import type { EventOf, Kind } from './events/event.ts';
import type { Instant } from './model/instant.ts';
import type { ActionName, ActionOf, Guard, Outcome, Plan } from './plan/action.ts';
import type { Policy } from './policy.ts';

/**
 * One step of a flow: read what the events point at, then decide. `decide` is synchronous and pure; it gets all events
 * of a batch and region at once.
 */
export type Phase<K extends Kind, R, O> = {
  readonly name: string;
  observe(read: R, events: readonly EventOf<K>[], context: Context): Promise<O>;
  decide(seen: O, events: readonly EventOf<K>[], context: Context): Plan;
};

export type Context = {
  readonly region: string;
  readonly now: Instant;
  readonly policy: Policy;
  /** What this run has done so far, in the phases before; default nothing. */
  readonly performed?: readonly Performed[];
};

/**
 * What a function does with its events: phases taken in order, what cannot wait first. R is the narrow reader that they
 * need, A the actions they may plan.
 */
export type Flow<K extends Kind, R, A extends ActionName> = {
  readonly name: string;
  readonly accepts: readonly K[];
  readonly acts: readonly A[];
  readonly phases: readonly Phase<K, R, unknown>[];
  /** The metrics that a batch gives rise to. */
  figures(events: readonly EventOf<K>[], performed: readonly Performed[]): readonly (readonly [Metric, number])[];
};

/** How an action ended, and when. */
export type Performed = { readonly outcome: Outcome; readonly at: Instant };

/** Everything that has effects, made once per process. */
export type Ports<R, A extends ActionName> = {
  readonly read: (region: string) => R;
  readonly act: { readonly [N in A]: (action: ActionOf<N>) => Promise<Outcome> };
  readonly commit: (guard: Guard) => Promise<'won' | 'lost'>;
  /** Of a function that a schedule invokes: events that wait until it runs. */
  readonly mailbox?: Mailbox;
};

/** A queue into which the function looks itself. What `receive` gives comes again unless it is removed. */
export type Mailbox = {
  receive(): Promise<readonly Letter[]>;
  remove(letters: readonly Letter[]): Promise<void>;
};

/** `body`: the text of an event's envelope; `receipt`: of this receive of it */
export type Letter = { readonly messageId: string; readonly body: string; readonly receipt: string };

/** Where a run tells what it saw, planned and did. */
export type Log = {
  info(message: string, fields?: object): void;
  warn(message: string, fields?: object): void;
  error(message: string, fields?: object): void;
};

export type Metric = 'NoticeToDrainingMs' | 'DeadlineMisses' | 'LentTasks' | 'SavingsPerHour' | 'Errors';

/** The edge of a process: time, chance, and where lines and figures go. */
export type Runtime = {
  readonly now: () => Instant;
  readonly sleep: (ms: number) => Promise<void>;
  readonly random: () => number;
  readonly log: Log;
  readonly measure: (metric: Metric, value: number) => void;
  /** Sends what was measured since the last time. */
  readonly publish: () => void;
};
