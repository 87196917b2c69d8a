import { CONTAGION_WINDOW_MS } from '../../../shared/core/contagion.ts';
import { strike } from '../../../shared/core/offerings/standing.ts';
import type { Context } from '../../../shared/flow.ts';
import type { Pool } from '../../../shared/model/fleet.ts';
import { type Instant, later } from '../../../shared/model/instant.ts';
import { type FailedLaunch, poolKey } from '../../../shared/model/offerings.ts';
import type { Advice, Standing } from '../../../shared/model/rebalance-records.ts';
import { actionsIn, emptyPlan, type Plan } from '../../../shared/plan/action.ts';
import type { AcceptedEvent } from './accepts.ts';
import { currentTypes } from './types-of-group.ts';
import type { RegionView } from './view.ts';

/** EC2 takes no recommendation back; an instance that lives on for so long was not meant. */
const ADVICE_MS = 6 * 3_600_000;
/** EC2 recommends more often than it takes: of two recommendations one counts. */
const ADVISED = 0.5;

type Hit = { readonly pool: Pool; readonly at: Instant; readonly weight: number };

/**
 * What is remembered of instances and pools: recommendations of members of our groups, and a strike for each pool that
 * was interrupted, failed to launch, or is recommended against. Nothing where nothing is new.
 */
export function decideNotes(view: RegionView, events: readonly AcceptedEvent[], context: Context): Plan {
  const advised = newAdvices(view, events, context);
  const hits = [
    ...advised.map(({ advice, pool }) => ({ pool, at: advice.at, weight: ADVISED })),
    ...view.coolOffs.map(({ pool, noticedAt }) => ({ pool, at: noticedAt, weight: 1 })),
    ...view.failed.flatMap((launch) => hitsOf(view, launch)),
  ];
  const records = [...struck(view, hits, context), ...advised.map(({ advice }) => advice)];
  if (records.length === 0) return emptyPlan;
  const because = 'so that these pools and instances are avoided for a while';
  return {
    ...emptyPlan,
    steps: [[{ do: 'remember', for: view.for, region: context.region, because, records }]],
  };
}

/** The region with what a plan of notes remembers of it: the rest of the pass goes by it. */
export function knowing(view: RegionView, notes: Plan): RegionView {
  const records = actionsIn(notes).flatMap((action) => (action.do === 'remember' ? action.records : []));
  const advices = records.flatMap((one) => (one.is === 'advice' ? [[one.instanceId, one] as const] : []));
  const standings = records.flatMap((one) => (one.is === 'standing' ? [[poolKey(one.pool), one] as const] : []));
  return {
    ...view,
    advices: new Map([...view.advices, ...advices]),
    standings: new Map([...view.standings, ...standings]),
  };
}

type Advised = { readonly advice: Advice; readonly pool: Pool };

/** Events come more than once, and of instances that are none of ours. */
function newAdvices(
  { groups, advices }: RegionView,
  events: readonly AcceptedEvent[],
  { region }: Context,
): readonly Advised[] {
  const members = new Map(groups.flatMap((view) => view.members.map((one) => [one.instanceId, one] as const)));
  const fresh = new Map<string, Advised>();
  for (const event of events) {
    if (event.kind !== 'rebalance-recommended') continue;
    const { instanceId, at } = event;
    const member = members.get(instanceId);
    if (member === undefined || advices.has(instanceId) || fresh.has(instanceId)) continue;
    fresh.set(instanceId, {
      advice: { is: 'advice', region, instanceId, at, expiresAt: later(at, ADVICE_MS) },
      pool: { type: member.type, zone: member.zone },
    });
  }
  return [...fresh.values()];
}

/**
 * A launch that failed in a zone without a word about the type failed for all types of the group: they share the strike.
 * One that names no zone says something of a pool only where the group has a single zone.
 */
function hitsOf({ groups }: RegionView, { group: name, zone: named, type, at }: FailedLaunch): readonly Hit[] {
  const group = groups.find((view) => view.group.name === name)?.group;
  if (group === undefined) return [];
  const zone = named ?? (group.zones.length === 1 ? group.zones[0] : undefined);
  if (zone === undefined) return [];
  const types = type === undefined ? [...new Set(currentTypes(group, undefined))] : [type];
  return types.map((one) => ({ pool: { type: one, zone }, at, weight: 1 / types.length }));
}

/** The standings that change. Hits are taken in the order in which they happened. */
function struck({ standings }: RegionView, hits: readonly Hit[], { region, policy }: Context): readonly Standing[] {
  const { coolOffMinutes, mostCoolOffHours } = policy;
  const changed = new Map<string, Standing>();
  const inOrder = hits.toSorted((a, b) => a.at - b.at || b.weight - a.weight);
  for (const hit of inOrder) {
    const key = poolKey(hit.pool);
    const before = changed.get(key) ?? standings.get(key);
    if (isCounted(before, hit)) continue;
    changed.set(key, strike(before, { ...hit, region, coolOffMinutes, mostCoolOffHours }));
  }
  return [...changed].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, standing]) => standing);
}

/**
 * Heard of before; or one event that hits many instances within minutes, which counts once, unless it turns out graver
 * than it began.
 */
const isCounted = (before: Standing | undefined, { at, weight }: Hit): boolean =>
  before !== undefined &&
  (at <= before.lastAt || (at <= later(before.lastAt, CONTAGION_WINDOW_MS) && before.strikes >= weight));
