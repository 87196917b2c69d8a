import type { Context } from '../../../../shared/flow.ts';
import { type Instant, later } from '../../../../shared/model/instant.ts';
import { poolKey } from '../../../../shared/model/offerings.ts';
import type { OpenReplacement, Way, Why } from '../../../../shared/model/rebalance-records.ts';
import type { GroupMember, RegionView, ReplaceView } from '../view.ts';
import { crowdedMembers, hasRested, inService, onDemandCalledFor, onDemandExcess } from './excess.ts';
import { cameInVain, keepsOnDemand, VAIN_HOURS } from './in-vain.ts';
import { meansFor } from './obstacles.ts';
import { betterPools, DEARER, poolsOf, zoneFor } from './pools.ts';

const MINUTE_MS = 60_000;

export type Beginning = OpenReplacement & {
  readonly because: string;
  /** Where to launch. */
  readonly zone: string;
};

export type Begun = { readonly begun: readonly Beginning[]; readonly notes: readonly string[] };

/**
 * Which replacements begin now, beside those that are open; and why others do not, where somebody can change that.
 * @param rising how many launches of open ones are yet to raise the desired capacity
 */
export function begin(
  view: ReplaceView,
  region: RegionView,
  { open, rising, context }: Given & { readonly rising: number },
): Begun {
  const { group, policy, replacing } = view;
  const { now } = context;
  const begun: Beginning[] = [];
  const notes: string[] = [];
  const leaving = new Set(open.map(({ instanceId }) => instanceId));
  const waits = replacing?.retryAt !== undefined && now < replacing.retryAt;
  for (const { member, why, because } of wanted(view, region, { open, context })) {
    const { instanceId, type, zone: own } = member;
    const means = meansFor(view, { member, why, rises: rising + begun.filter(({ way }) => way === 'launch').length });
    const kept = (obstacle: string) =>
      `${group.name} keeps ${instanceId} (${type} ${own}) although ${because}: ${obstacle}`;
    if ('obstacle' in means) {
      notes.push(kept(means.obstacle));
      continue;
    }
    const { way } = means;
    if (way !== 'group' && why === 'recommended' && cameInVain(replacing, instanceId, now)) {
      notes.push(kept(SAME_POOL));
      continue;
    }
    const stuck = view.stuck.get(instanceId);
    if (way !== 'group' && stuck !== undefined) {
      notes.push(kept(stuck));
      continue;
    }
    const room = mostOpen(view) - ours([...open, ...begun]).length;
    const tooYoung = now < later(member.launchedAt, policy.minAgeMinutes * MINUTE_MS);
    // Auto Scaling is at it, whatever we say.
    if (way !== 'group' && (waits || tooYoung || room <= 0)) continue;
    const better = betterPools(view, region, { member, why, now });
    const moving = begun.flatMap((one) => (one.way === 'launch' ? [{ from: one.pool.zone, to: one.zone }] : []));
    const where = way === 'group' ? { zone: own } : zoneFor(view, member, { better, moving, leaving });
    if (where === 'later') continue;
    if (where === 'nowhere') {
      notes.push(kept(why === 'recommended' ? noBetter : noCheap));
      continue;
    }
    begun.push({ ...fresh(member, why, way), begunAt: now, because, ...where });
  }
  return { begun, notes };
}

const SAME_POOL = `it came in the place of one of the same pool that was recommended against, too; it is tried again ${VAIN_HOURS} hours after that`;
const noBetter = 'none of its other pools is any better at the moment, in a zone that may have one more';
const noCheap = `no other pool has room for it at ${DEARER} times its price or less, in a zone that may have one more`;

const fresh = ({ instanceId, type, zone }: GroupMember, why: Why, way: Way) => ({
  instanceId,
  pool: { type, zone },
  why,
  way,
  successor: undefined,
  drainedAt: undefined,
});

/** One always may be replaced. */
export const mostOpen = ({ group, policy }: ReplaceView): number =>
  Math.max(1, Math.floor(group.desired * policy.replaceShare));

/** Those that Auto Scaling began are not ours to count. */
const ours = (open: readonly OpenReplacement[]) => open.filter(({ way }) => way !== 'group');

type Wanted = { readonly member: GroupMember; readonly why: Why; readonly because: string };

type Given = { readonly open: readonly OpenReplacement[]; readonly context: Context };

/** The instances that should go, in the order in which they do: the oldest first. Without haste only one, in calm. */
function wanted(view: ReplaceView, region: RegionView, { open, context }: Given): readonly Wanted[] {
  const { now } = context;
  const taken = new Set(open.map(({ instanceId }) => instanceId));
  const isFree = ({ instanceId }: GroupMember) =>
    !taken.has(instanceId) && !view.doomed.has(instanceId) && view.hosts.get(instanceId)?.status === 'ACTIVE';
  const advised = view.members.filter(({ instanceId }) => {
    const advice = region.advices.get(instanceId);
    return advice !== undefined && now < advice.expiresAt;
  });
  if (advised.length > 0) {
    const because = 'EC2 recommended to move off it';
    return inOrder(advised.filter((one) => inService(one) && isFree(one))).map((member) => ({
      member,
      why: 'recommended',
      because,
    }));
  }
  if (open.length > 0 || !isCalm(view, region, context)) return [];
  const free = [...crowded(view), ...onDemand(view, now)].filter(({ member }) => isFree(member));
  // One that has nowhere to go, perhaps for long, must not keep the others waiting.
  const movable = free.find(({ member, why }) => betterPools(view, region, { member, why, now }).length > 0);
  return movable === undefined ? free.slice(0, 1) : [movable];
}

function isCalm(view: ReplaceView, { coolOffs }: RegionView, { now }: Context): boolean {
  const { isLent, doomed } = view;
  const own = new Set(poolsOf(view).map(poolKey));
  return (
    !isLent &&
    doomed.size === 0 &&
    !coolOffs.some(({ pool, expiresAt }) => now < expiresAt && own.has(poolKey(pool))) &&
    hasRested(view, now)
  );
}

function crowded(view: ReplaceView): readonly Wanted[] {
  const pools = [...crowdedMembers(view)].sort(([a, one], [b, two]) => two.excess - one.excess || (a < b ? -1 : 1));
  return pools.flatMap(([pool, { members, excess }]) => {
    const { desired } = view.group;
    const because = `its pool ${pool} carries ${members.length} of ${desired} instances, ${excess} more than it may`;
    return inOrder(members).map((member) => ({ member, why: 'crowded', because }) as const);
  });
}

/** While failover has the base raised, it is failover that lowers it. */
function onDemand(view: ReplaceView, now: Instant): readonly Wanted[] {
  if (view.raised !== undefined || keepsOnDemand(view.replacing, now)) return [];
  const excess = onDemandExcess(view);
  const because = `${excess.length} instances are On-Demand where the group's settings call for ${onDemandCalledFor(view)}`;
  return inOrder(excess).map((member) => ({ member, why: 'on-demand', because }) as const);
}

const inOrder = (members: readonly GroupMember[]): readonly GroupMember[] =>
  members.toSorted((a, b) => a.launchedAt - b.launchedAt || (a.instanceId < b.instanceId ? -1 : 1));
