import type { BusEvent, DeliveryFault } from '../delivery/bus.ts';
import { type Fault, type FaultCall, isRead } from '../endpoint.ts';
import { type KeyedRandom, keyedRandom } from '../random.ts';
import { failure } from './failures.ts';
import type { HappenedFault } from './happened.ts';
import { type CallRule, type EventRule, type FaultPlan, refusals } from './plan.ts';

/**
 * Applies a fault plan: give `onCall` to the endpoint and `onDelivery` to the event bus. Whether a fault strikes depends
 * only on the seed, the rule and the call or event itself, never on what else happens.
 */
export class Faults {
  readonly happened: HappenedFault[] = [];
  readonly #plan: FaultPlan;
  readonly #random: KeyedRandom;
  readonly #startMs: number;
  readonly #strikes = new Map<CallRule | EventRule, number>();

  /** @param options `startMs`: the epoch milliseconds that the plan's times count from */
  constructor(plan: FaultPlan, options: { readonly seed: number; readonly startMs: number }) {
    this.#plan = plan;
    this.#random = keyedRandom(options.seed);
    this.#startMs = options.startMs;
  }

  readonly onCall = (call: FaultCall): Fault | undefined => {
    const { service, operation, caller, n, at } = call;
    if (!service) return undefined;
    const target = `${service}:${operation} by ${caller}, call ${n}`;
    const fits = (candidate: CallRule): boolean => fitsCall(candidate, call);
    const rule = this.#striking(this.#plan.calls, { at, target, fits });
    if (!rule) return undefined;
    const { fault, forMs = 10_000, effect = false } = rule;
    const when = effect ? 'after' : 'before';
    const delayMs =
      fault === 'slow' || fault === 'silence' || fault === 'stale' || fault === 'unseen' ? { delayMs: forMs } : {};
    const struck = (): void => this.#strike(rule, { at, kind: fault, target, caller, ...delayMs });
    // Where there is no older answer, or nothing young, the read is a read like any other.
    if (fault === 'stale') return { staleMs: forMs, onStale: struck };
    if (fault === 'unseen') return { unseenMs: forMs, onUnseen: struck };
    struck();
    if (fault === 'slow') return { delayMs: forMs };
    if (fault === 'silence') return { silentMs: forMs, when };
    if (fault === 'kill') return { kill: when };
    return { error: failure(service, fault), when };
  };

  readonly onDelivery = (event: BusEvent, ruleName: string, at: number, retry = 0): DeliveryFault | undefined => {
    const resources = namedIn(event);
    const target = `${event['detail-type']} ${event.id} to ${ruleName}${retry === 0 ? '' : `, retry ${retry}`}`;
    // Not its id: that counts all events, and what else happens must not decide.
    const entity = `${event['detail-type']} ${resources} ${at} to ${ruleName}`;
    const fits = (rule: EventRule): boolean =>
      (retry === 0 || refusals[rule.fault] !== undefined) &&
      (rule.source === undefined || rule.source === event.source) &&
      (rule.region === undefined || rule.region === event.region) &&
      (rule.detailType === undefined || rule.detailType === event['detail-type']) &&
      (rule.rule === undefined || rule.rule === ruleName);
    const rule = this.#striking(this.#plan.events, { at, target: entity, fits });
    if (!rule) return undefined;
    const happened = { at, kind: rule.fault, target, resources };
    const delayMs = rule.fault === 'late' ? Math.round((rule.forMs ?? 60_000) * this.#random('lateness', entity)) : 0;
    this.#strike(rule, rule.fault === 'late' ? { ...happened, delayMs } : happened);
    const refusal = refusals[rule.fault];
    if (refusal) return { refusal };
    if (rule.fault === 'lost') return 'drop';
    if (rule.fault === 'duplicate') return 'duplicate';
    return { delayMs };
  };

  #striking<R extends CallRule | EventRule>(rules: readonly R[] = [], occasion: Occasion<R>): R | undefined {
    const { at, target, fits } = occasion;
    const sinceStart = at - this.#startMs;
    for (const [index, rule] of rules.entries()) {
      const { fromMs = 0, toMs = Number.POSITIVE_INFINITY, rate = 1, times = Number.POSITIVE_INFINITY } = rule;
      if (sinceStart < fromMs || sinceStart >= toMs || !fits(rule)) continue;
      if ((this.#strikes.get(rule) ?? 0) >= times) continue;
      if (this.#random(`fault ${index} ${rule.fault}`, target) < rate) return rule;
    }
    return undefined;
  }

  #strike(rule: CallRule | EventRule, happened: HappenedFault): void {
    this.#strikes.set(rule, (this.#strikes.get(rule) ?? 0) + 1);
    this.happened.push({ ...happened, ...(rule.rate !== undefined && { rate: rule.rate }) });
  }
}

/** The resources of an event, and the instance that its detail names. */
const namedIn = ({ resources, detail }: BusEvent): readonly string[] => {
  const { EC2InstanceId, ec2InstanceId } = detail as { EC2InstanceId?: string; ec2InstanceId?: string };
  return [...resources, ...[EC2InstanceId ?? ec2InstanceId ?? []].flat()];
};

type Occasion<R> = { readonly at: number; readonly target: string; readonly fits: (rule: R) => boolean };

const fitsCall = (rule: CallRule, { service, operation, region, caller, n }: FaultCall): boolean =>
  (rule.service === undefined || rule.service === service) &&
  (rule.region === undefined || rule.region === region) &&
  (rule.operation === undefined || covers(rule.operation, operation)) &&
  (rule.caller === undefined || covers(rule.caller, caller)) &&
  (rule.call === undefined || rule.call === n) &&
  (rule.fault !== 'stale' || isRead(operation)) &&
  (rule.fault !== 'unseen' || hidingOperations.has(operation));

/** The lists that may leave out what was made a moment ago. */
const hidingOperations = new Set([
  'ListContainerInstances',
  'ListTasks',
  'ListServices',
  'DescribeInstances',
  'DescribeAutoScalingGroups',
  'DescribeTargetHealth',
]);

const covers = (pattern: string, name: string): boolean =>
  pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : pattern === name;
