import type { World } from '../../world/world.ts';
import type { CapacityProvider, ManagedScaling } from '../model/capacity-provider.ts';
import type { Tags } from '../model/tags.ts';
import type { Cluster } from '../model.ts';
import type { EcsState } from '../state.ts';
import type { GroupAccess } from './group-access.ts';
import type { ManagedScaling as Scaling } from './managed-scaling.ts';

/** How long ECS works on the group of a provider until its hook and its scaling policy are there; not published. */
const attachmentMs = [5_000, 20_000] as const;

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ManagedScaling.html */
export const defaultScaling: ManagedScaling = {
  targetCapacity: 100,
  minimumScalingStepSize: 1,
  maximumScalingStepSize: 10_000,
  instanceWarmupSeconds: 300,
};

export type ProviderSettings = Pick<
  CapacityProvider,
  'managedScaling' | 'managedTerminationProtection' | 'managedDraining'
>;

export type NewProvider = ProviderSettings & {
  readonly name: string;
  readonly group: { readonly name: string; readonly arn: string };
  readonly tags?: Tags;
};

/**
 * The capacity providers over Auto Scaling groups: their association with clusters, and what ECS adds to their groups
 * for it. https://docs.aws.amazon.com/AmazonECS/latest/developerguide/asg-capacity-providers.html
 */
export class CapacityProviders {
  readonly #world: World;
  readonly #state: EcsState;
  readonly #groups: GroupAccess;
  readonly #scaling: Scaling;

  constructor(
    world: World,
    parts: { readonly state: EcsState; readonly groups: GroupAccess; readonly scaling: Scaling },
  ) {
    this.#world = world;
    this.#state = parts.state;
    this.#groups = parts.groups;
    this.#scaling = parts.scaling;
  }

  /** Makes a provider that no cluster uses yet; the caller has checked that name and group are free. */
  create({ name, group, tags = {}, ...settings }: NewProvider): CapacityProvider {
    const provider: CapacityProvider = {
      ...settings,
      sequence: this.#world.ids.next('capacity-provider'),
      arn: this.#world.arn('ecs', `capacity-provider/${name}`),
      name,
      groupName: group.name,
      groupArn: group.arn,
      update: undefined,
      tags,
    };
    this.#state.capacityProviders.set(name, provider);
    return provider;
  }

  /** Changes a provider; its group follows some seconds later when a cluster uses it. */
  change(provider: CapacityProvider, settings: Partial<ProviderSettings>): void {
    Object.assign(provider, settings);
    provider.update = { status: 'UPDATE_IN_PROGRESS' };
    this.#attach([provider], this.clustersOf(provider), () => {
      provider.update = { status: 'UPDATE_COMPLETE' };
    });
  }

  /** Gives a cluster exactly these providers. Their groups follow some seconds later; in a quiet world at once. */
  associate(cluster: Cluster, names: readonly string[]): void {
    const before = cluster.capacityProviders;
    cluster.capacityProviders = [...new Set(names)];
    const changed = [
      ...names.filter((name) => !before.includes(name)),
      ...before.filter((name) => !names.includes(name)),
    ].flatMap((name) => this.#state.capacityProviders.get(name) ?? []);
    if (changed.length > 0) this.#attach(changed, [cluster], () => undefined);
  }

  /** The provider over a group, by the group's name. */
  ofGroup(groupName: string): CapacityProvider | undefined {
    for (const provider of this.#state.capacityProviders.values()) {
      if (provider.groupName === groupName) return provider;
    }
    return undefined;
  }

  /** The clusters that a provider is associated with. */
  clustersOf({ name }: CapacityProvider): Cluster[] {
    return [...this.#state.clusters.values()].filter(({ capacityProviders }) => capacityProviders.includes(name));
  }

  #attach(providers: readonly CapacityProvider[], clusters: readonly Cluster[], done: () => void): void {
    for (const cluster of clusters) cluster.attachmentsStatus = 'UPDATE_IN_PROGRESS';
    const attach = () => {
      for (const cluster of clusters) cluster.attachmentsStatus = 'UPDATE_COMPLETE';
      for (const provider of providers) {
        const drains = provider.managedDraining && this.clustersOf(provider).length > 0;
        this.#groups.drainThroughHook(provider.groupName, drains);
        this.#scaling.wake(provider.name);
      }
      done();
    };
    if (this.#world.quiet) {
      attach();
      return;
    }
    const n = this.#world.ids.next('attachment-update');
    this.#world.clock.after(this.#world.delay('attachments', providers[0]?.arn ?? '', [...attachmentMs, n]), attach);
  }
}
