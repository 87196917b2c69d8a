import type { Context } from '../../../../shared/flow.ts';
import { type Instant, instant, later } from '../../../../shared/model/instant.ts';
import type { OpenReplacement } from '../../../../shared/model/rebalance-records.ts';
import type { Action } from '../../../../shared/plan/action.ts';
import type { Because } from '../../../../shared/plan/because.ts';
import type { Detached, RegionView, ReplaceView } from '../view.ts';
import { lives, whereIs } from './whereabouts.ts';

const MINUTE_MS = 60_000;
const DAY_MINUTES = 24 * 60;
/** Between the tag and the call another pass may stand. */
const MARKED_MS = 3 * MINUTE_MS;

export type Swept = {
  readonly adopted: readonly OpenReplacement[];
  readonly actions: readonly Action[];
  readonly notes: readonly string[];
};

/**
 * Instances that carry the tag of a group's detached ones and that no record tells of: those that left it are looked
 * after again, those that did not lose the tag.
 */
export function sweep(
  { group, replacing }: ReplaceView,
  { detached }: RegionView,
  { now, base }: { readonly now: Instant; readonly base: Omit<Because, 'because'> },
): Swept {
  const known = new Set(replacing?.open.map(({ instanceId }) => instanceId));
  const leftovers = detached.filter((one) => one.group === group.name && !known.has(one.instanceId));
  const outside = leftovers.filter((one) => whereIs(one.instanceId, group, detached) === 'detached');
  const inside = leftovers.filter(
    (one) =>
      whereIs(one.instanceId, group, detached) === 'in its group' &&
      now >= later(since(one, now) ?? one.launchedAt, MARKED_MS),
  );
  const because = 'it is in its group, so the tag of one that left it goes';
  return {
    adopted: outside.map((one) => ({
      instanceId: one.instanceId,
      pool: one.pool,
      why: 'recommended',
      way: 'detach',
      begunAt: since(one, now) ?? now,
      successor: undefined,
      drainedAt: undefined,
    })),
    actions: inside.map(({ instanceId }) => ({ ...base, do: 'reattach', group: group.name, instanceId, because })),
    notes: outside.map(
      ({ instanceId, tag }) =>
        `${instanceId}, which left ${group.name} at ${tag}, was found by its tag: it is looked after again`,
    ),
  };
}

/**
 * Instances that left a group that spotkeeper does not manage, or not any more: nothing is known of their tasks, so they
 * are left alone. So are those of a group that it only observes. Told when their time is over, and daily from then on.
 */
export function orphanNotes(region: RegionView, { now, policy }: Context): readonly string[] {
  const { mode, detachMinutes } = policy;
  const groups = new Map(region.groups.map((view) => [view.group.name, view.policy.mode]));
  return region.detached.flatMap((one) => {
    const at = since(one, now) ?? one.launchedAt;
    const known = one.group === undefined ? undefined : groups.get(one.group);
    const isObserved = known !== undefined && (known === 'observe' || mode === 'observe');
    if (!lives(one) || (known !== undefined && !isObserved)) return [];
    const over = Math.floor((now - at) / MINUTE_MS) - detachMinutes;
    if (over < 0 || over % DAY_MINUTES !== 0) return [];
    return [
      `${one.instanceId} left ${one.group ?? 'a group that is not known any more'} at ${one.tag} and runs on: spotkeeper ${isObserved ? 'only observes' : 'does not manage'} that group, end the instance if nobody needs it`,
    ];
  });
}

/** The tag holds the time as ISO text; undefined: somebody wrote something else into it, or a time that is yet to come. */
function since({ tag }: Detached, now: Instant): Instant | undefined {
  const at = Date.parse(tag);
  return at <= later(now, MARKED_MS) ? instant(at) : undefined;
}
