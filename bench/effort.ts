import { stopwatch } from '../cli/stopwatch.ts';
import type { SimulatedAccount } from '../sim/account.ts';
import type { Figure } from './figure.ts';

/** What a piece of simulated time cost the machine. */
export type Effort = {
  /** seconds of wall time */
  readonly seconds: number;
  /** EventBridge events that the account sent meanwhile */
  readonly events: number;
  /** API calls that it answered meanwhile, agents' included */
  readonly calls: number;
  /** the most memory that this process has held so far, MiB */
  readonly peakMiB: number;
};

/** Does `work`, during which virtual time passes in an account, and measures what it took. */
export async function effortOf(account: SimulatedAccount, work: () => Promise<unknown>): Promise<Effort> {
  let events = 0;
  account.onEvent(() => {
    events += 1;
  });
  const before = account.endpoint.calls.count();
  const seconds = stopwatch();
  await work();
  return {
    seconds: seconds(),
    events,
    calls: account.endpoint.calls.count() - before,
    peakMiB: process.resourceUsage().maxRSS / 1024,
  };
}

/** What a simulated piece of time is judged by, beside what it cost. */
export type Outcome = {
  readonly interrupted: number;
  readonly undrained: number;
  /** wall seconds that are the goal */
  readonly goalSeconds: number;
};

const GOAL_MEBIBYTES = 1_024;

/** The figures of a benchmark of the simulator's speed. */
export const effortFigures = (
  { seconds, events, calls, peakMiB }: Effort,
  { interrupted, undrained, goalSeconds }: Outcome,
): readonly Figure[] => [
  { what: 'wall time', value: seconds, unit: 's wall', goal: { atMost: goalSeconds } },
  { what: 'instances that EC2 took back', value: interrupted, unit: '' },
  { what: 'of them not DRAINING before', value: undrained, unit: '', goal: { atMost: 0 } },
  { what: 'simulated events', value: events, unit: '' },
  { what: 'simulated events per second of wall time', value: Math.round(events / seconds), unit: '' },
  { what: 'calls answered', value: calls, unit: '' },
  { what: 'calls answered per second of wall time', value: Math.round(calls / seconds), unit: '' },
  { what: 'peak memory of the process', value: Math.round(peakMiB), unit: 'MiB', goal: { atMost: GOAL_MEBIBYTES } },
];
