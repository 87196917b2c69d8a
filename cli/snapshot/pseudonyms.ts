import { createHmac } from 'node:crypto';
import type { ScenarioFile } from '../scenario-file/format.ts';

/**
 * A copy of a scenario file in which names say nothing: clusters, services, groups, families, containers, images, target
 * groups, the account id, and the tags that are not spotkeeper's. The same key gives the same names, so that two
 * snapshots can be compared; without the key nobody can look a name up.
 * @param key of the keyed hash (HMAC-SHA-256)
 */
export function pseudonymised(file: ScenarioFile, key: string): ScenarioFile {
  const hash = (name: string): string => createHmac('sha256', key).update(name).digest('hex').slice(0, 10);
  const named =
    (kind: string) =>
    (name: string): string =>
      KEPT.has(name) ? name : `${kind}-${hash(name)}`;
  const [cluster, group, family, target, service] = ['cluster', 'group', 'family', 'targets', 'service'].map(named);
  const [provider, text, container] = ['provider', 'text', 'container'].map(named);
  const { account, simulation } = file;
  if (!cluster || !group || !family || !target || !service || !provider || !text || !container) return file;
  const maybe = (rename: (name: string) => string, name: string | undefined) =>
    name === undefined ? undefined : rename(name);
  const ecsTags = (tags: readonly EcsTag[]) =>
    tags.map((tag) => (tag.key.startsWith('spotkeeper:') ? tag : { key: text(tag.key), value: text(tag.value) }));
  const awsTags = (tags: readonly AwsTag[]) =>
    tags.map((tag) => (tag.Key.startsWith('spotkeeper:') ? tag : { Key: text(tag.Key), Value: text(tag.Value) }));
  return {
    ...file,
    account: {
      ...account,
      accountId: digitsOf(hash(account.accountId)),
      clusters: account.clusters.map((one) => ({
        clusterName: cluster(one.clusterName),
        capacityProviders: one.capacityProviders.map(provider),
        tags: ecsTags(one.tags),
      })),
      targetGroups: account.targetGroups.map((one) => ({ ...one, Name: target(one.Name) })),
      taskDefinitions: account.taskDefinitions.map((one) => ({
        ...one,
        family: family(one.family),
        containerDefinitions: one.containerDefinitions.map((item) => ({
          ...item,
          name: container(item.name),
          image: text(item.image),
        })),
      })),
      autoScalingGroups: account.autoScalingGroups.map((one) => ({
        ...one,
        AutoScalingGroupName: group(one.AutoScalingGroupName),
        cluster: maybe(cluster, one.cluster),
        capacityProvider: maybe(provider, one.capacityProvider),
        LifecycleHooks: one.LifecycleHooks.map((hook) => ({
          ...hook,
          LifecycleHookName: text(hook.LifecycleHookName),
        })),
        Tags: awsTags(one.Tags),
      })),
      instances: account.instances.map((one) => ({
        ...one,
        cluster: maybe(cluster, one.cluster),
        capacityProvider: maybe(provider, one.capacityProvider),
      })),
      services: account.services.map((one) => ({
        ...one,
        cluster: cluster(one.cluster),
        serviceName: service(one.serviceName),
        taskDefinition: family(one.taskDefinition),
        targetGroup: maybe(target, one.targetGroup),
        capacityProviderStrategy: one.capacityProviderStrategy.map((item) => ({
          ...item,
          capacityProvider: provider(item.capacityProvider),
        })),
        tags: ecsTags(one.tags),
      })),
      tasks: account.tasks.map((one) => ({
        ...one,
        cluster: cluster(one.cluster),
        taskDefinition: family(one.taskDefinition),
        group: maybe(text, one.group),
        startedBy: maybe(text, one.startedBy),
        tags: ecsTags(one.tags),
      })),
    },
    simulation: { ...simulation, notes: simulation.notes.length > 0 ? ['Some parts could not be read.'] : [] },
  };
}

type EcsTag = { readonly key: string; readonly value: string };
type AwsTag = { readonly Key: string; readonly Value: string };

/** AWS's own names, and the hook that spotkeeper answers. */
const KEPT = new Set(['FARGATE', 'FARGATE_SPOT', 'spotkeeper-drain']);

const digitsOf = (hex: string): string => String(Number.parseInt(hex, 16)).padStart(12, '0').slice(-12);
