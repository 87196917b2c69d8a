import type { Pool } from './fleet.ts';
import type { Instant } from './instant.ts';
import type { Told } from './lending.ts';
import type { Demand } from './offerings.ts';

/** What the function rebalance remembers in spotkeeper's table. */

/** How much a pool is to be believed: it was interrupted, or failed to launch. */
export type Standing = {
  readonly is: 'standing';
  readonly region: string;
  readonly pool: Pool;
  /** How often it failed us, old ones counting less, as of `lastAt`. */
  readonly strikes: number;
  readonly lastAt: Instant;
  /** Left out until then. */
  readonly outUntil: Instant;
  readonly expiresAt: Instant;
};

/** EC2 recommended to move off this instance. There is no deadline. */
export type Advice = {
  readonly is: 'advice';
  readonly region: string;
  readonly instanceId: string;
  readonly at: Instant;
  readonly expiresAt: Instant;
};

/** What a group may run: what it ran before us, what we chose, and when it was last looked at. */
export type Choice = {
  readonly is: 'choice';
  readonly region: string;
  readonly group: string;
  /** The user's own types in their order, as first seen or as the user last set them. */
  readonly own: readonly string[];
  /** What we set last, in order; none: nothing yet. */
  readonly types: readonly string[];
  /** What we left out of them for a time, because its pools failed or carry too much. */
  readonly away: readonly string[];
  /** What it had when we set them. */
  readonly from: readonly string[];
  /** It was seen to have them. Until then the call is repeated; after it, another list is somebody else's doing. */
  readonly confirmed: boolean;
  readonly changedAt: Instant | undefined;
  readonly reason: string;
  /** A list of ours that somebody set back, joined by spaces: it is not set again. */
  readonly undone: string | undefined;
  readonly reviewedAt: Instant;
  /** As of the last review. */
  readonly demand: Demand | undefined;
  /** What was told of the group, so that it is told once. */
  readonly told: Told;
  /** What the last review found wrong with it, a sentence each, for the reports. */
  readonly findings?: readonly string[];
  readonly version: number;
  readonly by: string;
  readonly expiresAt: Instant;
};

export type Why = 'recommended' | 'crowded' | 'on-demand';

/** `group`: Capacity Rebalancing launches the successor. `launch`: LaunchInstances does. `detach`: the group does. */
export type Way = 'group' | 'launch' | 'detach';

/** An instance that is to be replaced, until it is gone. */
export type OpenReplacement = {
  readonly instanceId: string;
  readonly pool: Pool;
  readonly why: Why;
  readonly way: Way;
  readonly begunAt: Instant;
  /** The instance that takes its place, once it is in service and registered. */
  readonly successor: string | undefined;
  /** When the instance was set DRAINING. */
  readonly drainedAt: Instant | undefined;
  /** When it was ended by us, rather than by itself. */
  readonly endedAt?: Instant | undefined;
  /** It went by itself: from what the desired capacity is lowered by one. Written before the call, until it is seen. */
  readonly loweringFrom?: number | undefined;
};

/** Replacements that would bring nothing better: `of` is `on-demand`, or an instance. */
export type Vain = { readonly of: string; readonly until: Instant };

/** The replacements under way in a group: of two passes one wins. */
export type Replacing = {
  readonly is: 'replacing';
  readonly region: string;
  readonly group: string;
  readonly cluster: string;
  readonly open: readonly OpenReplacement[];
  /** While any of them is launched for: the desired capacity without those launches. Only what is above it is lowered. */
  readonly desiredBefore?: number | undefined;
  /** When the last one began; 0: none did, something was only told. */
  readonly lastAt: Instant;
  /** After a call that came to nothing: none begins before. */
  readonly retryAt?: Instant | undefined;
  /** What is not begun for a while, as the last such successor was no better. */
  readonly vain?: readonly Vain[] | undefined;
  /** What was told of the group's instances, so that it is told once. */
  readonly told?: Told | undefined;
  readonly version: number;
  readonly by: string;
  readonly expiresAt: Instant;
};

/** What came of a call that changes the desired capacity of a group, as its answer told: written after it, if we live. */
export type Answer = {
  readonly is: 'answer';
  readonly region: string;
  readonly group: string;
  /** The token of the action. */
  readonly call: string;
  /** What was launched: none by a launch in vain, or by a call that lowers. */
  readonly instances: readonly string[];
  readonly expiresAt: Instant;
};

/** Spot placement scores of one configuration: AWS allows only a few new ones a day, known ones may be repeated. */
export type Scores = {
  readonly is: 'scores';
  readonly region: string;
  /** A name for types and target capacity; hundreds of types do not fit into a key. */
  readonly configuration: string;
  /** 1 to 10, by zone name */
  readonly byZone: Readonly<Record<string, number>>;
  readonly askedAt: Instant;
  readonly expiresAt: Instant;
};

export type RebalanceRecord = Standing | Advice | Choice | Replacing | Answer | Scores;
