import { stopwatch } from '../cli/stopwatch.ts';
import type { SimulatedAccount } from '../sim/account.ts';

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
