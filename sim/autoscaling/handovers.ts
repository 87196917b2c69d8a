import { type Fleet, isUp } from '../ec2/fleet.ts';
import { type Group, type GroupInstance, isSuspended, leave, stay } from './group.ts';
import type { LaunchFailure, LaunchRequest } from './launches.ts';

type Due = { readonly old: GroupInstance; readonly request: LaunchRequest; readonly cause: string };

type Parts = {
  readonly fleet: Fleet;
  readonly launch: (group: Group, request: LaunchRequest, cause: string) => GroupInstance | LaunchFailure;
  readonly terminate: (group: Group, instance: GroupInstance, cause: string) => void;
};

/**
 * Replacements that launch first and terminate when the new instance is in service: Capacity Rebalancing, zone
 * rebalancing, changed purchase options. Meanwhile a group may have what its maintenance policy allows, else 10 percent
 * (at least one) more than its maximum.
 * https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-instance-maintenance-policy.html
 * https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-capacity-rebalancing.html
 * https://docs.aws.amazon.com/autoscaling/ec2/userguide/auto-scaling-benefits.html#arch-AutoScalingMultiAZ
 */
export class Handovers {
  readonly #parts: Parts;
  readonly #due = new Map<Group, Map<string, Due>>();
  /** capacity units of old instances whose successors are on their way */
  readonly #extra = new Map<Group, number>();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Wants an instance replaced as soon as the group has room for both. */
  add(group: Group, due: Due): void {
    const all = this.#due.get(group) ?? new Map<string, Due>();
    this.#due.set(group, all);
    all.set(due.old.ec2.id, due);
    this.step(group);
  }

  /** Replacements that have not ended, begun or not. */
  open(group: Group): number {
    return (this.#due.get(group)?.size ?? 0) + (this.#extra.get(group) ?? 0);
  }

  /** How many more capacity units may be replaced at once. */
  room(group: Group): number {
    return mostAtOnce(group) - group.spread.total - (this.#extra.get(group) ?? 0);
  }

  /** Begins what there is room for. */
  step(group: Group): void {
    if (isSuspended(group, 'Launch') || isSuspended(group, 'Terminate')) return;
    for (const [id, due] of this.#due.get(group) ?? []) {
      if (this.room(group) < due.old.weight) return;
      this.#due.get(group)?.delete(id);
      if (due.old.stays && isUp(due.old.ec2)) this.#begin(group, due);
    }
  }

  /** The new instance is in service: the old one may go. */
  inService(group: Group, fresh: GroupInstance): void {
    const { replaces } = fresh;
    if (!replaces) return;
    this.#close(group, fresh);
    // What EC2 has announced to take is left to EC2.
    const stays = isUp(replaces.ec2) && replaces.ec2.reclaimAt === undefined;
    if (stays && group.instances.has(replaces.ec2.id)) {
      this.#parts.terminate(
        group,
        replaces,
        `an instance was taken out of service in response to its replacement by ${fresh.ec2.id}.`,
      );
    }
    this.step(group);
  }

  /** The new instance went before it was in service: the old one counts again. */
  lost(group: Group, fresh: GroupInstance): void {
    const { replaces } = fresh;
    if (!replaces) return;
    this.#close(group, fresh);
    const usable = isUp(replaces.ec2) && replaces.ec2.reclaimAt === undefined && group.instances.has(replaces.ec2.id);
    if (usable && replaces.lifecycleState === 'InService') stay(group, replaces);
  }

  #begin(group: Group, { old, request, cause }: Due): void {
    const fresh = this.#parts.launch(group, request, cause);
    // Without capacity the old instance stays as it is; what wanted it replaced asks again.
    if ('code' in fresh) return;
    fresh.replaces = old;
    this.#extra.set(group, (this.#extra.get(group) ?? 0) + old.weight);
    leave(group, old);
  }

  #close(group: Group, fresh: GroupInstance): void {
    const weight = fresh.replaces?.weight ?? 0;
    this.#extra.set(group, Math.max(0, (this.#extra.get(group) ?? 0) - weight));
    fresh.replaces = undefined;
  }
}

const mostAtOnce = ({ desired, maxSize, settings }: Group): number => {
  const { MaxHealthyPercentage: percent } = settings.InstanceMaintenancePolicy ?? {};
  if (percent === undefined) return maxSize + Math.max(1, Math.floor(maxSize / 10));
  return desired + Math.max(1, Math.floor((desired * (percent - 100)) / 100));
};
