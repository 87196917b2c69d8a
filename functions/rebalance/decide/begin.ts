import { isOut } from '../../../shared/core/offerings/standing.ts';
import { type Instant, instant, later } from '../../../shared/model/instant.ts';
import { poolKey } from '../../../shared/model/offerings.ts';
import type { OpenReplacement, Way, Why } from '../../../shared/model/rebalance-records.ts';
import type { Action } from '../../../shared/plan/action.ts';
import { cheapOnes, poolsToGoTo, zoneFor } from './pools-to-go-to.ts';
import type { Pass } from './steps.ts';
import type { GroupView } from './view.ts';
import { type WishToReplace, wishesOf } from './wishes.ts';

export type Begun = {
  readonly open: readonly OpenReplacement[];
  /** The tag first: what follows it may be cut short. */
  readonly marks: readonly Action[];
  readonly actions: readonly Action[];
  readonly notes: readonly string[];
  /** Something was in the way. */
  readonly waits: boolean;
};

/** Between two replacements that nobody recommended. */
const SLOWLY_MS = 600_000;

const reasons: Readonly<Record<Why, string>> = {
  recommended: 'EC2 recommends to move off it',
  crowded: 'its pool carries too much of its group',
  'on-demand': 'it is On-Demand, and its group asks for fewer of those',
};

/** Begins what may begin now. @param open the replacements that are under way */
export function begin(open: readonly OpenReplacement[], pass: Pass): Begun {
  const { view, region, now } = pass;
  const wishes = wishesOf(view, region).filter(
    ({ member }) => !open.some((one) => one.instanceId === member.instanceId),
  );
  const most = Math.max(1, Math.floor(view.group.desired * view.policy.replaceShare));
  let room = most - open.filter(({ way }) => way !== 'group').length;
  const begun: OpenReplacement[] = [];
  const marks: Action[] = [];
  const actions: Action[] = [];
  const notes: string[] = [];
  for (const wish of wishes) {
    const way = wayFor(wish, view);
    const obstacle = groupObstacle(view) ?? (way.is === 'no' ? way.why : obstacleTo(wish, pass));
    if (obstacle === undefined && !isItsTurn(wish, [...open, ...begun], pass)) continue;
    if (obstacle !== undefined) notes.push(`${named(wish, view)} is not replaced: ${obstacle}`);
    else if (!acts(view)) notes.push(`${named(wish, view)} would be replaced: ${reasons[wish.why]}`);
    else if (way.is === 'group' || room > 0) {
      if (way.is !== 'group') room -= 1;
      const { instanceId, type, zone } = wish.member;
      const one = {
        instanceId,
        pool: { type, zone },
        why: wish.why,
        way: way.is as Way,
        begunAt: now,
        successor: undefined,
        drainedAt: undefined,
      };
      begun.push(one);
      const call = callFor(one, wish, pass);
      marks.push(...call.marks);
      actions.push(...call.actions);
    }
  }
  return { open: begun, marks, actions, notes, waits: begun.length === 0 && notes.length > 0 };
}

const acts = ({ policy }: GroupView): boolean => policy.rebalance === 'on' && policy.mode === 'act';

const named = ({ member }: WishToReplace, { group }: GroupView): string =>
  `${member.instanceId} (${member.type} in ${member.zone}) of ${group.name}`;

/** What keeps every instance of the group where it is. */
function groupObstacle({ isLent, doomed, refreshing, group, cluster }: Pass['view']): string | undefined {
  if (isLent) return `failover lends tasks to ${cluster.name}`;
  if (doomed.size > 0)
    return `EC2 is about to take ${doomed.size === 1 ? 'an instance' : `${doomed.size} instances`} of ${cluster.name}`;
  if (refreshing) return 'an instance refresh is under way';
  const suspended = group.suspended.find((name) => name === 'Launch' || name === 'Terminate');
  return suspended === undefined ? undefined : `its group's process ${suspended} is suspended`;
}

type WayOrNot = { readonly is: Way } | { readonly is: 'no'; readonly why: string };

/** How an instance is replaced: by Capacity Rebalancing, by one launch more, or by taking it out of a full group. */
function wayFor({ why }: WishToReplace, { group, provider }: GroupView): WayOrNot {
  const { desired, minSize, maxSize, capacityRebalance } = group;
  if (capacityRebalance && why === 'recommended') return { is: 'group' };
  if (provider?.managedScaling)
    return {
      is: 'no',
      why: `capacity provider ${provider.name} manages the size of its group; turn on Capacity Rebalancing, which replaces recommended instances`,
    };
  if (desired < maxSize) return { is: 'launch' };
  if (desired > minSize) return { is: 'detach' };
  return { is: 'no', why: `its group can only have ${desired} instances; raise its maximum by one` };
}

function obstacleTo({ member, why }: WishToReplace, pass: Pass): string | undefined {
  const { view, region, now } = pass;
  const { policy, hosts } = view;
  const ageMs = now - member.launchedAt;
  if (ageMs < policy.minAgeMinutes * 60_000)
    return `it is ${Math.floor(ageMs / 60_000)} minutes old, and may be replaced after ${policy.minAgeMinutes}`;
  if (hosts.get(member.instanceId)?.status !== 'ACTIVE') return 'it is not ACTIVE in its cluster';
  const pools = poolsToGoTo(view, member, { region, now });
  if (pools.length === 0)
    return `no other pool of its group is good: each was interrupted or failed to launch lately${lastWords(pass)}`;
  if (why === 'recommended') return undefined;
  return cheapOnes(pools, view, member).length === 0 ? 'every other pool is dearer' : undefined;
}

/** What nobody recommended goes one by one, slowly, and only in calm. */
function isItsTurn({ why }: WishToReplace, open: readonly OpenReplacement[], { view, region, now }: Pass): boolean {
  if (why === 'recommended') return true;
  const isTroubled = view.members.some((one) => isOut(region.standings.get(poolKey(one)), now));
  return open.length === 0 && now >= later(view.replacing?.lastAt ?? instant(0), SLOWLY_MS) && !isTroubled;
}

/** As AWS words it. */
function lastWords({ view, region }: Pass): string {
  const last = region.failed.filter((one) => one.group === view.group.name).toSorted((a, b) => b.at - a.at)[0];
  return last === undefined ? '' : ` (${last.text})`;
}

function callFor(one: OpenReplacement, { why, member }: WishToReplace, pass: Pass) {
  const { view, region, because, now } = pass;
  const action = { ...because(reasons[why]), group: view.group.name, instanceId: one.instanceId };
  if (one.way === 'group') return { marks: [], actions: [] };
  if (one.way === 'detach')
    return { marks: [{ do: 'mark-detached' as const, ...action }], actions: [{ do: 'detach' as const, ...action }] };
  const pools = poolsToGoTo(view, member, { region, now });
  const zone = zoneFor(why === 'recommended' ? pools : cheapOnes(pools, view, member), member, view) ?? member.zone;
  return { marks: [], actions: [{ do: 'launch-replacement' as const, ...action, zone, token: tokenOf(one) }] };
}

/** 1 to 64 characters; another one for each attempt. */
const tokenOf = ({ instanceId, begunAt }: { instanceId: string; begunAt: Instant }): string =>
  `${instanceId}-${begunAt}`;
