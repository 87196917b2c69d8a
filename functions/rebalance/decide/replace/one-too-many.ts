import { later } from '../../../../shared/model/instant.ts';
import type { OpenReplacement } from '../../../../shared/model/rebalance-records.ts';
import { inService } from './excess.ts';
import { type Seen, type Step, stay } from './seen.ts';

const MINUTE_MS = 60_000;

/**
 * The old instance went by itself, and the group has launched another for it beside its successor. Of the zone with the
 * most instances, the oldest goes in its place; one that EC2 recommends to move off before all, be it the successor: it
 * would be replaced while the group has one too many.
 */
export function oneTooMany(
  open: OpenReplacement,
  { view, region, successor, isRaised, taken, now }: Seen,
): Step | undefined {
  const { group, members, policy, doomed } = view;
  if (!isRaised || group.desired <= group.minSize) return undefined;
  const filled = (zone: string): number => members.filter((one) => one.zone === zone).length;
  const [next] = members
    .filter(inService)
    .filter(
      ({ instanceId, protectedFromScaleIn }) =>
        (instanceId !== successor?.instanceId || region.advices.has(instanceId)) &&
        !taken.has(instanceId) &&
        !protectedFromScaleIn &&
        !doomed.has(instanceId),
    )
    .filter(({ launchedAt }) => now >= later(launchedAt, policy.minAgeMinutes * MINUTE_MS))
    .toSorted(
      (a, b) =>
        Number(region.advices.has(b.instanceId)) - Number(region.advices.has(a.instanceId)) ||
        filled(b.zone) - filled(a.zone) ||
        a.launchedAt - b.launchedAt,
    );
  if (next === undefined) return waiting(open, { view, now });
  const { instanceId, type, zone } = next;
  const { drainedAt: _, ...same } = open;
  const other = successor?.instanceId === instanceId ? undefined : successor?.instanceId;
  return stay({ ...same, instanceId, pool: { type, zone }, successor: other, drainedAt: undefined });
}

/** Until one of the others is old enough to go; not for ever, as it counts among those that are replaced at a time. */
function waiting(open: OpenReplacement, { view, now }: Pick<Seen, 'view' | 'now'>): Step {
  const { group, policy } = view;
  const bound = (policy.minAgeMinutes + policy.detachMinutes) * MINUTE_MS;
  if (now < later(open.begunAt, bound)) return stay(open);
  const note = `${group.name} stays one larger than it was: ${open.instanceId} went by itself, another came for it, and none of the others may go`;
  return { open: undefined, actions: [], notes: [note] };
}
