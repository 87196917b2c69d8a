import { batches } from '../../../shared/core/batches.ts';
import type { Instant } from '../../../shared/model/instant.ts';
import type { Doomed } from '../../../shared/model/records.ts';
import type { Action } from '../../../shared/plan/action.ts';
import type { Hold } from './hold.ts';

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_UpdateContainerInstancesState.html */
const PER_DRAIN = 10;

type Setting = {
  readonly cluster: string;
  readonly region: string;
  readonly now: Instant;
  readonly for: readonly string[];
  /** By instance id; what is held, or was until now. */
  readonly holds: ReadonlyMap<string, Hold>;
};

/** DRAINING for those that are ACTIVE though about to go, in calls of ten, the nearest deadline first. */
export function drainActive(active: readonly Doomed[], setting: Setting): readonly Action[] {
  const { cluster, region, now, for: records, holds } = setting;
  const due = active.filter(({ instanceId }) => !isHeld(holds.get(instanceId))).sort((a, b) => a.deadline - b.deadline);
  return batches(due, PER_DRAIN).map((some) => ({
    do: 'drain',
    for: records,
    region,
    because: [...new Set(some.map((one) => why(one, holds.get(one.instanceId))))].join('; '),
    cluster,
    deadline: some[0]?.deadline ?? now,
    instances: some.map((one) => ({
      containerInstance: one.containerInstance ?? '',
      instanceId: one.instanceId,
      from: 'ecs' as const,
      for: records,
    })),
  }));
}

export const isHeld = (hold: Hold | undefined): hold is { readonly until: Instant } =>
  hold !== undefined && 'until' in hold;

function why({ cause, drainedAt }: Doomed, hold: Hold | undefined): string {
  if (hold !== undefined && !isHeld(hold)) return hold.over;
  if (drainedAt !== undefined) return 'set ACTIVE again though about to go';
  return cause === 'maintenance' ? 'AWS maintenance, and its turn has come' : 'about to go, and not DRAINING yet';
}

/** A pass that could not see its cluster, and the instances there that were to wait for it before they are drained. */
export type FailedPass = {
  readonly for: readonly string[];
  readonly error: string;
  readonly cluster: string;
  readonly waiting: readonly Doomed[];
};

/** Nobody can say what waits for lent tasks, and the pass may come again too late: they are drained now. */
export function drainUnseen(
  { cluster, waiting, for: records }: FailedPass,
  { region, now }: { region: string; now: Instant },
): readonly Action[] {
  const holds = new Map(waiting.map(({ instanceId }) => [instanceId, { over: 'its cluster cannot be read' }]));
  return drainActive(waiting, { cluster, region, now, for: records, holds });
}
