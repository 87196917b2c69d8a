import type { Instant } from '../../../shared/model/instant.ts';
import { crowdedMembers, onDemandExcess } from './replace/excess.ts';
import { keepsOnDemand } from './replace/in-vain.ts';
import type { GroupView, RegionView } from './view.ts';

/** Who only reports has time. */
const REPORTED_EVERY_MS = 600_000;
const TICK_MS = 60_000;

/**
 * Must the hosts and tasks of this group be read? Where replacements are open or one that left it is about; and, unless
 * the last attempt came to nothing just now, where an instance is recommended against, or others might take its place.
 * In calm: no.
 */
export function needsLook(view: GroupView, region: RegionView, now: Instant): boolean {
  const { group, members, replacing, policy } = view;
  if ((replacing?.open.length ?? 0) > 0 || region.detached.some((one) => one.group === group.name)) return true;
  if (replacing?.retryAt !== undefined && now < replacing.retryAt) return false;
  const onlyReports = policy.rebalance !== 'on' || policy.mode === 'observe';
  if (onlyReports && now % REPORTED_EVERY_MS >= TICK_MS) return false;
  return (
    members.some(({ instanceId }) => {
      const advice = region.advices.get(instanceId);
      return advice !== undefined && now < advice.expiresAt;
    }) ||
    crowdedMembers(view).size > 0 ||
    (onDemandExcess(view).length > 0 && !keepsOnDemand(replacing, now))
  );
}
