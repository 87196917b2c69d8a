import type { Instant } from '../../../shared/model/instant.ts';
import { crowdedMembers, hasRested, onDemandExcess } from './replace/excess.ts';
import { keepsOnDemand } from './replace/in-vain.ts';
import type { GroupView, RegionView } from './view.ts';

/** Who only reports has time. */
const REPORTED_EVERY_MS = 600_000;
const TICK_MS = 60_000;
/** So many minutes share the groups that are not in a hurry: what keeps an instance where it is seldom ends in less. */
const TURNS = 5;

/**
 * Must the hosts and tasks of this group be read? Where replacements are open or one that left it is about; and, unless
 * the last attempt came to nothing just now, where an instance is recommended against. Where others might only better
 * take its place: every five minutes, some time after the last one. In calm: no.
 */
export function needsLook(view: GroupView, region: RegionView, now: Instant): boolean {
  const { group, members, replacing, policy } = view;
  if ((replacing?.open.length ?? 0) > 0 || region.detached.some((one) => one.group === group.name)) return true;
  if (replacing?.retryAt !== undefined && now < replacing.retryAt) return false;
  const onlyReports = policy.rebalance !== 'on' || policy.mode === 'observe';
  if (onlyReports && now % REPORTED_EVERY_MS >= TICK_MS) return false;
  const isAdvised = members.some(({ instanceId }) => {
    const advice = region.advices.get(instanceId);
    return advice !== undefined && now < advice.expiresAt;
  });
  if (isAdvised) return true;
  if (!onlyReports && (!hasRested(view, now) || !isItsTurn(view, region, now))) return false;
  return crowdedMembers(view).size > 0 || (onDemandExcess(view).length > 0 && !keepsOnDemand(replacing, now));
}

/** The groups of a region one after the other, so that no tick calls much more than another. */
function isItsTurn({ group }: GroupView, { groups }: RegionView, now: Instant): boolean {
  const place = groups.findIndex((one) => one.group.name === group.name);
  return (Math.floor(now / TICK_MS) + place) % TURNS === 0;
}
