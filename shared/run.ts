import type { Decoded, EventOf, Kind } from './events/event.ts';
import type { Context, Flow, Performed, Phase, Ports, Runtime } from './flow.ts';
import {
  type Action,
  type ActionName,
  type ActionOf,
  actionsIn,
  type Guard,
  merge,
  type Outcome,
  type Plan,
  touches,
} from './plan/action.ts';
import { describe } from './plan/describe.ts';
import type { Policy } from './policy.ts';

export type RunResult = {
  readonly failedRecordIds: readonly string[];
  readonly plans: readonly Plan[];
  readonly outcomes: readonly Outcome[];
};

const ATTEMPTS = 3;
const LINES_PER_PLAN = 60;

/**
 * Carries out a flow for one batch: groups the events by region, and for each region takes the flow's phases in order,
 * each observe -> decide -> what comes before the guards -> guards -> steps.
 * @returns the queue records to deliver again: those of actions that failed and may succeed later, of events that make
 *   `decide` throw, and all of a region whose `observe` throws. Unknown records are a no-op, unparsable ones a log line.
 */
export async function run<K extends Kind, R, A extends ActionName>(
  flow: Flow<K, R, A>,
  batch: readonly Decoded[],
  { policy, ports, runtime }: { policy: Policy; ports: Ports<R, A>; runtime: Runtime },
): Promise<RunResult> {
  const events = accepted(flow, batch, runtime);
  const result: Result = { failed: new Set(), plans: [], performed: [] };
  const regions = [...Map.groupBy(events, (event) => event.region)].sort(([a], [b]) => (a < b ? -1 : 1));
  await Promise.all(
    regions.map(async ([region, theirs]) => {
      const regional = new RegionalRun<K, R, A>({ region, policy, ports, runtime, result });
      let sound: readonly EventOf<K>[] = theirs;
      for (const phase of flow.phases) sound = await regional.phase(phase, sound);
    }),
  );
  for (const [metric, value] of flow.figures(events, result.performed)) runtime.measure(metric, value);
  if (result.failed.size > 0) runtime.measure('Errors', result.failed.size);
  return {
    failedRecordIds: [...result.failed].sort(),
    plans: result.plans,
    outcomes: result.performed.map(({ outcome }) => outcome),
  };
}

type Setting<R, A extends ActionName> = {
  readonly region: string;
  readonly policy: Policy;
  readonly ports: Ports<R, A>;
  readonly runtime: Runtime;
  readonly result: Result;
};

type Result = { readonly failed: Set<string>; readonly plans: Plan[]; readonly performed: Performed[] };

class RegionalRun<K extends Kind, R, A extends ActionName> {
  readonly #of: Setting<R, A>;

  constructor(of: Setting<R, A>) {
    this.#of = of;
  }

  /**
   * Takes one phase; again, at most three times in all, where a guard was lost or an action rested on stale knowledge.
   * @returns the events for the next phase: all but those that made `decide` throw
   */
  async phase<O>(phase: Phase<K, R, O>, events: readonly EventOf<K>[]): Promise<readonly EventOf<K>[]> {
    const poison = new Set<string>();
    let left = events;
    for (let attempt = 1; left.length > 0; attempt += 1) {
      if (attempt > ATTEMPTS) {
        this.#fail(phase.name, left, new Error(`still not settled after ${ATTEMPTS} attempts`));
        break;
      }
      try {
        left = await this.#attempt(phase, left, poison);
      } catch (error) {
        this.#fail(phase.name, left, error);
        break;
      }
    }
    return events.filter((event) => !poison.has(event.recordId));
  }

  /** @returns the events to observe again */
  async #attempt<O>(phase: Phase<K, R, O>, events: readonly EventOf<K>[], poison: Set<string>) {
    const { region, policy, result } = this.#of;
    const context = { region, policy, performed: result.performed };
    const seen = await phase.observe(this.#of.ports.read(region), events, {
      ...context,
      now: this.#of.runtime.now(),
    });
    const plan = this.#decide({ phase, seen, events, poison, context: { ...context, now: this.#of.runtime.now() } });
    this.#tell(phase.name, plan);
    for (const failure of plan.failures ?? []) {
      this.#fail(
        phase.name,
        events.filter(({ recordId }) => failure.for.includes(recordId)),
        failure.error,
      );
    }
    const again = new Set<string>();
    await this.#step(plan.before ?? [], again);
    const lost = await this.#commit(plan);
    for (const guard of lost) if (guard.whenLost === 'observe again') for (const id of guard.for) again.add(id);
    const names = new Set(lost.map(({ name }) => name));
    for (const step of plan.steps) {
      const won = step.filter(({ under }) => under === undefined || !names.has(under));
      await this.#step(won, again);
    }
    return events.filter(({ recordId }) => again.has(recordId) && !poison.has(recordId));
  }

  async #step(actions: readonly Action[], again: Set<string>): Promise<void> {
    for (const performed of await Promise.all(actions.map((action) => this.#timed(action))))
      this.#note(performed, again);
  }

  /** @returns the guards that were lost */
  async #commit({ guards }: Plan): Promise<readonly Guard[]> {
    const results = await Promise.all(guards.map((guard) => this.#of.ports.commit(guard)));
    return guards.filter((_, index) => results[index] === 'lost');
  }

  /** One decision for all events; where it throws, one for each, so that a poison event fails alone. */
  #decide<O>(asked: Asked<K, R, O>): Plan {
    const { phase, seen, events, poison, context } = asked;
    try {
      return phase.decide(seen, events, context);
    } catch (error) {
      if (events.length === 1) {
        for (const { recordId } of events) poison.add(recordId);
        this.#fail(phase.name, events, error);
        return merge([]);
      }
      return merge(events.map((event) => this.#decide({ ...asked, events: [event] })));
    }
  }

  async #timed(action: Action): Promise<Performed> {
    const outcome = await this.#perform(action);
    return { outcome, at: this.#of.runtime.now() };
  }

  async #perform(action: Action): Promise<Outcome> {
    if (this.#of.policy.mode === 'observe' && touches[action.do] === 'account') return { action, result: 'told' };
    try {
      const act = this.#of.ports.act[action.do as A] as (action: Action) => Promise<Outcome>;
      return await act(action as ActionOf<A>);
    } catch (error) {
      return { action, result: 'failed', retry: true, failedFor: action.for, error: String(error) };
    }
  }

  #note(performed: Performed, again: Set<string>): void {
    const { outcome } = performed;
    this.#of.result.performed.push(performed);
    if (outcome.result === 'stale') for (const id of outcome.staleFor) again.add(id);
    if (outcome.result !== 'failed') return;
    const { action, error, retry, expected = false } = outcome;
    const { log } = this.#of.runtime;
    log[expected ? 'warn' : 'error']('action failed', { action: describe(action), error, retry });
    if (retry) for (const id of outcome.failedFor) this.#of.result.failed.add(id);
  }

  #tell(phase: string, plan: Plan): void {
    this.#of.result.plans.push(plan);
    const lines = actionsIn(plan).map(describe);
    if (lines.length === 0 && plan.notes.length === 0) return;
    this.#of.runtime.log.info('plan', {
      phase,
      region: this.#of.region,
      mode: this.#of.policy.mode,
      actions: lines.slice(0, LINES_PER_PLAN),
      ...(lines.length > LINES_PER_PLAN ? { andMore: lines.length - LINES_PER_PLAN } : {}),
      notes: plan.notes.slice(0, LINES_PER_PLAN),
    });
  }

  #fail(phase: string, events: readonly EventOf<K>[], error: unknown): void {
    const stack = error instanceof Error ? error.stack : undefined;
    const eventIds = events.slice(0, LINES_PER_PLAN).map(({ eventId }) => eventId);
    this.#of.runtime.log.error('phase failed', {
      phase,
      region: this.#of.region,
      error: String(error),
      stack,
      eventIds,
    });
    for (const { recordId } of events) this.#of.result.failed.add(recordId);
  }
}

type Asked<K extends Kind, R, O> = {
  readonly phase: Phase<K, R, O>;
  readonly seen: O;
  readonly events: readonly EventOf<K>[];
  readonly poison: Set<string>;
  readonly context: Context;
};

function accepted<K extends Kind, R, A extends ActionName>(
  flow: Flow<K, R, A>,
  batch: readonly Decoded[],
  { log }: Runtime,
): EventOf<K>[] {
  const kinds: readonly Kind[] = flow.accepts;
  const events: EventOf<K>[] = [];
  for (const decoded of batch) {
    if (!decoded.ok) {
      const fields = { recordId: decoded.recordId, reason: decoded.detail };
      if (decoded.why === 'unknown') log.info('event of a kind unknown to spotkeeper passed over', fields);
      else log.warn('record dropped: it is no event', fields);
    } else if (kinds.includes(decoded.event.kind)) {
      events.push(decoded.event as EventOf<K>);
    } else {
      const { recordId, kind } = decoded.event;
      log.info('event passed over: this function does not handle its kind', { recordId, kind, function: flow.name });
    }
  }
  return events;
}
