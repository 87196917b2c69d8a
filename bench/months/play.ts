import { type Policy, policyFromEnv } from '../../shared/policy.ts';
import { SimulatedAccount } from '../../sim/account.ts';
import type { CapacityOf } from '../../sim/market/market.ts';
import type { KeyedRandom } from '../../sim/random.ts';
import { openGroup, type SpotStrategy } from './account-groups.ts';
import { type MonthGroup, monthGroups } from './groups.ts';
import { Keeper } from './keeper.ts';
import { Ledger, type Month } from './ledger.ts';

export type MonthPolicy = {
  readonly name: string;
  readonly strategy: SpotStrategy;
  readonly keeper?: Policy;
};

export type Played = { readonly groups: readonly Month[]; readonly changes: number; readonly replaced: number };

export const REGION = 'eu-west-1';
const DAY_MS = 86_400_000;

export type MonthOptions = {
  readonly seed: number;
  readonly market: (random: KeyedRandom) => CapacityOf;
  readonly groups?: readonly MonthGroup[];
  readonly days?: number;
};

/** One month of one policy. The first day is not counted: groups find their places in it. */
export async function playMonth(
  policy: MonthPolicy,
  { seed, market, groups = monthGroups, days = 30 }: MonthOptions,
): Promise<Played> {
  const account = new SimulatedAccount({ seed, regions: [REGION], market });
  const region = account.region(REGION);
  const { clock } = account;
  const opened = groups.map((one) => ({ group: openGroup(region, one, policy.strategy), own: one.own }));
  const ledger = new Ledger(region, () => clock.now());
  const keeper = policy.keeper && new Keeper(clock, region, policy.keeper, opened);
  const from = clock.now() + DAY_MS;
  await clock.run(from + days * DAY_MS);
  const since = (instants: readonly number[] = []) => instants.filter((at) => at >= from).length;
  return {
    groups: groups.map((group) => ledger.month(group, from)),
    changes: since(keeper?.changes),
    replaced: since(keeper?.replaced),
  };
}
export const defaultPolicy = policyFromEnv({});
