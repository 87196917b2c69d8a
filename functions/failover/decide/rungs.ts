import { type Instant, later } from '../../../shared/model/instant.ts';
import type { RungState, ServiceDetail, StandbyRung } from '../../../shared/model/lending.ts';

/** One rung of a service now: what its standby has, and what we wanted of it. */
export type RungNow = {
  readonly rung: StandbyRung;
  readonly standby: ServiceDetail;
  /**
   * The desired count that it has; in observe mode at least the one that we would have given it. A raise that is under
   * way counts as carried out. A count that differs from an older one may have been read too early: until that is clear the
   * higher one counts.
   */
  readonly lent: number;
  readonly running: number;
  /** Running, and starting: what Fargate has taken on. */
  readonly taken: number;
  readonly state: RungState;
  /** It differs from our wish: it is left as it is. */
  readonly left: boolean;
  /** It has differed for so long that somebody else must have set it. */
  readonly byHand: boolean;
  /** It was asked and Fargate did not take its tasks on in time, or said no. */
  readonly dry: boolean;
};

/** A count that differs for so long was not read too early: somebody else set it. */
const BY_HAND_MS = 60_000;
/** Pacing holds calls back, of a hundred services for up to 30 s: no longer than this, so that a lost one is made up for. */
export const UNDER_WAY_MS = 20_000;
/** Events bear whole seconds: one of this second may be younger than a wish of this second. */
const EVENT_MS = 1_000;
/** A rung that is dry is not asked for more before this; ECS itself goes on trying for what it was asked for. */
const DRY_MS = 180_000;
/** Tasks that have been starting for so many times as long as a rung has count as not brought up. */
const STARTING_TIMES = 10;

export type Refusal = { readonly at: Instant; readonly text: string };

/** A rung as it stands: is our wish carried out, did somebody else change it, did it bring its tasks up in time? */
export function rungNow(
  { rung, standby, state }: { rung: StandbyRung; standby: ServiceDetail; state: RungState | undefined },
  { now, observes, rungSeconds, refused, failed, undone }: Look,
): RungNow {
  const { desired, running, pending } = standby;
  // A standby with tasks that no record tells of: the record has expired, and what it has is ours.
  const known: RungState = state ?? { ...nothing, want: desired, setAt: now, confirmed: true };
  // Who only observes assumes that its wishes came true; what act mode left behind is there all the same.
  const has = observes ? Math.max(known.want, desired) : desired;
  const seen = confirmed({ ...known, odd: oddOf(known, has, { now, undone }) }, has, { running, now });
  // Tasks that start are on their way, unless Fargate refused some, or they never get there.
  const told = refused !== undefined && later(refused.at, EVENT_MS) > seen.setAt && seen.want > running;
  const isOld = now >= later(seen.setAt, STARTING_TIMES * rungSeconds * 1000);
  const isStarting = !told && !isOld;
  const taken = isStarting ? running + pending : running;
  const late = !observes && seen.want > taken && now >= later(seen.setAt, rungSeconds * 1000);
  const dried = told
    ? { dryUntil: later(refused.at, DRY_MS), why: refused.text }
    : late && (seen.dryUntil === undefined || seen.dryUntil <= now)
      ? { dryUntil: later(now, DRY_MS), why: `brought up ${taken} of ${seen.want} within ${rungSeconds} s` }
      : {};
  const next: RungState = { ...seen, ...dried, failed: failureOf(seen, { running, failed, isOld }) };
  const byHand = next.odd !== undefined && now >= later(next.odd.since, BY_HAND_MS);
  return {
    rung,
    standby,
    lent: observes ? has : lentNow(next, has, { byHand, now }),
    running: observes ? has : running,
    taken: observes ? has : taken,
    state: next,
    left: next.odd !== undefined,
    byHand,
    dry: next.dryUntil !== undefined && next.dryUntil > now,
  };
}

/**
 * A wish that is on its way counts as carried out: another pass that sends a raise anew would only fill the API's bucket,
 * and one that takes fewer tasks back than the last would lend the others anew.
 */
function lentNow(state: RungState, has: number, { byHand, now }: { byHand: boolean; now: Instant }): number {
  if (state.odd !== undefined) return byHand ? has : Math.max(has, state.want);
  return !state.confirmed && now < later(state.setAt, UNDER_WAY_MS) ? state.want : has;
}

export type Look = {
  readonly now: Instant;
  readonly observes: boolean;
  readonly rungSeconds: number;
  /** Fargate's refusal of a task of this standby, if an event told one. */
  readonly refused: Refusal | undefined;
  /** Why a task of it could not start, if an event told one: no want of capacity. */
  readonly failed: string | undefined;
  /** Its last raise was carried out and undone before it was seen. */
  readonly undone: boolean;
};

const nothing = { servedAt: undefined, odd: undefined, dryUntil: undefined, why: undefined };

/** Our wish was carried out once, or it shows a count that was never ours: that is somebody else's. */
function oddOf(
  { want, confirmed: was, earlier, odd }: RungState,
  lent: number,
  { now, undone }: Pick<Look, 'now' | 'undone'>,
): RungState['odd'] {
  if (lent === want) return undefined;
  if (odd?.desired === lent) return odd;
  const mayBeOld = !was && !undone && (earlier === undefined || earlier.includes(lent));
  return mayBeOld ? undefined : { desired: lent, since: now };
}

function confirmed(state: RungState, lent: number, { running, now }: { running: number; now: Instant }): RungState {
  const isSeen = lent === state.want;
  const servedAt = state.servedAt ?? (isSeen && state.want > 0 && running >= state.want ? now : undefined);
  return { ...state, confirmed: state.confirmed || isSeen, servedAt };
}

/**
 * The first reason is kept, since others differ in addresses and the like: until an old wish runs whole. A young one may
 * be what a dry rung has kept, and asks for the other tasks again.
 */
function failureOf(
  { want, failed: before }: RungState,
  { running, failed, isOld }: { running: number; failed: string | undefined; isOld: boolean },
): string | undefined {
  if (isOld && want > 0 && running >= want) return undefined;
  return before ?? (want > running ? failed : undefined);
}

/** The state of a rung that is given another count now. */
export const wanting = (state: RungState, want: number, now: Instant): RungState => ({
  ...state,
  want,
  setAt: now,
  confirmed: false,
  earlier: [...new Set([...(state.confirmed ? [] : (state.earlier ?? [])), state.want])],
  servedAt: undefined,
  odd: undefined,
});
