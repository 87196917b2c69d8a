import { type Bucket, carriedWithin } from '../../../shared/core/pacing.ts';
import type { TargetGroup } from '../../../shared/model/fleet.ts';
import type { Instant } from '../../../shared/model/instant.ts';
import type { Doomed } from '../../../shared/model/records.ts';

/** Standalone tasks that are not stopped, and how to change that. */
export function leftAlone(left: readonly { readonly doomed: Doomed }[]): readonly string[] {
  if (left.length === 0) return [];
  const where = [...new Set(left.map(({ doomed }) => doomed.instanceId))].slice(0, 5).join(', ');
  return [
    `standalone tasks on ${where} are left alone (${left.length}); spotkeeper:standalone=stop on the cluster stops them`,
  ];
}

/** Stops that the API's bucket cannot carry before the last moment of the last of them. */
export function beyondBucket(
  hardStops: readonly Instant[],
  { others, now, bucket }: { others: number; now: Instant; bucket: Bucket },
): readonly string[] {
  const open = hardStops.filter((at) => at > now);
  if (open.length === 0) return [];
  const all = open.length + others;
  const carried = carriedWithin(Math.max(...open) - now, bucket);
  if (all <= carried) return [];
  return [`at least ${all} stops are still to make, ECS's bucket carries ${carried} in time; the rest will be killed`];
}

type Balanced = {
  readonly doomed: Doomed;
  readonly stopSeconds: number;
  readonly targets: readonly { readonly group: TargetGroup }[];
};

/** Target groups too slow for a notice: with the default of 300 s a target is still draining when EC2 takes its instance. */
export function slowGroups(handled: readonly Balanced[]): readonly string[] {
  const groups = new Map<string, { group: TargetGroup; stopSeconds: number }>();
  for (const { targets, stopSeconds, doomed } of handled) {
    if (doomed.cause !== 'spot') continue;
    for (const { group } of targets) {
      const longest = Math.max(stopSeconds, groups.get(group.arn)?.stopSeconds ?? 0);
      groups.set(group.arn, { group, stopSeconds: longest });
    }
  }
  return [...groups.values()].flatMap(({ group: { name, deregistrationDelaySeconds: delay }, stopSeconds }) => {
    const most = NOTICE_SECONDS - stopSeconds;
    if (delay <= Math.max(0, most)) return [];
    const what = `target group ${name}: its deregistration delay of ${delay} s and a stop timeout of ${stopSeconds} s`;
    const advice =
      most > 0
        ? `set deregistration_delay.timeout_seconds to ${most} or less`
        : `set the stop timeout of its tasks below ${NOTICE_SECONDS} s`;
    return [`${what} outlast a Spot notice; ${advice}`];
  });
}

/** Two minutes, less what it takes to notice, drain and replace. */
const NOTICE_SECONDS = 90;
