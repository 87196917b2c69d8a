import { keyedRandom } from '../random.ts';
import type { CallRule, EventRule, FaultPlan } from './plan.ts';

/**
 * Draws a fault plan from a seed: about half of the faults are absent, the others strike at a rate up to their most.
 * It stays inside what AWS promises: only best-effort events are lost, ECS and scheduled events may come twice.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-service-event.html
 * @param untilMs the faults end so many milliseconds after the account's start, for a calm phase
 * @param caller whose calls fail: a caller's name, or the beginning of one followed by `*`
 */
export const drawPlan = (seed: number, { untilMs, caller }: DrawOptions): FaultPlan => {
  const random = keyedRandom(seed);
  const rate = (name: string, most: number) => (random('present', name) < 0.5 ? 0 : most * random('rate', name));
  const calls = drawnCalls.map(({ most, ...rule }) => ({
    ...rule,
    caller,
    toMs: untilMs,
    rate: rate(`${rule.fault} ${rule.effect ?? false}`, most),
  }));
  const events = drawnEvents.map(({ most, ...rule }) => ({
    ...rule,
    toMs: untilMs,
    rate: rate(`${rule.fault} ${rule.source ?? ''}`, most),
  }));
  return { calls: calls.filter((rule) => rule.rate > 0), events: events.filter((rule) => rule.rate > 0) };
};

export type DrawOptions = { readonly untilMs: number; readonly caller: string };

type Drawn<R> = R & { readonly most: number };

const drawnCalls: readonly Drawn<CallRule>[] = [
  { fault: 'throttling', most: 0.1 },
  { fault: 'internal-error', most: 0.05 },
  { fault: 'internal-error', effect: true, most: 0.03 },
  { fault: 'unavailable', most: 0.05 },
  { fault: 'silence', most: 0.01 },
  { fault: 'silence', effect: true, most: 0.01 },
  { fault: 'slow', forMs: 2_000, most: 0.05 },
  { fault: 'stale', forMs: 5_000, most: 0.2 },
  { fault: 'kill', most: 0.005 },
  { fault: 'kill', effect: true, most: 0.005 },
];

const drawnEvents: readonly Drawn<EventRule>[] = [
  { fault: 'lost', source: 'aws.ec2', most: 0.1 },
  { fault: 'lost', source: 'aws.autoscaling', most: 0.1 },
  { fault: 'lost', source: 'aws.health', most: 0.1 },
  { fault: 'duplicate', most: 0.1 },
  { fault: 'late', most: 0.1 },
];
