import type { VirtualClock } from '../clock.ts';
import type { KeyedRandom } from '../random.ts';
import type { EmittedEvent } from '../service.ts';
import type { Sqs } from '../sqs/service.ts';
import { Attempts, type FailedDelivery, type Refusal, type RuleTarget } from './attempts.ts';
import { compilePattern, type Matcher } from './pattern.ts';

/** An event as rules match it and targets get it. */
export type BusEvent = EmittedEvent & {
  readonly version: '0';
  readonly id: string;
  readonly account: string;
  readonly time: string;
};

/** A rule of the stack; exactly one of pattern and schedule, as CloudFormation has them. */
export type RuleDefinition = {
  readonly name: string;
  readonly arn: string;
  readonly pattern?: unknown;
  /** `rate(5 minutes)` */
  readonly schedule?: string;
  readonly enabled: boolean;
  readonly targets: readonly RuleTarget[];
};

/** A rule and how many events it has passed on. */
export type Rule = {
  readonly name: string;
  readonly definition: RuleDefinition;
  enabled: boolean;
  readonly matches: Matcher;
  readonly targets: readonly RuleTarget[];
  passed: number;
};

/** What goes wrong between a rule and its queues: lost, delivered twice, late, or refused by the queue. */
export type DeliveryFault = 'drop' | 'duplicate' | { readonly delayMs: number } | { readonly refusal: Refusal };

export type BusOptions = {
  readonly clock: VirtualClock;
  readonly random: KeyedRandom;
  readonly sqs: Sqs;
  readonly region: string;
  readonly account: string;
  /** Regions whose events a forwarder stack sends on to this bus */
  readonly forwardedRegions?: readonly string[];
  /** least and most time from the event to its queues, in ms. Default 200 to 800 */
  readonly delayMs?: readonly [least: number, most: number];
  /** asked at the event, and with the number of the retry at each retry; then only refusals count */
  readonly faults?: (event: BusEvent, rule: string, at: number, retry: number) => DeliveryFault | undefined;
};

/**
 * The default event bus of the stack's Region: completes events, matches them against the rules, and delivers them to
 * the rules' queues as JSON text. https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-events-structure.html
 */
export class EventBus {
  readonly #options: BusOptions;
  readonly #rules: Rule[] = [];
  /** milliseconds of the rules with a schedule */
  readonly #periods = new Map<Rule, number>();
  /** end the schedules that run */
  readonly #schedules = new Map<Rule, () => void>();
  readonly #attempts: Attempts;
  #events = 0;

  constructor(options: BusOptions) {
    this.#options = options;
    this.#attempts = new Attempts(options);
  }

  /** The deliveries that were given up. */
  get failed(): readonly FailedDelivery[] {
    return this.#attempts.failed;
  }

  get rules(): readonly Rule[] {
    return this.#rules;
  }

  /** Adds a rule; a scheduled one fires first when its period has passed. @throws on an invalid pattern or schedule */
  addRule(definition: RuleDefinition): void {
    const { name, pattern, schedule, enabled, targets } = definition;
    const matches = pattern === undefined ? never : compilePattern(pattern);
    const period = schedule === undefined ? undefined : periodMs(schedule);
    const rule: Rule = { name, definition, enabled: false, matches, targets, passed: 0 };
    this.#rules.push(rule);
    if (period !== undefined) this.#periods.set(rule, period);
    if (enabled) this.setEnabled(rule, true);
  }

  /** Switches a rule on or off; a schedule that is switched on fires first when its period has passed. */
  setEnabled(rule: Rule, enabled: boolean): void {
    if (rule.enabled === enabled) return;
    rule.enabled = enabled;
    const period = this.#periods.get(rule);
    if (period === undefined) return;
    if (enabled) this.#repeat(rule, period);
    else this.#schedules.get(rule)?.();
  }

  get region(): string {
    return this.#options.region;
  }

  /**
   * Takes an event from a service of the account. One from a Region that is not forwarded goes nowhere.
   * @returns the id of an event that was taken
   */
  put(emitted: EmittedEvent): string | undefined {
    const { region, forwardedRegions = [] } = this.#options;
    if (emitted.region !== region && !forwardedRegions.includes(emitted.region)) return undefined;
    const event = this.#complete(emitted);
    for (const rule of this.#rules) if (rule.enabled && rule.matches(event)) this.#deliver(event, rule);
    return event.id;
  }

  /** Ends the schedules, so that virtual time can run until nothing is left to do. */
  stop(): void {
    for (const cancel of this.#schedules.values()) cancel();
  }

  #complete(emitted: EmittedEvent): BusEvent {
    this.#events += 1;
    const { clock, account } = this.#options;
    const id = `00000000-0000-4000-a000-${String(this.#events).padStart(12, '0')}`;
    const time = `${new Date(clock.now()).toISOString().slice(0, 19)}Z`;
    const { source, region, resources, detail } = emitted;
    return {
      version: '0',
      id,
      'detail-type': emitted['detail-type'],
      source,
      account,
      time,
      region,
      resources,
      detail,
    };
  }

  #deliver(event: BusEvent, rule: Rule): void {
    const { clock, random, faults, delayMs: [least, most] = [200, 800] } = this.#options;
    const startedAt = clock.now();
    const fault = faults?.(event, rule.name, startedAt, 0);
    if (fault === 'drop') return;
    rule.passed += 1;
    // Keyed by the event, not by a counter: what else happens in the account must not change when this one arrives.
    const entity = `${rule.name} ${event['detail-type']} ${event.resources[0] ?? ''}`;
    const hops = event.region === this.#options.region ? 1 : 2;
    let delay = typeof fault === 'object' && 'delayMs' in fault ? fault.delayMs : 0;
    for (let hop = 0; hop < hops; hop += 1)
      delay += least + (most - least) * random(`event hop ${hop}`, entity, startedAt);
    const body = JSON.stringify(event);
    const copies = fault === 'duplicate' ? 2 : 1;
    const refusal = (retry: number) => refusalOf(retry === 0 ? fault : faults?.(event, rule.name, clock.now(), retry));
    clock.after(Math.round(delay), () => {
      for (const target of rule.targets)
        this.#attempts.make({ eventId: event.id, rule: rule.definition, target, body, copies, startedAt, refusal });
    });
  }

  #repeat(rule: Rule, period: number): void {
    const { clock, region } = this.#options;
    const { arn } = rule.definition;
    const fire = () => {
      const tick = { source: 'aws.events', 'detail-type': 'Scheduled Event', region, resources: [arn], detail: {} };
      this.#deliver(this.#complete(tick), rule);
      cancel = clock.after(period, fire);
    };
    let cancel = clock.after(period, fire);
    this.#schedules.set(rule, () => cancel());
  }
}

const refusalOf = (fault: DeliveryFault | undefined): Refusal | undefined =>
  typeof fault === 'object' && 'refusal' in fault ? fault.refusal : undefined;

const never: Matcher = () => false;

const units: Readonly<Record<string, number>> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

const periodMs = (schedule: string): number => {
  const [, count, unit = ''] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(schedule) ?? [];
  const unitMs = units[unit];
  if (unitMs === undefined || Number(count) < 1)
    throw new Error(`event delivery imitates rate schedules only, not ${schedule}`);
  return Number(count) * unitMs;
};
