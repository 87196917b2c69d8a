import type { ClientConfig } from '../shared/aws/clients.ts';
import type { Fetch } from '../shared/aws/process.ts';
import type { Runtime } from '../shared/flow.ts';
import { instant } from '../shared/model/instant.ts';
import type { SimulatedAccount } from '../sim/account.ts';

/** Where there is no simulated workspace nothing leaves the process. */
const nowhere: Fetch = async () => {
  throw new TypeError('fetch failed', { cause: { code: 'ENOTFOUND' } });
};

/**
 * What a process of spotkeeper runs on in a simulated account: virtual time, keyed chance, calls in process, unsigned.
 * @param fetch how it speaks to a simulated Slack workspace; left out: there is none, and no host is found
 */
export function hostIn(
  account: SimulatedAccount,
  name: string,
  edge: Pick<Runtime, 'log' | 'measure'>,
  fetch: Fetch = nowhere,
): { readonly runtime: Runtime; readonly clientConfig: ClientConfig; readonly fetch: Fetch } {
  const { clock, endpoint, random } = account;
  let draws = 0;
  return {
    fetch,
    runtime: {
      now: () => instant(clock.now()),
      sleep: (ms) => clock.sleep(ms),
      random: () => {
        draws += 1;
        return random('jitter', name, draws);
      },
      ...edge,
      publish: () => {},
    },
    clientConfig: (region, timeoutMs) => ({
      requestHandler: endpoint.handler({ region, caller: name, timeoutMs }),
      credentials: { accessKeyId: 'simulated', secretAccessKey: 'simulated' },
      endpoint: 'http://simulated-account',
      signer: { sign: async (request) => request },
      disableClockSkewCorrection: true,
    }),
  };
}
