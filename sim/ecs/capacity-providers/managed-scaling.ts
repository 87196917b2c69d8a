import type { World } from '../../world/world.ts';
import type { CapacityProvider, ManagedScaling as Settings } from '../model/capacity-provider.ts';
import type { ContainerInstance, Task } from '../model.ts';
import type { EcsState } from '../state.ts';
import type { GroupAccess, ProviderGroup } from './group-access.ts';
import { instancesNeeded, smallestOf } from './needed-instances.ts';
import type { WaitingTasks } from './waiting-tasks.ts';

const minuteMs = 60_000;

/** From the first to the last of the 15 datapoints, one a minute, that a scale-in needs below the target. */
const belowForMs = 14 * minuteMs;

type Parts = {
  readonly world: World;
  readonly state: EcsState;
  readonly groups: GroupAccess;
  readonly waiting: WaitingTasks;
};

type Watch = {
  /** the next look that is due */
  due: { readonly at: number; readonly cancel: () => void } | undefined;
  /** since when each datapoint has been below the target */
  belowSince: number | undefined;
  /** until when what was launched last warms up */
  warmUntil: number;
};

/**
 * Managed scaling: each minute CapacityProviderReservation = M / N * 100 decides over the group's desired capacity,
 * N the instances that it has and M those that its tasks need. It is worked out only in minutes after a change and
 * when a scale-in is due: in between it stays as it is.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/cluster-auto-scaling.html
 */
export class ManagedScaling {
  readonly #parts: Parts;
  readonly #watches = new Map<CapacityProvider, Watch>();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Tasks or instances of a provider changed: it is looked at when the minute is full. */
  wake(providerName: string | undefined): void {
    const provider = this.#parts.state.capacityProviders.get(providerName ?? '');
    if (!provider?.managedScaling) return;
    const now = this.#parts.world.now();
    this.#look(provider, now - (now % minuteMs) + minuteMs);
  }

  #look(provider: CapacityProvider, at: number): void {
    const watch = this.#watches.get(provider) ?? { due: undefined, belowSince: undefined, warmUntil: 0 };
    this.#watches.set(provider, watch);
    if (watch.due && watch.due.at <= at) return;
    watch.due?.cancel();
    const cancel = this.#parts.world.clock.at(at, () => {
      watch.due = undefined;
      const next = this.#decide(provider, watch);
      if (next !== undefined) this.#look(provider, next);
    });
    watch.due = { at, cancel };
  }

  /** @returns when there is something to decide again, even if nothing changes */
  #decide(provider: CapacityProvider, watch: Watch): number | undefined {
    const { groups, world } = this.#parts;
    const group = groups.find(provider.groupName);
    const settings = provider.managedScaling;
    if (!group || !settings) return undefined;
    const now = world.now();
    const { have, needed } = this.#count(provider, group);
    const reservation = reservationOf(have, needed);
    const wanted = Math.ceil((needed * 100) / settings.targetCapacity);
    if (reservation >= settings.targetCapacity) watch.belowSince = undefined;
    else watch.belowSince ??= now;
    if (reservation > settings.targetCapacity) return this.#scaleOut(settings, { group, wanted, watch });
    const desired = Math.max(group.minSize, wanted);
    if (watch.belowSince === undefined || desired >= group.desired) return undefined;
    const dueAt = Math.max(watch.belowSince + belowForMs, Math.ceil(watch.warmUntil / minuteMs) * minuteMs);
    if (now < dueAt) return dueAt;
    this.#set(group, desired);
    return undefined;
  }

  #scaleOut(
    settings: Settings,
    { group, wanted, watch }: { readonly group: ProviderGroup; readonly wanted: number; readonly watch: Watch },
  ): number | undefined {
    // What was launched but is not registered yet is in the group's desired capacity.
    const missing = wanted - group.desired;
    if (missing <= 0 || group.desired >= group.maxSize) return undefined;
    const now = this.#parts.world.now();
    const step = Math.min(settings.maximumScalingStepSize, Math.max(settings.minimumScalingStepSize, missing));
    const desired = Math.min(group.maxSize, group.desired + step);
    watch.warmUntil = now + settings.instanceWarmupSeconds * 1_000;
    this.#set(group, desired);
    return desired < Math.min(wanted, group.maxSize) ? now + minuteMs : undefined;
  }

  #set(group: ProviderGroup, desired: number): void {
    const { groups, world } = this.#parts;
    world.journal({
      kind: 'managed-scaling',
      subject: group.name,
      text: `managed scaling sets ${group.name} from ${group.desired} to ${desired}`,
      data: { group: group.name, from: group.desired, to: desired },
    });
    groups.setDesired(group.name, desired);
  }

  /** N and M. Managed termination protection is set on the way: it follows the same question. */
  #count(provider: CapacityProvider, group: ProviderGroup): { readonly have: number; readonly needed: number } {
    const { state, groups, waiting } = this.#parts;
    waiting.placeDue();
    let have = 0;
    let busy = 0;
    for (const instance of this.#instancesOf(provider)) {
      const works = hasReplicas(instance);
      if (provider.managedTerminationProtection) groups.protect(instance.ec2InstanceId, works);
      if (instance.status !== 'ACTIVE') continue;
      have += 1;
      if (works) busy += 1;
    }
    const queue = new Map(waiting.of(provider.name).map(({ task, placing }) => [task, placing]));
    if (queue.size === 0) return { have, needed: busy };
    const smallest = smallestOf(group.types, state.settings.get('awsvpcTrunking') === 'enabled');
    const distinct = (task: Task) =>
      queue.get(task)?.constraints.some(({ type }) => type === 'distinctInstance') ?? false;
    const more = instancesNeeded([...queue.keys()], smallest, distinct);
    return { have, needed: more > 0 ? have + more : busy };
  }

  *#instancesOf(provider: CapacityProvider): Iterable<ContainerInstance> {
    for (const cluster of this.#parts.state.clusters.values()) {
      if (!cluster.capacityProviders.includes(provider.name)) continue;
      for (const instance of cluster.instances.values()) {
        if (instance.capacityProviderName === provider.name) yield instance;
      }
    }
  }
}

/** Percent; without instances 100 when none is needed, else 200. */
export const reservationOf = (have: number, needed: number): number => {
  if (have > 0) return (needed / have) * 100;
  return needed > 0 ? 200 : 100;
};

/** Daemons do not count. */
const hasReplicas = ({ tasks }: ContainerInstance): boolean => {
  for (const { service } of tasks.values()) if (service?.scheduling !== 'DAEMON') return true;
  return false;
};
