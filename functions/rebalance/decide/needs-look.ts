import type { Instant } from '../../../shared/model/instant.ts';
import { crowdedMembers, onDemandExcess } from './replace/excess.ts';
import type { GroupView, RegionView } from './view.ts';

/**
 * Must the hosts and tasks of this group be read? Where replacements are open, an instance of it is recommended
 * against, one that left it is about, or it has instances that others might take the place of. In calm: no.
 */
export function needsLook(view: GroupView, region: RegionView, now: Instant): boolean {
  const { group, members, replacing } = view;
  return (
    (replacing?.open.length ?? 0) > 0 ||
    members.some(({ instanceId }) => {
      const advice = region.advices.get(instanceId);
      return advice !== undefined && now < advice.expiresAt;
    }) ||
    region.detached.some((one) => one.group === group.name) ||
    crowdedMembers(view).size > 0 ||
    onDemandExcess(view).length > 0
  );
}
