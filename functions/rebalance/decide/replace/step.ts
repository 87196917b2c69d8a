import { later } from '../../../../shared/model/instant.ts';
import type { OpenReplacement } from '../../../../shared/model/rebalance-records.ts';
import type { Action } from '../../../../shared/plan/action.ts';
import type { ReplaceView } from '../view.ts';
import { isLaunched, lowerToken } from './desired.ts';
import { drained, emptied } from './empty.ts';
import { isNoBetter, VAIN_HOURS, vainUntil } from './in-vain.ts';
import { oneTooMany } from './one-too-many.ts';
import { closed, type Seen, type Step, stay } from './seen.ts';
import { SHOWN_AFTER_MS, type Successor } from './successors.ts';
import { whereIs } from './whereabouts.ts';

const MINUTE_MS = 60_000;
const AGAIN_MINUTES = 15;
const OUT_AGAIN_MINUTES = 120;
/** Before a detached instance is ended with tasks on it, ECS gets so long to start others and stop these. */
const LAST_DRAIN_MS = 5 * MINUTE_MS;

/** The next step of an open replacement. One whose successor turns out no better is not begun anew for a while. */
export function stepOf(before: OpenReplacement, seen: Seen): Step {
  const open = withSuccessor(before, seen.successor);
  if (open.successor === before.successor || !isNoBetter(open, seen.view)) return nextOf(open, seen);
  const { instanceId, successor, why, pool } = open;
  const { name } = seen.view.group;
  const isThere = whereIs(instanceId, seen.view.group, []) === 'in its group' && !seen.view.doomed.has(instanceId);
  const isUndone = why === 'on-demand' && isLaunched(open) && isThere;
  const step = isUndone ? stay(undone(open, seen.view)) : nextOf(open, seen);
  const note =
    why === 'on-demand'
      ? `${successor} of ${name} came in the place of ${instanceId} to be Spot, and is On-Demand, too: none of its On-Demand instances is replaced for ${VAIN_HOURS} hours`
      : `${successor} of ${name} came in the place of ${instanceId}, into the same pool ${pool.type} ${pool.zone}: it is not replaced itself for ${VAIN_HOURS} hours`;
  return { ...step, notes: [...step.notes, note], vain: vainUntil(open, seen.now) };
}

/** The new one goes instead of the old one: as few tasks as can be move for nothing. */
function undone(open: OpenReplacement, { members }: ReplaceView): OpenReplacement {
  const next = members.find(({ instanceId }) => instanceId === open.successor);
  if (next === undefined) return open;
  const { instanceId, type, zone } = next;
  return { ...open, instanceId, pool: { type, zone }, successor: open.instanceId };
}

/** By where its old instance is. */
function nextOf(open: OpenReplacement, seen: Seen): Step {
  const { view, region } = seen;
  switch (whereIs(open.instanceId, view.group, region.detached)) {
    case 'gone':
      return ofGone(open, seen);
    case 'retained': {
      const step = ofGone(open, seen);
      return { ...step, notes: [...step.notes, retainedNote(open, seen)] };
    }
    case 'leaving':
      return lowered(open, seen) ?? stay(open);
    case 'in its group':
      return inItsGroup(open, seen);
    case 'detached':
      return outsideOfIt(open, seen);
  }
}

const ofGone = (open: OpenReplacement, seen: Seen): Step => ({
  ...(lowered(open, seen) ?? oneTooMany(open, seen) ?? closed),
  gone: true,
});

const retainedNote = ({ instanceId }: OpenReplacement, { view }: Seen): string =>
  `${instanceId} of ${view.group.name} runs on: the group's instance lifecycle policy retains it, as one of its termination hooks was abandoned; look at it, and end it`;

/** The same object where nothing changed. A successor is written down once it serves; one that is lost no longer counts. */
function withSuccessor(open: OpenReplacement, next: Successor | undefined): OpenReplacement {
  const successor = next?.ready || next?.instanceId === open.successor ? next?.instanceId : undefined;
  return successor === open.successor ? open : { ...open, successor };
}

/**
 * The old instance went by itself while its successor came: the group would launch another for it. Where it has done so
 * already, or where somebody lowered its desired capacity, that would end an instance that serves. It is open until that
 * is seen to be done: the call may fail, or we may die before it.
 */
function lowered(open: OpenReplacement, seen: Seen): Step | undefined {
  const { successor, isRaised, mayLower, base } = seen;
  const { group } = seen.view;
  if (!isRaised) return undefined;
  const counted = group.members.filter(({ lifecycle }) => /^(Pending|InService)/.test(lifecycle)).length;
  if (counted >= group.desired || group.desired <= group.minSize) return undefined;
  if (!mayLower) return stay(open);
  const because = `${open.instanceId} went by itself, and ${successor?.instanceId ?? 'another'} was launched in its place`;
  const action: Action = {
    ...base,
    do: 'lower-desired',
    group: group.name,
    from: group.desired,
    token: lowerToken(open),
    because,
  };
  return { open: { ...open, loweringFrom: group.desired }, actions: [action], notes: [] };
}

function inItsGroup(open: OpenReplacement, seen: Seen): Step {
  const { view, region, now, successor, isRaised, base } = seen;
  const { name } = view.group;
  const { instanceId, way } = open;
  const isShown = now >= later(open.begunAt, SHOWN_AFTER_MS);
  if (way === 'detach') {
    if (!isShown) return stay(open);
    const isTagged = region.detached.some((one) => one.instanceId === instanceId);
    const because = 'it is in its group, so the tag of one that left it goes';
    // Who was out for long came back because nothing was to be had: the group misses an instance all that time.
    const wasOut = now >= later(open.begunAt, (view.policy.detachMinutes * MINUTE_MS) / 2);
    const pauseMinutes = wasOut ? OUT_AGAIN_MINUTES : AGAIN_MINUTES;
    return {
      open: undefined,
      actions: isTagged ? [{ ...base, do: 'reattach', group: name, instanceId, because }] : [],
      notes: [`${instanceId} is in ${name} and not replaced: it is tried again in ${pauseMinutes} minutes`],
      pauseMinutes,
    };
  }
  if (successor === undefined) {
    if (way === 'group') return region.advices.has(instanceId) ? stay(open) : closed;
    // One that came is lost: the group launches another for it.
    if (isRaised) return stay(open);
    if (view.doomed.has(instanceId)) return closed;
    if (!isShown) return stay(open);
    const note = `no instance of ${name} came in the place of ${instanceId}: it is tried again in ${AGAIN_MINUTES} minutes`;
    return { open: undefined, actions: [], notes: [note], pauseMinutes: AGAIN_MINUTES };
  }
  if (successor.ready && !view.doomed.has(instanceId)) return emptied(open, 'group', seen);
  const isLate = now >= later(open.begunAt, view.policy.detachMinutes * MINUTE_MS) && !successor.ready;
  const note = `${successor.instanceId} of ${name} was launched in the place of ${instanceId} and is not registered with its cluster yet`;
  return isLate ? { ...stay(open), notes: [note] } : stay(open);
}

function outsideOfIt(open: OpenReplacement, seen: Seen): Step {
  const { view, now, successor, base } = seen;
  const { group, policy, hosts } = view;
  const { instanceId, begunAt } = open;
  const boundMs = policy.detachMinutes * MINUTE_MS;
  if (now >= later(begunAt, boundMs)) {
    const left = hosts.get(instanceId)?.tasks ?? 0;
    const because = `it left ${group.name} ${policy.detachMinutes} minutes ago, the longest that it may live`;
    return {
      open: open.endedAt === undefined ? { ...open, endedAt: now } : open,
      actions: [{ ...base, do: 'terminate', group: group.name, instanceId, from: 'detached', lowers: false, because }],
      notes: [`${instanceId} of ${group.name} is ended with ${left} tasks left on it: ${because}`],
    };
  }
  if (view.doomed.has(instanceId)) return stay(open);
  if (now >= later(begunAt, boundMs - LAST_DRAIN_MS) && open.drainedAt === undefined) return drained(open, seen);
  if (successor === undefined && now >= later(begunAt, boundMs / 2)) {
    const because = `${group.name} launched no other in ${Math.round(policy.detachMinutes / 2)} minutes`;
    return {
      open,
      actions: [{ ...base, do: 'reattach', group: group.name, instanceId, because }],
      notes: [`${instanceId} is put back into ${group.name}: ${because}`],
    };
  }
  return successor?.ready ? emptied(open, 'detached', seen) : stay(open);
}
