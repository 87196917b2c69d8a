import type { AccountOptions, SimulatedAccount } from '../sim/account.ts';
import type { Region } from '../sim/world/region.ts';
import type { Verdict } from './verdict.ts';

export const REGION = 'eu-west-1';

/** A story in a simulated account: how the account looks, what happens to it, and what must not happen. */
export type Scenario = {
  readonly name: string;
  /** One sentence: what happens. */
  readonly title: string;
  /** How long it runs from its start, virtual seconds. The story begins at STORY_AT_SECONDS. */
  readonly seconds: number;
  readonly settings?: Readonly<Record<string, string>>;
  readonly switches?: AccountOptions['switches'];
  /** Builds the account as it stands before the story; what happens later is put on its clock. */
  build(region: Region, account: SimulatedAccount): void;
  /** What spotkeeper promised and did not keep, one sentence each; judged only when it runs. */
  violations(verdict: Verdict): readonly string[];
};

/** When a story begins: the first tick has filled the map by then. */
export const STORY_AT_SECONDS = 70;

/** Calls `happen` at the given virtual second of the story; for use while the account is built. */
export function at(account: SimulatedAccount, second: number, happen: () => void): void {
  account.clock.after((STORY_AT_SECONDS + second) * 1000, happen);
}
