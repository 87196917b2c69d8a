import type { SimulatedAccount } from '../../sim/account.ts';
import type { DynamoDb } from '../../sim/dynamodb/service.ts';
import type { Faults } from '../../sim/faults/faults.ts';
import type { HappenedFault } from '../../sim/faults/happened.ts';
import type { Region } from '../../sim/world/region.ts';
import type { Installation } from '../installation.ts';
import type { Excuses } from './excuses.ts';
import type { Hands } from './hands.ts';
import type { Phases } from './phases.ts';

/** One seed while it is played, as the checkers see it. */
export type Seed = {
  readonly seed: number;
  readonly account: SimulatedAccount;
  readonly region: Region;
  readonly dynamodb: DynamoDb;
  readonly installation: Installation;
  readonly faults: Faults;
  readonly excuses: Excuses;
  readonly hands: Hands;
  readonly settings: Readonly<Record<string, string>>;
  /** Is the stack installed with failover? */
  readonly failover: boolean;
  /** Are rebalance and report in it, and a Slack workspace? */
  readonly rebalance: boolean;
  readonly phases: Phases;
  /** What a person did by hand, and what came of it; it grows. */
  readonly byHand: readonly HappenedFault[];
  /** virtual epoch milliseconds */
  readonly startMs: number;
  /** Says that a promise was broken, now. */
  violated(sentence: string): void;
};

export const isOurs = (caller: unknown): boolean => String(caller).startsWith('spotkeeper');

export const observes = ({ settings }: Seed): boolean => settings.SPOTKEEPER_MODE === 'observe';
