import type { World } from '../../world/world.ts';
import type { CapacityProvider, ManagedScaling as Settings } from '../model/capacity-provider.ts';
import type { ContainerInstance, Task } from '../model.ts';
import type { EcsState } from '../state.ts';
import type { GroupAccess, ProviderGroup } from './group-access.ts';
import { instancesNeeded, smallestOf } from './needed-instances.ts';
import type { WaitingTasks } from './waiting-tasks.ts';

const minuteMs = 60_000;

/** Scale-in needs so many datapoints of CapacityProviderReservation below the target in a row. */
const datapointsForScaleIn = 15;

type Parts = {
  readonly world: World;
  readonly state: EcsState;
  readonly groups: GroupAccess;
  readonly waiting: WaitingTasks;
};

type Watch = { due: boolean; below: number; warmUntil: number };

/**
 * Managed scaling: each minute CapacityProviderReservation = M / N * 100 decides over the group's desired capacity,
 * N the instances that it has and M those that its tasks need. A provider that needs nothing costs nothing.
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
    const watch = this.#watches.get(provider) ?? { due: false, below: 0, warmUntil: 0 };
    this.#watches.set(provider, watch);
    if (watch.due) return;
    watch.due = true;
    const { world } = this.#parts;
    const now = world.now();
    world.clock.at(now - (now % minuteMs) + minuteMs, () => {
      watch.due = false;
      if (this.#decide(provider, watch)) this.wake(provider.name);
    });
  }

  /** @returns whether there is something left to decide, without any further change */
  #decide(provider: CapacityProvider, watch: Watch): boolean {
    const { groups, world } = this.#parts;
    const group = groups.find(provider.groupName);
    const settings = provider.managedScaling;
    if (!group || !settings) return false;
    const { have, needed } = this.#count(provider, group);
    const reservation = reservationOf(have, needed);
    const wanted = Math.ceil((needed * 100) / settings.targetCapacity);
    watch.below = reservation < settings.targetCapacity ? watch.below + 1 : 0;
    if (reservation > settings.targetCapacity) return this.#scaleOut(settings, { group, wanted, watch });
    const target = Math.max(group.minSize, wanted);
    if (watch.below === 0 || target >= group.desired) return false;
    if (watch.below < datapointsForScaleIn || world.now() < watch.warmUntil) return true;
    groups.setDesired(group.name, target);
    return false;
  }

  #scaleOut(settings: Settings, { group, wanted, watch }: { group: ProviderGroup; wanted: number; watch: Watch }) {
    const { groups, world } = this.#parts;
    // What was launched but is not registered yet is in the group's desired capacity.
    const missing = wanted - group.desired;
    if (missing <= 0 || group.desired >= group.maxSize) return false;
    const step = Math.min(settings.maximumScalingStepSize, Math.max(settings.minimumScalingStepSize, missing));
    watch.warmUntil = world.now() + settings.instanceWarmupSeconds * 1_000;
    const desired = Math.min(group.maxSize, group.desired + step);
    groups.setDesired(group.name, desired);
    return desired < wanted;
  }

  /** N and M. Managed termination protection is set on the way: it follows the same question. */
  #count(provider: CapacityProvider, group: ProviderGroup): { readonly have: number; readonly needed: number } {
    const { state, groups, waiting } = this.#parts;
    let have = 0;
    let busy = 0;
    for (const instance of this.#instancesOf(provider)) {
      const works = [...instance.tasks.values()].some(isNoDaemon);
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

const isNoDaemon = ({ service }: Task): boolean => service?.scheduling !== 'DAEMON';
