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
  /** How the world outside of AWS is spoken to; left out: the runtime's own. */
  readonly fetch?: Fetch | undefined;
};

/** The part of `fetch` that Slack needs. */
export type Fetch = (
  url: string,
  init: {
    readonly method: 'POST';
    readonly headers: Readonly<Record<string, string>>;
    readonly body: string;
    readonly signal?: AbortSignal;
  },
) => Promise<{
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  text(): Promise<string>;
}>;

export type MakePorts<R, A extends ActionName> = (process: Process) => Ports<R, A>;
