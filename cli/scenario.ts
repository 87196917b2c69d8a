import type { Interruption } from '../shared/model/records.ts';
import type { AccountOptions, SimulatedAccount } from '../sim/account.ts';
import type { FaultPlan } from '../sim/faults/plan.ts';
import type { SlackWorkspace } from '../sim/slack/workspace.ts';
import type { Region } from '../sim/world/region.ts';
import type { LendingLog } from './failover/lending-log.ts';
import type { Installation } from './installation.ts';
import type { RebalanceLog } from './rebalance/watch.ts';
import type { Verdict } from './verdict.ts';

/** A story in a simulated account: how the account looks, what happens to it, and what spotkeeper promises there. */
export type Scenario = {
  readonly name: string;
  /** One sentence: what happens. */
  readonly title: string;
  /** How long it is played, virtual seconds from the account's start. The story begins at storySecondsOf. */
  readonly seconds: number;
  /** default REGION */
  readonly region?: string;
  /** twelve digits; default that of the simulated account */
  readonly accountId?: string;
  /** of its market when nobody says another; default 1 */
  readonly seed?: number;
  readonly settings?: Readonly<Record<string, string>>;
  /** the stack with the function failover; default without */
  readonly failover?: boolean;
  /** the stack with the function rebalance; default without */
  readonly rebalance?: boolean;
  /** the stack with the function report, and a Slack workspace for it; default without */
  readonly report?: boolean;
  /** how often the stack's schedule ticks, for a story of weeks; default every minute */
  readonly tickMinutes?: number;
  /** spotkeeper is meant to observe only: no drain is promised; default false */
  readonly observes?: boolean;
  readonly switches?: AccountOptions['switches'];
  /** what the Spot pools hold over time; default any number */
  readonly market?: AccountOptions['market'];
  /** what goes wrong with calls and events, and who acts by hand; default nothing and nobody */
  readonly faults?: FaultPlan;
  /** Builds the account as it stands before the story; what happens later is put on its clock. */
  build(region: Region, account: SimulatedAccount): void;
  /** What becomes of the Slack workspace, and of the secret that opens it; default a bot's token, and nothing. */
  slack?(workspace: SlackWorkspace, account: SimulatedAccount): void;
  /** What must hold in this story, beside what must hold in every one; judged only when spotkeeper runs. */
  readonly promises: readonly Promised[];
};

/** Looks at a scenario that was played. @returns one sentence for each way in which the promise was broken */
export type Promised = (played: Played) => readonly string[];

/** A scenario that was played to its end with spotkeeper installed. */
export type Played = {
  readonly scenario: Scenario;
  readonly account: SimulatedAccount;
  readonly region: Region;
  readonly installation: Installation;
  readonly verdict: Verdict;
  /** Target groups that a caller left without a healthy target while a task still served. */
  readonly emptiedGroups: readonly string[];
  /** Whom tasks were lent, and how many tasks each service had, over time. */
  readonly lending: LendingLog;
  /** What rebalance did to groups and instances. */
  readonly rebalance: RebalanceLog;
  /** The workspace that the function report speaks to; undefined: it is not in the stack. */
  readonly slack: SlackWorkspace | undefined;
  /** What spotkeeper's table says became of each interruption. */
  readonly interruptions: readonly Interruption[];
};

export const REGION = 'eu-west-1';

/** Where a scenario takes place. */
export const regionOf = ({ region }: Pick<Scenario, 'region'>): string => region ?? REGION;

/** When a story begins: the first tick has filled the map by then. */
export const STORY_AT_SECONDS = 70;

/** With failover: three ticks have made the standbys by then, and their first deployments are complete. */
export const AFTER_STANDBYS_SECONDS = 250;

/** When a scenario's story begins, virtual seconds from the account's start. */
export const storySecondsOf = ({ failover }: Pick<Scenario, 'failover'>): number =>
  failover ? AFTER_STANDBYS_SECONDS : STORY_AT_SECONDS;

/** As `at`, in a story that waits for the standbys. */
export function afterStandbys(account: SimulatedAccount, second: number, happen: () => void): void {
  account.clock.after((AFTER_STANDBYS_SECONDS + second) * 1000, happen);
}

/** Calls `happen` at the given virtual second of the story; for use while the account is built. */
export function at(account: SimulatedAccount, second: number, happen: () => void): void {
  account.clock.after((STORY_AT_SECONDS + second) * 1000, happen);
}
