import { type KeyedRandom, keyedRandom } from '../random.ts';
import type { CallRule, EventRule, FaultPlan } from './plan.ts';

/**
 * Draws a fault plan from a seed: about half of the faults are absent, the others strike at a rate up to their most. In
 * three of ten plans one API is down for up to a minute. It stays inside what AWS promises: only best-effort events are
 * lost, ECS and scheduled events may come twice.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-service-event.html
 */
export const drawPlan = (seed: number, options: DrawOptions): FaultPlan => {
  const { fromMs = 0, untilMs, caller, strength = 1 } = options;
  if (strength === 0) return { calls: [], events: [] };
  const random = keyedRandom(seed);
  const rate = (name: string, most: number) =>
    random('present', name) < 0.5 ? 0 : most * strength * random('rate', name);
  const when = { fromMs, toMs: untilMs };
  const calls = drawnCalls.map(({ most, ...rule }) => ({
    ...rule,
    ...when,
    caller,
    rate: rate(`${rule.fault} ${rule.effect ?? false}`, most),
  }));
  const events = drawnEvents.map(({ most, ...rule }) => ({
    ...rule,
    ...when,
    rate: rate(`${rule.fault} ${rule.source ?? ''}`, most),
  }));
  return {
    calls: [...drawOutage(random, { ...options, fromMs }), ...calls.filter((rule) => rule.rate > 0)],
    events: events.filter((rule) => rule.rate > 0),
  };
};

export type DrawOptions = {
  /** the faults begin and end so many milliseconds after the account's start, for a calm phase. Default 0 */
  readonly fromMs?: number;
  readonly untilMs: number;
  /** whose calls fail: a caller's name, or the beginning of one followed by `*` */
  readonly caller: string;
  /** 0 to 1, which all rates are multiplied by; 0 is no fault at all. Default 1 */
  readonly strength?: number;
};

const longestOutageMs = 60_000;
const services = ['ecs', 'ec2', 'autoscaling', 'elbv2', 'dynamodb', 'sqs'] as const;

const drawOutage = (random: KeyedRandom, { fromMs = 0, untilMs, caller }: DrawOptions): readonly CallRule[] => {
  const service = services[Math.floor(random('outage', 'of') * services.length)];
  const latest = untilMs - longestOutageMs;
  if (random('present', 'outage') >= 0.3 || service === undefined || latest <= fromMs) return [];
  const from = Math.floor(fromMs + (latest - fromMs) * random('outage', 'from'));
  const forMs = Math.ceil(longestOutageMs * (0.1 + 0.9 * random('outage', 'for')));
  return [{ fault: 'unavailable', service, caller, fromMs: from, toMs: from + forMs }];
};

type Drawn<R> = R & { readonly most: number };

const drawnCalls: readonly Drawn<CallRule>[] = [
  { fault: 'throttling', most: 0.1 },
  { fault: 'internal-error', most: 0.05 },
  { fault: 'internal-error', effect: true, most: 0.05 },
  { fault: 'unavailable', most: 0.05 },
  { fault: 'silence', most: 0.01 },
  { fault: 'silence', effect: true, most: 0.01 },
  { fault: 'slow', forMs: 2_000, most: 0.05 },
  { fault: 'stale', forMs: 5_000, most: 0.2 },
  { fault: 'kill', most: 0.01 },
  { fault: 'kill', effect: true, most: 0.01 },
];

const drawnEvents: readonly Drawn<EventRule>[] = [
  { fault: 'lost', source: 'aws.ec2', most: 0.15 },
  { fault: 'lost', source: 'aws.autoscaling', most: 0.15 },
  { fault: 'lost', source: 'aws.health', most: 0.15 },
  { fault: 'duplicate', most: 0.1 },
  { fault: 'late', forMs: 30_000, most: 0.1 },
];
