import type { AccountOptions } from '../../sim/account.ts';
import { SimulatedAccount } from '../../sim/account.ts';
import type { EmittedEvent } from '../../sim/service.ts';
import type { RegionalService } from '../../sim/world/parts.ts';

export const regionName = 'eu-west-1';
export const zones = ['eu-west-1a', 'eu-west-1b', 'eu-west-1c'] as const;
export const pools = zones.map((zone) => ({ type: 'm6i.large', zone }));

/** An account with one region, its events collected, and operations called without the wire. */
export const smallAccount = (options: Partial<AccountOptions> = {}) => {
  const account = new SimulatedAccount({ seed: 1, regions: [regionName], ...options });
  const region = account.region(regionName);
  const events: (EmittedEvent & { readonly at: number })[] = [];
  account.onEvent((event) => events.push({ ...event, at: account.clock.now() }));
  const startMs = account.clock.now();
  return {
    account,
    region,
    events,
    /** seconds of virtual time since the account was made */
    seconds: () => (account.clock.now() - startMs) / 1_000,
    runTo: (second: number) => account.clock.run(startMs + second * 1_000),
    /** events of a detail-type so far */
    eventsOf: (detailType: string) => events.filter((event) => event['detail-type'] === detailType),
    // biome-ignore lint/suspicious/noExplicitAny: each test knows the shape of the answer it asks for
    call: (service: RegionalService, operation: string, input: object): any => {
      const run = region.parts.operations[service][operation];
      if (!run) throw new Error(`${service} has no ${operation}`);
      const { account: id, clock } = account;
      return run(input, { region: regionName, account: id, caller: 'a test', at: clock.now() });
    },
  };
};
