import { type Instant, instant } from '../../shared/model/instant.ts';
import type { Assumptions, Kind } from './assumptions.ts';
import { type Count, Fleet } from './fleet.ts';
import { type Market, turningPoints } from './market.ts';

/** What a policy may know: counts without those that have a notice, which it takes for lost. */
export type Seen = {
  readonly now: Instant;
  /** how many tasks shall run */
  readonly target: number;
  readonly spot: Count;
  readonly onDemand: Count;
};

export type Wanted = {
  readonly onDemand: number;
  readonly fargate: number;
  /** to be asked again then, though nothing happens */
  readonly askAt?: number;
};

export type Policy = {
  /** Spot Instances that shall run: EC2 launches them as soon as it has them */
  readonly spot: (target: number) => number;
  /** @returns what decides after every change of a replay; it may remember */
  readonly begin: () => (seen: Seen) => Wanted;
};

export type Outcome = {
  /** share of time, 0 to 1, with all tasks running; the first ten minutes do not count */
  readonly availability: number;
  /** of `target` On-Demand instances over the whole time */
  readonly cost: number;
  readonly launched: Readonly<Record<Kind, number>>;
  /** Spot Instances that got a notice */
  readonly interrupted: number;
};

/** The first instances boot meanwhile. */
export const LEFT_OUT_MS = 600_000;

export type ReplayOptions = { readonly policy: Policy; readonly assumptions: Assumptions };

/**
 * One service of the market's `target` tasks, one on each instance, from nothing to the end of the market. It goes from event to
 * event (capacity, notice, start, end, what the policy waits for), so it is exact to the millisecond.
 * EC2 grants Spot at once when a pool has room for the next two minutes, and takes the oldest instance of a pool first.
 */
export function replay(market: Market, { policy, assumptions }: ReplayOptions): Outcome {
  const { pools, lengthMs, target } = market;
  const fleet = new Fleet(pools, assumptions);
  const decide = policy.begin();
  const turns = turningPoints(market, assumptions.noticeMs);
  let completeMs = 0;
  let turn = 0;
  for (let now = 0; now < lengthMs; ) {
    fleet.reclaim(now);
    fleet.fillSpot(policy.spot(target), now);
    const [spot, onDemand] = [fleet.count('spot', now), fleet.count('on-demand', now)];
    const wanted = decide({ now: instant(now), target, spot, onDemand });
    fleet.set('on-demand', wanted.onDemand, now);
    fleet.set('fargate', wanted.fargate, now);
    while ((turns[turn] ?? lengthMs) <= now && turn < turns.length) turn += 1;
    const askAt = wanted.askAt !== undefined && wanted.askAt > now ? wanted.askAt : lengthMs;
    const next = Math.min(lengthMs, turns[turn] ?? lengthMs, askAt, fleet.nextChange(now));
    if (fleet.running(now) >= target) completeMs += Math.max(0, next - Math.max(now, LEFT_OUT_MS));
    now = next;
  }
  fleet.close(lengthMs);
  return {
    availability: completeMs / Math.max(1, lengthMs - LEFT_OUT_MS),
    cost: fleet.paid / (target * lengthMs),
    launched: fleet.launched,
    interrupted: fleet.interrupted,
  };
}
