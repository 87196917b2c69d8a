import { createHmac } from 'node:crypto';
import type { GroupPart, ServicePart } from '../scenario-file/account-format.ts';
import type { ScenarioFile } from '../scenario-file/format.ts';

/**
 * A copy of a scenario file in which names say nothing: clusters, services, groups, families, containers, images, target
 * groups, the account id, and the tags that are not spotkeeper's. The same key gives the same names, so that two
 * snapshots can be compared; without the key nobody can look a name up.
 * @param key of the keyed hash (HMAC-SHA-256)
 */
export function pseudonymised({ account, simulation, ...file }: ScenarioFile, key: string): ScenarioFile {
  const names = namesFor(key);
  const { cluster, provider, text, maybe } = names;
  return {
    ...file,
    account: {
      ...account,
      accountId: names.accountId(account.accountId),
      clusters: account.clusters.map((one) => ({
        clusterName: cluster(one.clusterName),
        capacityProviders: one.capacityProviders.map(provider),
        tags: ecsTags(one.tags, text),
      })),
      targetGroups: account.targetGroups.map((one) => ({ ...one, Name: names.targets(one.Name) })),
      taskDefinitions: account.taskDefinitions.map((one) => ({
        ...one,
        family: names.family(one.family),
        containerDefinitions: one.containerDefinitions.map((item) => ({
          ...item,
          name: names.container(item.name),
          image: text(item.image),
        })),
      })),
      autoScalingGroups: account.autoScalingGroups.map((one) => groupOf(one, names)),
      instances: account.instances.map((one) => ({
        ...one,
        cluster: maybe(cluster, one.cluster),
        capacityProvider: maybe(provider, one.capacityProvider),
      })),
      services: account.services.map((one) => serviceOf(one, names)),
      tasks: account.tasks.map((one) => ({
        ...one,
        cluster: cluster(one.cluster),
        taskDefinition: names.family(one.taskDefinition),
        group: maybe(text, one.group),
        startedBy: maybe(text, one.startedBy),
        tags: ecsTags(one.tags, text),
      })),
    },
    simulation: { ...simulation, notes: simulation.notes.length > 0 ? ['Some parts could not be read.'] : [] },
  };
}

type Rename = (name: string) => string;

const namesFor = (key: string) => {
  const hash = (name: string): string => createHmac('sha256', key).update(name).digest('hex').slice(0, 10);
  const named =
    (kind: string): Rename =>
    (name) =>
      KEPT.has(name) ? name : `${kind}-${hash(name)}`;
  return {
    cluster: named('cluster'),
    group: named('group'),
    family: named('family'),
    targets: named('targets'),
    service: named('service'),
    provider: named('provider'),
    container: named('container'),
    text: named('text'),
    accountId: (id: string): string =>
      String(Number.parseInt(hash(id), 16))
        .padStart(12, '0')
        .slice(-12),
    maybe: (rename: Rename, name: string | undefined) => (name === undefined ? undefined : rename(name)),
  };
};

type Names = ReturnType<typeof namesFor>;

const groupOf = (part: GroupPart, { group, cluster, provider, text, maybe }: Names): GroupPart => ({
  ...part,
  AutoScalingGroupName: group(part.AutoScalingGroupName),
  cluster: maybe(cluster, part.cluster),
  capacityProvider: maybe(provider, part.capacityProvider),
  LifecycleHooks: part.LifecycleHooks.map((hook) => ({ ...hook, LifecycleHookName: text(hook.LifecycleHookName) })),
  Tags: part.Tags.map((tag) => (isOurs(tag.Key) ? tag : { Key: text(tag.Key), Value: text(tag.Value) })),
});

const serviceOf = (part: ServicePart, names: Names): ServicePart => ({
  ...part,
  cluster: names.cluster(part.cluster),
  serviceName: names.service(part.serviceName),
  taskDefinition: names.family(part.taskDefinition),
  targetGroup: names.maybe(names.targets, part.targetGroup),
  capacityProviderStrategy: part.capacityProviderStrategy.map((item) => ({
    ...item,
    capacityProvider: names.provider(item.capacityProvider),
  })),
  tags: ecsTags(part.tags, names.text),
});

type EcsTag = { readonly key: string; readonly value: string };

const ecsTags = (tags: readonly EcsTag[], text: Rename): readonly EcsTag[] =>
  tags.map((tag) => (isOurs(tag.key) ? tag : { key: text(tag.key), value: text(tag.value) }));

const isOurs = (key: string): boolean => key.startsWith('spotkeeper:');

/** AWS's own names, and the hook that spotkeeper answers. */
const KEPT = new Set(['FARGATE', 'FARGATE_SPOT', 'spotkeeper-drain']);
