import type { Instant } from '../../../shared/model/instant.ts';
import type { GroupView, RegionView } from './view.ts';
import { wishesOf } from './wishes.ts';

/** Is there an instance of the group to replace, or one on its way out? In calm nothing more is read of a group. */
export function needsLook(view: GroupView, region: RegionView, now: Instant): boolean {
  const { replacing, group } = view;
  if ((replacing?.open.length ?? 0) > 0 || region.detached.some((one) => one.group === group.name)) return true;
  const waits = replacing?.retryAt !== undefined && now < replacing.retryAt;
  return !waits && wishesOf(view, region).length > 0;
}
