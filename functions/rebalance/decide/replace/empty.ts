import { later } from '../../../../shared/model/instant.ts';
import type { OpenReplacement } from '../../../../shared/model/rebalance-records.ts';
import type { Action } from '../../../../shared/plan/action.ts';
import type { Seen, Step } from './seen.ts';

const MINUTE_MS = 60_000;

/**
 * The successor serves: the old instance is drained as soon as its tasks fit elsewhere, and ended once it has none. A
 * group with Capacity Rebalancing ends it itself.
 * @param from where it is ended
 */
export function emptied(open: OpenReplacement, from: 'group' | 'detached', seen: Seen): Step {
  const { view, now } = seen;
  const host = view.hosts.get(open.instanceId);
  const left = host?.tasks ?? 0;
  if (host?.status === 'ACTIVE') {
    // The call failed, or somebody undid it: whether its tasks fit is read in the next pass.
    if (open.drainedAt !== undefined) return { open: { ...open, drainedAt: undefined }, actions: [], notes: [] };
    if (!view.fits.has(open.instanceId))
      return {
        open,
        actions: [],
        notes: late(
          open,
          seen,
          `${left} tasks on it fit nowhere else, or their service may neither stop one first nor start one more`,
        ),
      };
    return drained(open, seen);
  }
  if (host?.status === 'DRAINING' && open.drainedAt === undefined)
    return { open: { ...open, drainedAt: now }, actions: [], notes: [] };
  // Not registered before it was drained: what runs on it is not known.
  if (open.drainedAt === undefined)
    return { open, actions: [], notes: late(open, seen, 'ECS does not know it any more') };
  if (left > 0) return { open, actions: [], notes: late(open, seen, `${left} tasks on it do not end`) };
  if (open.way !== 'group') return ended(open, from, seen);
  return { open, actions: [], notes: late(open, seen, 'it runs no task any more, but Auto Scaling keeps it') };
}

/**
 * Where our launch does not raise the desired capacity any more, somebody has set it since: it stays what they asked for.
 */
function ended(open: OpenReplacement, from: 'group' | 'detached', { view, now, base, isRaised }: Seen): Step {
  const { name, desired, minSize } = view.group;
  const { instanceId, successor } = open;
  const lowers = from === 'group' && isRaised;
  if (lowers && desired <= minSize) {
    const note = `${instanceId} of ${name} is empty but stays: the desired capacity of ${desired} is the minimum, and another would be launched for it`;
    return { open, actions: [], notes: [note] };
  }
  const replaced = `it runs no task any more, and ${successor} is in its place`;
  const because =
    from === 'group' && !isRaised ? `${replaced}; the desired capacity of ${desired} is somebody else's` : replaced;
  const action: Action = { ...base, do: 'terminate', group: name, instanceId, from, lowers, because };
  return { open: { ...open, endedAt: now }, actions: [action], notes: [] };
}

/** Drains it, whether or not its tasks fit elsewhere. */
export function drained(open: OpenReplacement, { view, now, base }: Seen): Step {
  const { instanceId, begunAt, successor } = open;
  const host = view.hosts.get(instanceId);
  const next = { ...open, drainedAt: now };
  if (host?.status !== 'ACTIVE') return { open: next, actions: [], notes: [] };
  const isServed = successor !== undefined && view.fits.has(instanceId);
  const action: Action = {
    ...base,
    do: 'drain',
    cluster: view.cluster.arn,
    instances: [{ containerInstance: host.arn, instanceId, from: 'ecs', for: base.for }],
    deadline: later(begunAt, view.policy.detachMinutes * MINUTE_MS),
    because: isServed
      ? `${successor} serves in its place, and its tasks fit elsewhere`
      : `it left ${view.group.name}, and its time is nearly over`,
  };
  return { open: next, actions: [action], notes: [] };
}

/** A person is told what keeps a replacement from ending. */
const late = ({ instanceId, begunAt }: OpenReplacement, { view, now }: Seen, why: string): readonly string[] =>
  now >= later(begunAt, view.policy.detachMinutes * MINUTE_MS)
    ? [`${instanceId} of ${view.group.name} has a successor but is not ended: ${why}`]
    : [];
