import { lentTooMuch } from '../cli/failover/checkers.ts';
import { healthyIn, spans } from '../cli/failover/figures.ts';
import { type LendingLog, type LendingSample, sumOf } from '../cli/failover/lending-log.ts';
import type { Drill } from '../cli/run-drill.ts';
import type { LoggedCall } from '../sim/calls.ts';
import type { Figure } from './figure.ts';

const NEVER = Number.POSITIVE_INFINITY;

/** A drill of failover, counted from its first notice. */
export type Counted = Pick<Drill, 'account' | 'installation' | 'lending' | 'verdict'> & {
  /** virtual epoch milliseconds */
  readonly noticeAt: number;
};

/** @throws Error when EC2 gave no notice at all */
export function countedFrom(drill: Drill): Counted {
  const notices = [...drill.account.tally().interrupted.values()].flatMap(({ noticedAt }) => noticedAt ?? []);
  if (notices.length === 0) throw new Error(`no instance of ${drill.scenario.name} got a notice`);
  return { ...drill, noticeAt: Math.min(...notices) };
}

/** What spotkeeper changed since the first notice: calls of UpdateService that ECS accepted, oldest first. */
export const updatesOf = ({ account, noticeAt }: Counted): readonly LoggedCall[] =>
  account.endpoint.calls.entries.filter(
    ({ at, caller, operation, outcome }) =>
      at >= noticeAt && operation === 'UpdateService' && outcome === 'ok' && caller.startsWith('spotkeeper'),
  );

/** Seconds from the first notice to an instant; Infinity: it never came. */
export const secondsTo = ({ noticeAt }: Counted, at: number | undefined): number =>
  at === undefined || at === NEVER ? NEVER : (at - noticeAt) / 1000;

/** When the last service had all of its tasks healthy on lent capacity; Infinity: some service never had. */
export const allServedAt = ({ lending, noticeAt }: Counted, wanted: (sample: LendingSample) => number): number =>
  Math.max(
    ...[...lending.values()].map(
      ({ samples }) =>
        samples.find((sample) => sample.at >= noticeAt && sumOf(sample.lentHealthy) >= wanted(sample))?.at ?? NEVER,
    ),
  );

/** What each service had at an instant: its last sample before. */
export const samplesAt = (lending: LendingLog, at: number) =>
  [...lending.values()].flatMap(({ main, samples }) => {
    const sample = samples.findLast((one) => one.at <= at);
    return sample ? [{ main, sample }] : [];
  });

/** The longest time, in seconds, for which a service was below its desired count without a break, over all services. */
export function longestBelow({ lending, account, noticeAt }: Counted): number {
  let longest = 0;
  for (const { samples } of lending.values()) {
    let since: number | undefined;
    for (const { sample, until } of spans(samples, account.clock.now())) {
      if (until <= noticeAt || healthyIn(sample) >= sample.desired) since = undefined;
      else {
        since ??= Math.max(sample.at, noticeAt);
        longest = Math.max(longest, until - since);
      }
    }
  }
  return longest / 1000;
}

/** Healthy tasks under ceil(desired x minimum / 100) at the worst instant, over all services; lent ones count. */
export const underMinimum = ({ lending, account, noticeAt }: Counted): number =>
  Math.max(
    0,
    ...[...lending.values()].flatMap(({ main, samples }) =>
      spans(samples, account.clock.now())
        .filter(({ until, sample }) => until > noticeAt && until > sample.at)
        .map(({ sample }) => Math.ceil((sample.desired * main.minimumHealthyPercent) / 100) - healthyIn(sample)),
    ),
  );

/** What no failover may come to: lent tasks beyond what is missing, calls beyond the account's buckets. */
export function limitsKept(who: string, { lending, verdict }: Counted): readonly Figure[] {
  const over = lentTooMuch(lending);
  const none = { unit: '', goal: { atMost: 0 } };
  return [
    {
      what: `${who}: lent beyond what is missing and one`,
      value: over.length,
      ...none,
      ...(over.length > 0 && { note: over.slice(0, 3).join('; ') }),
    },
    { what: `${who}: calls throttled, then repeated`, value: verdict.throttled, ...none },
  ];
}
