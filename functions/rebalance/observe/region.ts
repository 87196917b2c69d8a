import type { Context } from '../../../shared/flow.ts';
import type { Member, ScalingGroup } from '../../../shared/model/offerings.ts';
import { poolKey } from '../../../shared/model/offerings.ts';
import type { Replacing } from '../../../shared/model/rebalance-records.ts';
import type { FailoverCluster, ProviderGroup } from '../../../shared/model/surroundings.ts';
import { manageOf, manageTag, policyOf } from '../../../shared/policy.ts';
import type { AcceptedEvent } from '../decide/accepts.ts';
import type { GroupView, RegionView } from '../decide/view.ts';
import type { Reader } from '../reader.ts';

/** Of a group that is behind no capacity provider, so many instances are looked up in the warm map. */
const SAMPLE = 3;

/**
 * A region as every pass sees it: its managed groups, their instances, and what is remembered. Some ten calls, however
 * many groups there are up to a hundred.
 */
export async function observeRegion(
  read: Reader,
  events: readonly AcceptedEvent[],
  context: Context,
): Promise<RegionView> {
  const [clusters, groups] = await Promise.all([managedClusters(read, context), read.groups()]);
  const [of, instances, remembered, failed, detached] = await Promise.all([
    clustersOf(read, clusters, groups),
    read.groupInstances(),
    rememberedOf(read),
    read.failedLaunches(),
    read.detached(),
  ]);
  const byId = new Map(instances.map((one) => [one.instanceId, one]));
  const members = ({ members }: ScalingGroup) =>
    members.flatMap((member: Member) => {
      const found = byId.get(member.instanceId);
      return found === undefined ? [] : [{ ...member, launchedAt: found.launchedAt, spot: found.spot }];
    });
  const lent = new Set(remembered.lookouts.filter(({ lent }) => lent.tasks > 0).map(({ cluster }) => cluster));
  const views = groups.flatMap((group): GroupView[] => {
    const replacing = remembered.replacings.get(group.name);
    const behind = of.get(group.name) ?? behindAtLast(replacing, clusters);
    if (behind === undefined) return [];
    const { cluster, provider } = behind;
    const managed = manageTag(group.name, group.tags, 'yes');
    const byCluster = policyOf(context.policy, cluster);
    const byGroup = policyOf(byCluster.policy, group);
    // Switched off while an instance is on its way out: that is brought to its end.
    const isOpen = (replacing?.open.length ?? 0) > 0 || detached.some((one) => one.group === group.name);
    if (managed.manage !== 'yes' || (byGroup.policy.rebalance === 'off' && !isOpen)) return [];
    return [
      {
        group,
        cluster,
        provider,
        policy: byGroup.policy,
        problems: [...managed.problems, ...byCluster.problems, ...byGroup.problems],
        members: members(group),
        choice: remembered.choices.get(group.name),
        replacing,
        isLent: lent.has(cluster.arn),
      },
    ];
  });
  return {
    for: events.map(({ recordId }) => recordId),
    groups: views,
    standings: remembered.standings,
    coolOffs: remembered.coolOffs,
    failed,
    advices: remembered.advices,
    detached,
  };
}

async function managedClusters(read: Reader, { policy }: Context): Promise<readonly FailoverCluster[]> {
  const clusters = await read.describeClusters(await read.listClusters());
  return clusters.filter((cluster) => manageOf(cluster, policy).manage === 'yes');
}

type Behind = { readonly cluster: FailoverCluster; readonly provider: GroupView['provider'] };

/** Who replaces the only instance of a group leaves none that tells where: by what was written down of the replacement. */
function behindAtLast(replacing: Replacing | undefined, clusters: readonly FailoverCluster[]): Behind | undefined {
  const cluster = clusters.find(({ arn }) => arn === replacing?.cluster);
  return cluster && replacing && replacing.open.length > 0 ? { cluster, provider: undefined } : undefined;
}

/** The cluster of each group: by its capacity provider, else by where its instances are registered. */
async function clustersOf(
  read: Reader,
  clusters: readonly FailoverCluster[],
  groups: readonly ScalingGroup[],
): Promise<ReadonlyMap<string, Behind>> {
  const names = [...new Set(clusters.flatMap(({ providers }) => providers))].sort();
  const providers = names.length > 0 ? await read.groupsOfProviders(names) : new Map<string, ProviderGroup>();
  const found = new Map<string, Behind>();
  for (const cluster of clusters) {
    for (const name of cluster.providers) {
      const provider = providers.get(name);
      if (provider !== undefined) found.set(provider.group, { cluster, provider: { ...provider, name } });
    }
  }
  const byArn = new Map(clusters.map((cluster) => [cluster.arn, cluster]));
  const loose = groups.filter(({ name }) => !found.has(name));
  const sampled = loose.flatMap(({ members }) => members.slice(0, SAMPLE).map(({ instanceId }) => instanceId));
  const places = sampled.length > 0 ? await read.places(sampled) : new Map();
  for (const { name, members } of loose) {
    for (const { instanceId } of members.slice(0, SAMPLE)) {
      const place = places.get(instanceId);
      const cluster = place?.is === 'place' ? byArn.get(place.cluster) : undefined;
      if (cluster !== undefined) found.set(name, { cluster, provider: undefined });
    }
  }
  return found;
}

async function rememberedOf(read: Reader) {
  const [coolOffs, standings, advices, choices, replacings, lookouts] = await Promise.all([
    read.coolOffs(),
    read.standings(),
    read.advices(),
    read.choices(),
    read.replacings(),
    read.lookouts(),
  ]);
  return {
    coolOffs,
    lookouts,
    standings: new Map(standings.map((one) => [poolKey(one.pool), one])),
    advices: new Map(advices.map((one) => [one.instanceId, one])),
    choices: new Map(choices.map((one) => [one.group, one])),
    replacings: new Map(replacings.map((one) => [one.group, one])),
  };
}
