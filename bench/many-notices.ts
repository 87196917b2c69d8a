import { quantile } from '../cli/verdict.ts';
import type { LoggedCall } from '../sim/calls.ts';
import type { Benchmark, Figure } from './figure.ts';
import { installSpotkeeper, inTurns, type Market, openMarket } from './market.ts';

export type ManyOptions = {
  readonly name: string;
  readonly notices: number;
  readonly clusters: number;
  /** All DRAINING so many virtual seconds after the first notice. */
  readonly goalSeconds: number;
};

/** All notices come evenly spread over one second. */
const WITHIN_MS = 1_000;
/** Long enough for the ticks to sweep 20 clusters of 250 instances: a tick makes 75 calls. */
const WARM_MINUTES = 5;
/** A notice's two minutes, and the last notice's second. */
const WATCHED_MS = 121_000;

/**
 * Notices over many clusters within one second, through the queues of the packaged template (two workers), real token
 * buckets and calls of 50 ms: when is everything DRAINING? Then with every instance's agent draining it as well, and
 * for comparison with the agents alone.
 */
export function manyNotices(options: ManyOptions): Benchmark {
  const { name, notices, clusters } = options;
  return {
    name,
    title: `${notices} notices over ${clusters} clusters within one second`,
    async measure() {
      return [
        ...(await storm(options, { who: 'spotkeeper', spotkeeper: true, agents: false })),
        ...(await storm(options, { who: 'both', spotkeeper: true, agents: true })),
        ...(await storm(options, { who: 'agents alone', spotkeeper: false, agents: true })),
      ];
    },
  };
}

type Drainers = { readonly who: string; readonly spotkeeper: boolean; readonly agents: boolean };

async function storm(options: ManyOptions, drainers: Drainers): Promise<readonly Figure[]> {
  const { notices, clusters } = options;
  const { who, spotkeeper, agents } = drainers;
  const size = Math.ceil(notices / clusters);
  const market = openMarket({ clusters: Array.from({ length: clusters }, () => size), agentDrains: agents });
  const { account, region } = market;
  const installation = spotkeeper ? await installSpotkeeper(market, { minutes: WARM_MINUTES }) : undefined;
  const from = account.clock.now();
  for (const [index, { id }] of inTurns(market).slice(0, notices).entries()) {
    account.clock.after((index * WITHIN_MS) / notices, () => region.interrupt(id));
  }
  await account.clock.run(from + WATCHED_MS);
  const calls = account.endpoint.calls.entries.filter(({ at }) => at >= from);
  const goal = agents ? {} : { goal: { atMost: options.goalSeconds } };
  const figures: Figure[] = [
    ...drained(market, from).map((figure) => ({ ...figure, ...(figure.what === LAST ? goal : {}) })),
    ...(spotkeeper ? ownCalls(calls.filter(isOurs)) : []),
    ...(agents ? agentCalls(calls.filter(({ caller }) => caller.startsWith('agent'))) : []),
  ];
  if (installation) {
    const batches = installation.deployment.invocations.filter(
      ({ source, startedAt }) => startedAt >= from && source.includes('Notice'),
    );
    const errors = installation.transcript.lines.filter(({ at, level }) => at >= from && level === 'error');
    const lost = batches.filter(({ killed, failed }) => killed || failed > 0).length + errors.length;
    const note = `batches of ${batches.map(({ records }) => records).join(', ')}`;
    figures.push({ what: 'batches or actions that failed', value: lost, unit: '', goal: { atMost: 0 }, note });
  }
  return figures.map((figure) => ({ ...figure, what: `${who}: ${figure.what}` }));
}

const LAST = 'first notice to last DRAINING';

function drained({ account }: Market, from: number): readonly Figure[] {
  const interrupted = [...account.tally().interrupted.values()];
  const seconds = interrupted
    .flatMap(({ drainingAt }) => (drainingAt === undefined ? [] : [(drainingAt - from) / 1000]))
    .sort((a, b) => a - b);
  const never = interrupted.length - seconds.length;
  return [
    { what: 'first notice to half of them DRAINING', value: quantile(seconds, 0.5), unit: 's' },
    { what: LAST, value: never > 0 ? Number.POSITIVE_INFINITY : quantile(seconds, 1), unit: 's' },
    { what: 'not DRAINING when EC2 took them', value: never, unit: '' },
  ];
}

const isOurs = ({ caller }: LoggedCall): boolean => caller.startsWith('spotkeeper');
const isDrain = ({ operation }: LoggedCall): boolean => operation === 'UpdateContainerInstancesState';
const isThrottled = ({ outcome }: LoggedCall): boolean => /Throttling|RequestLimitExceeded/.test(outcome);

const ownCalls = (calls: readonly LoggedCall[]): readonly Figure[] => [
  { what: 'drain calls accepted', value: calls.filter((call) => isDrain(call) && !isThrottled(call)).length, unit: '' },
  { what: 'calls throttled, then repeated', value: calls.filter(isThrottled).length, unit: '' },
];

const agentCalls = (calls: readonly LoggedCall[]): readonly Figure[] => [
  { what: 'calls of the agents', value: calls.length, unit: '' },
  { what: 'of them throttled', value: calls.filter(isThrottled).length, unit: '' },
];
