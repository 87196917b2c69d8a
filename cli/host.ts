import type { ClientConfig } from '../shared/aws/clients.ts';
import type { Runtime } from '../shared/flow.ts';
import { instant } from '../shared/model/instant.ts';
import type { SimulatedAccount } from '../sim/account.ts';

/** What a process of spotkeeper runs on in a simulated account: virtual time, keyed chance, calls in process, unsigned. */
export function hostIn(
  account: SimulatedAccount,
  name: string,
  edge: Pick<Runtime, 'log' | 'measure'>,
): { readonly runtime: Runtime; readonly clientConfig: ClientConfig } {
  const { clock, endpoint, random } = account;
  let draws = 0;
  return {
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
