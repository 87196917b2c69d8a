import type { Installation } from '../cli/installation.ts';
import type { LoggedCall } from '../sim/calls.ts';
import type { Benchmark, Figure } from './figure.ts';
import { installSpotkeeper, inTurns, type Market, notDraining, openMarket } from './market.ts';

export type ManyOptions = {
  readonly name: string;
  readonly notices: number;
  readonly clusters: number;
  /** All DRAINING so many virtual seconds after the first notice. */
  readonly goalSeconds: number;
};

/** All notices come evenly spread over one second. */
const WITHIN_MS = 1_000;
/** Long enough for the ticks to sweep 20 clusters of 250 instances (75 calls a tick). */
const WARM_MINUTES = 5;
const WATCHED_MS = 60_000;

/**
 * Notices over many clusters within one second, through the queues of the packaged template (two workers), real token
 * buckets and calls of 50 ms: when is everything DRAINING? Once alone, once with every instance's agent at it, too.
 */
export function manyNotices(options: ManyOptions): Benchmark {
  const { name, notices, clusters } = options;
  return {
    name,
    title: `${notices} notices over ${clusters} clusters within one second`,
    async measure() {
      return [...(await storm(options, { agentDrains: false })), ...(await storm(options, { agentDrains: true }))];
    },
  };
}

async function storm(options: ManyOptions, { agentDrains }: { agentDrains: boolean }): Promise<readonly Figure[]> {
  const { notices, clusters, goalSeconds } = options;
  const size = Math.ceil(notices / clusters);
  const market = openMarket({ clusters: Array.from({ length: clusters }, () => size), agentDrains });
  const installation = await installSpotkeeper(market, { minutes: WARM_MINUTES });
  const { account, region } = market;
  const doomed = inTurns(market).slice(0, notices);
  const from = account.clock.now();
  for (const [index, { id }] of doomed.entries()) {
    account.clock.after((index * WITHIN_MS) / notices, () => region.interrupt(id));
  }
  await account.clock.run(from + WATCHED_MS);
  const left = notDraining(market, doomed).length;
  const seconds = (lastDraining(market) - from) / 1000;
  const calls = account.endpoint.calls.entries.filter(({ at }) => at >= from);
  const alone = agentDrains ? 'agents drain, too: ' : '';
  return [
    {
      what: `${alone}first notice to last DRAINING`,
      value: left === 0 ? seconds : Number.POSITIVE_INFINITY,
      unit: 's',
      goal: { atMost: goalSeconds },
      note: `${batches(installation, from)}; ${perSecond(calls, from)}`,
    },
    ...counts(calls, alone),
    {
      what: `${alone}failures that a batch had to repeat or lost`,
      value: failures(installation, from),
      unit: 'actions',
      goal: { atMost: 0 },
    },
  ];
}

function lastDraining({ account }: Market): number {
  return Math.max(...[...account.tally().interrupted.values()].map(({ drainingAt }) => drainingAt ?? 0));
}

const isThrottled = ({ outcome }: LoggedCall): boolean => /Throttling|RequestLimitExceeded/.test(outcome);
const isOurs = ({ caller }: LoggedCall): boolean => caller.startsWith('spotkeeper');
const isDrain = ({ operation }: LoggedCall): boolean => operation === 'UpdateContainerInstancesState';

function counts(calls: readonly LoggedCall[], alone: string): readonly Figure[] {
  const ours = calls.filter(isOurs);
  const agents = calls.filter((call) => !isOurs(call));
  return [
    { what: `${alone}drain calls of spotkeeper`, value: ours.filter(isDrain).length, unit: 'calls' },
    {
      what: `${alone}of all its calls throttled, then repeated`,
      value: ours.filter(isThrottled).length,
      unit: 'calls',
    },
    ...(alone
      ? [
          { what: `${alone}calls of the agents`, value: agents.length, unit: 'calls' },
          { what: `${alone}of them throttled`, value: agents.filter(isThrottled).length, unit: 'calls' },
        ]
      : []),
  ];
}

/** Actions and phases that failed for good in their run, as the functions logged them. */
const failures = ({ transcript }: Installation, from: number): number =>
  transcript.lines.filter(({ at, level }) => at >= from && level === 'error').length;

function batches({ deployment }: Installation, from: number): string {
  const sizes = deployment.invocations
    .filter(({ source, startedAt }) => startedAt >= from && source.includes('Notice'))
    .map(({ records }) => records);
  return `batches of ${sizes.join(', ')}`;
}

/** How many drains the account took in each second since the first notice. */
export function perSecond(calls: readonly LoggedCall[], from: number): string {
  const drains = calls.filter((call) => isDrain(call) && !isThrottled(call));
  const seconds = Map.groupBy(drains, ({ at }) => Math.floor((at - from) / 1000));
  const last = Math.max(-1, ...seconds.keys());
  const numbers = Array.from({ length: last + 1 }, (_, second) => seconds.get(second)?.length ?? 0);
  return `drain calls accepted in each second: ${numbers.join(' ')}`;
}
