import { HttpResponse } from '@smithy/core/protocols';
import { Arrivals } from './arrivals.ts';
import { TokenBuckets } from './buckets.ts';
import { CallLog, type LoggedCall } from './calls.ts';
import type { VirtualClock } from './clock.ts';
import { connectionReset, timedOut } from './faults/failures.ts';
import { StaleReads } from './faults/stale-reads.ts';
import { type Unseen, youngerThan } from './faults/unseen.ts';
import type { KeyedRandom } from './random.ts';
import { AwsError, type Service } from './service.ts';
import {
  decode,
  encode,
  encodeError,
  identify,
  notImplemented,
  type Target,
  type WireRequest,
  type WireResponse,
} from './wire/wire.ts';

export type EndpointOptions = {
  readonly clock: VirtualClock;
  readonly random: KeyedRandom;
  readonly services: readonly Service[];
  /** twelve digits */
  readonly account: string;
  /** mean time of a call, there and back; each call's own is 0.8 to 1.2 times that. Default 50 ms */
  readonly latencyMs?: number;
  /** false switches request throttling off. Default true */
  readonly buckets?: boolean;
  readonly log?: 'all' | 'counts';
  readonly faults?: (call: FaultCall) => Fault | undefined;
  /** how long answers of reads are kept for `staleMs` faults. Default 0: not at all, such faults do nothing */
  readonly staleWindowMs?: number;
};

/** A call about to be made; `n` counts the calls of its caller from 0. */
export type FaultCall = {
  readonly service: Service['id'] | undefined;
  readonly operation: string;
  readonly region: string;
  readonly caller: string;
  readonly n: number;
  readonly at: number;
};

/** What goes wrong with a call; `before` and `after` say whether it has had its effect then. */
export type Fault =
  | { readonly error: AwsError; readonly when: 'before' | 'after' }
  | { readonly delayMs: number }
  /** no answer for so long, then the connection breaks; 0: at once */
  | { readonly silentMs: number; readonly when: 'before' | 'after' }
  /** a read gets the answer that the same query got at most so long ago; told when there is an older one */
  | { readonly staleMs: number; readonly onStale?: () => void }
  | Unseen
  /** the caller dies */
  | { readonly kill: 'before' | 'after' };

export type CallerOptions = {
  readonly region: string;
  readonly caller: string;
  /** the caller gives a call up after so long, as `requestTimeout` of the SDK's own handler does. Default: never */
  readonly timeoutMs?: number;
};

/** What the SDK's clients accept as `requestHandler`. */
export type InProcessHandler = {
  readonly metadata: { readonly handlerProtocol: string };
  handle(request: WireRequest, options?: { requestTimeout?: number }): Promise<{ response: HttpResponse }>;
  updateHttpClientConfig(): void;
  httpHandlerConfigs(): Record<string, never>;
  destroy(): void;
};

/**
 * The network side of the simulated account: takes requests in the AWS wire protocols, answers them after a virtual
 * latency. A call takes effect at one instant, half its latency after it was made; calls of the same instant take
 * effect in the order of (caller, call number), so that nothing depends on the order in which promises happen to settle.
 */
export class Endpoint {
  readonly calls: CallLog;
  readonly #options: EndpointOptions;
  readonly #buckets = new TokenBuckets();
  readonly #services: ReadonlyMap<string, Service>;
  readonly #callsByCaller = new Map<string, number>();
  readonly #dead = new Set<string>();
  readonly #answers: StaleReads;
  readonly #listeners: ((call: LoggedCall, input: Readonly<Record<string, unknown>>) => void)[] = [];
  readonly #mourners: ((caller: string) => void)[] = [];
  readonly #arrivals: Arrivals;
  #requests = 0;

  constructor(options: EndpointOptions) {
    this.#options = options;
    this.#services = new Map(options.services.map((service) => [service.id, service]));
    this.#arrivals = new Arrivals(options.clock);
    this.#answers = new StaleReads(options.staleWindowMs ?? 0);
    this.calls = new CallLog(options.log);
  }

  /** A `requestHandler` for SDK clients of one region, in process: no sockets, no Date header. */
  handler(from: CallerOptions): InProcessHandler {
    return {
      metadata: { handlerProtocol: 'http/1.1' },
      handle: async (request, { requestTimeout: timeoutMs } = {}) => {
        const caller = timeoutMs === undefined ? from : { ...from, timeoutMs };
        const { status, headers, body } = await this.request(request, caller);
        return { response: new HttpResponse({ statusCode: status, headers, body: Buffer.from(body) }) };
      },
      updateHttpClientConfig: () => undefined,
      httpHandlerConfigs: () => ({}),
      destroy: () => undefined,
    };
  }

  /** Calls `listener` with every call when it has been performed or refused, and with its input in the SDK's shape. */
  onCall(listener: (call: LoggedCall, input: Readonly<Record<string, unknown>>) => void): void {
    this.#listeners.push(listener);
  }

  /** Cuts a caller off, as a killed process is: what it sent on the way still takes effect, no answer reaches it. */
  kill(caller: string): void {
    if (this.#dead.has(caller)) return;
    this.#dead.add(caller);
    for (const listener of this.#mourners) listener(caller);
  }

  /** Calls `listener` when a caller is killed, by `kill` or by a fault. */
  onKill(listener: (caller: string) => void): void {
    this.#mourners.push(listener);
  }

  /**
   * Answers one request after its virtual latency. The promise never settles once the caller was killed.
   * @throws TimeoutError after the caller's own timeout, an ECONNRESET when a fault breaks the connection
   */
  request(request: WireRequest, from: CallerOptions): Promise<WireResponse> {
    const { caller, timeoutMs } = from;
    if (this.#dead.has(caller)) return new Promise(() => undefined);
    const { clock, random, faults, latencyMs = 50 } = this.#options;
    const n = this.#callsByCaller.get(caller) ?? 0;
    this.#callsByCaller.set(caller, n + 1);
    const target = identify(request);
    const { service, operation } = target;
    const fault = faults?.({ service, operation, caller, n, at: clock.now(), region: from.region });
    if (fault && 'kill' in fault) {
      this.kill(caller);
      if (fault.kill === 'before') return new Promise(() => undefined);
    }
    const delay = fault && 'delayMs' in fault ? fault.delayMs : 0;
    const half = (latencyMs / 2) * (0.8 + 0.4 * random('latency', caller, n));
    return new Promise((resolve, reject) => {
      const pending: (() => void)[] = [];
      const settle = this.#onceFor(caller, pending);
      const fail = (afterMs: number, error: () => Error) =>
        pending.push(clock.after(afterMs, () => settle(() => reject(error()))));
      if (timeoutMs !== undefined) fail(timeoutMs, () => timedOut(timeoutMs));
      if (fault && 'silentMs' in fault) fail(fault.silentMs, connectionReset);
      if (fault && 'silentMs' in fault && fault.when === 'before') return;
      const answer = () => {
        const response = this.#answer(target, from, fault);
        if (fault && 'silentMs' in fault) return;
        clock.after(half, () => settle(() => resolve(response)));
      };
      clock.after(half + delay, () => this.#arrivals.add({ caller, n, answer }));
    });
  }

  // The first of answer, timeout and broken connection decides; a dead caller hears of none.
  #onceFor(caller: string, pending: readonly (() => void)[]): (settle: () => void) => void {
    let settled = false;
    return (settle) => {
      if (settled || this.#dead.has(caller)) return;
      settled = true;
      for (const cancel of pending) cancel();
      this.#options.clock.wake();
      settle();
    };
  }

  // What is not an AwsError is a defect of the simulator: it is not answered, it ends the run of the clock.
  #answer(target: Target, from: CallerOptions, fault: Fault | undefined): WireResponse {
    this.#requests += 1;
    const requestId = `00000000-0000-4000-8000-${String(this.#requests).padStart(12, '0')}`;
    let input: Record<string, unknown> = {};
    let items: number | undefined;
    let outcome = 'ok';
    try {
      input = decode(target);
      items = firstListLength(input);
      const response = encode(target, this.#perform(target, input, { from, fault }), requestId);
      if (fault && 'error' in fault && fault.when === 'after') throw fault.error;
      return this.#maybeStale(target, { response, from, fault });
    } catch (error) {
      outcome = error instanceof AwsError ? error.code : 'defect';
      if (!(error instanceof AwsError)) throw error;
      return encodeError(target, error, requestId);
    } finally {
      const { service = 'unknown', operation } = target;
      const call: LoggedCall = { at: this.#options.clock.now(), ...from, service, operation, outcome, items };
      this.calls.add(call);
      for (const listener of this.#listeners) listener(call, input);
    }
  }

  #maybeStale({ service, operation, body }: Target, { response, from, fault }: Answered): WireResponse {
    const { staleWindowMs = 0, clock } = this.#options;
    if (staleWindowMs === 0 || !isRead(operation)) return response;
    const query = `${from.region} ${service} ${operation} ${body}`;
    this.#answers.remember(query, clock.now(), response);
    if (!fault || !('staleMs' in fault)) return response;
    const old = this.#answers.recall(query, clock.now(), fault.staleMs);
    if (old !== undefined && old !== response) fault.onStale?.();
    return old ?? response;
  }

  #perform(target: Target, input: Record<string, unknown>, { from, fault }: Circumstances): unknown {
    if (fault && 'error' in fault && fault.when === 'before') throw fault.error;
    const { service, operation } = target;
    const perform = service && this.#services.get(service)?.operations[operation];
    if (!service || !perform) throw notImplemented(target);
    const at = this.#options.clock.now();
    if (this.#options.buckets !== false) this.#buckets.take({ service, operation, region: from.region, input, at });
    const hides = fault && 'unseenMs' in fault ? { hides: youngerThan(at, fault) } : {};
    return perform(input, { ...from, account: this.#options.account, at, ...hides });
  }
}

type Answered = Circumstances & { readonly response: WireResponse };

type Circumstances = { readonly from: CallerOptions; readonly fault: Fault | undefined };

const firstListLength = (input: Readonly<Record<string, unknown>>): number | undefined => {
  for (const value of Object.values(input)) if (Array.isArray(value)) return value.length;
  return undefined;
};

/** Reads may be stale; everything else takes effect once. */
export const isRead = (operation: string): boolean => /^(Describe|List|Get)/.test(operation);
