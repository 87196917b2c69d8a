import type { Ports, Runtime } from '../flow.ts';
import type { ActionName } from '../plan/action.ts';
import type { Policy } from '../policy.ts';
import type { ClientConfig } from './clients.ts';

export type Env = Readonly<Record<string, string | undefined>>;

/** What a process is given to make its ports from. `clientConfig` replaces the network in the simulated account. */
export type Process = {
  readonly env: Env;
  readonly policy: Policy;
  readonly runtime: Runtime;
  readonly clientConfig: ClientConfig | undefined;
};

export type MakePorts<R, A extends ActionName> = (process: Process) => Ports<R, A>;
