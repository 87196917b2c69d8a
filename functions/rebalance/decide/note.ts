import { strike } from '../../../shared/core/offerings/standing.ts';
import type { Context } from '../../../shared/flow.ts';
import type { Pool } from '../../../shared/model/fleet.ts';
import { type Instant, later } from '../../../shared/model/instant.ts';
import { type FailedLaunch, poolKey } from '../../../shared/model/offerings.ts';
import type { Advice, Standing } from '../../../shared/model/rebalance-records.ts';
import { emptyPlan, type Plan } from '../../../shared/plan/action.ts';
import type { AcceptedEvent } from './accepts.ts';
import { currentTypes } from './types-of-group.ts';
import type { GroupMember, RegionView } from './view.ts';

const ADVICE_MS = 6 * 3_600_000;
/** A recommendation is less than a notice: half of the recommended instances live on. */
const RECOMMENDED = 0.5;

type Trouble = { readonly pool: Pool; readonly at: Instant; readonly weight: number };

/** What a pass learnt of instances and pools: the region with it, and what is to be remembered. */
export type Learnt = { readonly region: RegionView; readonly records: readonly (Advice | Standing)[] };

/**
 * What events and records say of instances and pools: recommendations become advice; notices, failed launches and
 * recommendations become strikes. Within one cool-off a pool gets one strike, however often it fails.
 */
export function learn(view: RegionView, events: readonly AcceptedEvent[], context: Context): Learnt {
  const members = new Map(view.groups.flatMap(({ members }) => members.map((one) => [one.instanceId, one] as const)));
  const recommended = events.flatMap((event) => {
    const member = event.kind === 'rebalance-recommended' ? members.get(event.instanceId) : undefined;
    return member === undefined ? [] : [{ member, at: event.at }];
  });
  const troubles = [
    ...view.coolOffs.map(({ pool, noticedAt }) => ({ pool, at: noticedAt, weight: 1 })),
    ...view.failed.flatMap((failed) => failedPools(view, failed)),
    ...recommended.map(({ member: { type, zone }, at }) => ({ pool: { type, zone }, at, weight: RECOMMENDED })),
  ];
  const advice = advices(view, recommended, context);
  const standings = struck(view, troubles, context);
  return {
    region: {
      ...view,
      advices: new Map([...view.advices, ...advice.map((one) => [one.instanceId, one] as const)]),
      standings: new Map([...view.standings, ...standings.map((one) => [poolKey(one.pool), one] as const)]),
    },
    records: [...advice, ...standings],
  };
}

/** Remembers it; in calm there is nothing. */
export function decideNotes({ records }: Learnt, view: RegionView, { region }: Context): Plan {
  if (records.length === 0) return emptyPlan;
  const because = 'what EC2 said of instances and pools';
  return { ...emptyPlan, steps: [[{ do: 'remember', for: view.for, region, because, records }]] };
}

/** The pools that a failed launch of a group speaks of: where no type is named, all of its types in the zone a little. */
function failedPools({ groups }: RegionView, { group: name, zone, type, at }: FailedLaunch): readonly Trouble[] {
  const found = groups.find(({ group }) => group.name === name);
  if (found === undefined || zone === undefined) return [];
  const types = type === undefined ? currentTypes(found.group, undefined) : [type];
  return types.map((one) => ({ pool: { type: one, zone }, at, weight: 1 / types.length }));
}

function advices(
  view: RegionView,
  recommended: readonly { readonly member: GroupMember; readonly at: Instant }[],
  { region, now }: Context,
): readonly Advice[] {
  const ids = new Map(recommended.map(({ member, at }) => [member.instanceId, at]));
  return [...ids]
    .filter(([instanceId]) => !view.advices.has(instanceId))
    .map(([instanceId, at]) => ({ is: 'advice', region, instanceId, at, expiresAt: later(now, ADVICE_MS) }));
}

function struck(view: RegionView, troubles: readonly Trouble[], { region, policy }: Context): readonly Standing[] {
  const { coolOffMinutes, mostCoolOffHours } = policy;
  const fresh = new Map<string, Standing>();
  for (const { pool, at, weight } of troubles.toSorted((a, b) => a.at - b.at || b.weight - a.weight)) {
    const key = poolKey(pool);
    const before = fresh.get(key) ?? view.standings.get(key);
    if (before !== undefined && at < later(before.lastAt, coolOffMinutes * 60_000)) continue;
    fresh.set(key, strike(before, { region, pool, at, weight, coolOffMinutes, mostCoolOffHours }));
  }
  return [...fresh.values()];
}
