import type { SimulatedAccount } from '../sim/account.ts';
import { hostIn } from './host.ts';
import type { Operator } from './operator.ts';

const STEP_MS = 100;

/** Does what a person would do in a simulated account, whose time goes on meanwhile. */
export async function meanwhile<T>(account: SimulatedAccount, act: (person: Operator) => Promise<T>): Promise<T> {
  const { clock } = account;
  const log = { info: () => {}, warn: () => {}, error: () => {} };
  const { runtime, clientConfig } = hostIn(account, 'a person', { log, measure: () => {} });
  const done = clock.track(act({ runtime, clientConfig }));
  const state = { settled: false };
  const settle = () => {
    state.settled = true;
  };
  done.then(settle, settle);
  while (!state.settled) await clock.run(clock.now() + STEP_MS);
  return done;
}
