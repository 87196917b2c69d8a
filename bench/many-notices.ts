import type { Installation } from '../cli/installation.ts';
import type { Line } from '../cli/transcript.ts';
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
  if (installation) figures.push(...failures(installation, { from, agents }));
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

/** What did not end well in the run that began it, though a pass or a redelivery may have done it later. */
function failures(
  { deployment, transcript }: Installation,
  { from, agents }: { from: number; agents: boolean },
): readonly Figure[] {
  const runs = deployment.invocations.filter(({ startedAt }) => startedAt >= from);
  const batches = runs.filter(({ source }) => source.includes('Notice')).map(({ records }) => records);
  const broken = runs.filter(({ killed, error }) => killed || error !== undefined).length;
  const lines = transcript.lines.filter(({ at, level }) => at >= from && level === 'error');
  const note = `batches of ${batches.join(', ')}`;
  return [
    {
      what: 'calls given up for throttling',
      value: lines.filter(isGivenUp).length,
      unit: '',
      goal: { atMost: 0 },
      ...(agents && { note: 'each agent calls once a second until its own call is accepted: the bucket stays empty' }),
    },
    { what: 'runs that timed out or threw', value: broken, unit: '', goal: { atMost: 0 }, note },
  ];
}

const isGivenUp = ({ fields }: Line): boolean => /Throttling|RequestLimitExceeded/.test(String(fields.error));

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
