import type {
  ClusterSetting,
  CreateClusterRequest,
  CreateClusterResponse,
  DeleteClusterRequest,
  DeleteClusterResponse,
  DescribeClustersRequest,
  DescribeClustersResponse,
  Failure,
  ListClustersRequest,
  ListClustersResponse,
  UpdateClusterRequest,
  UpdateClusterResponse,
  UpdateClusterSettingsRequest,
  UpdateClusterSettingsResponse,
} from '@aws-sdk/client-ecs';
import { AwsError, type Operation } from '../service.ts';
import { page } from '../world/page.ts';
import { newCluster } from '../world/resources.ts';
import type { World } from '../world/world.ts';
import { checkProviders, refuseWhileAttaching } from './capacity-providers/association.ts';
import type { CapacityProviders } from './capacity-providers/providers.ts';
import { checkedStrategy } from './capacity-providers/strategy.ts';
import { clusterShape } from './cluster-description.ts';
import type { Cluster } from './model.ts';
import { checkedList, type EcsState, invalid, missing, pageRequest } from './state.ts';
import { checkedTags } from './tags.ts';

/** The ECS operations on the clusters of one region. */
export const clusterOperations = (
  world: World,
  state: EcsState,
  providers: CapacityProviders,
): Record<string, Operation> => ({
  /** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateCluster.html: one that exists is given back as it is */
  CreateCluster: (input: CreateClusterRequest): CreateClusterResponse => {
    const { clusterName: name = 'default', serviceConnectDefaults } = input;
    if (!/^[\w-]{1,255}$/.test(name)) throw invalid(`Invalid cluster name ${name}.`);
    const existing = state.clusters.get(name);
    if (existing) return { cluster: clusterShape(state, existing, everything) };
    const capacityProviders = input.capacityProviders ?? [];
    checkProviders(state, capacityProviders);
    const cluster = newCluster(world, { name, tags: checkedTags(input.tags) });
    cluster.defaultStrategy = checkedStrategy(
      state,
      { ...cluster, capacityProviders },
      input.defaultCapacityProviderStrategy ?? [],
    );
    change(cluster, { ...input, serviceConnectDefaults });
    state.clusters.set(name, cluster);
    providers.associate(cluster, capacityProviders);
    return { cluster: clusterShape(state, cluster, everything) };
  },

  /** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeleteCluster.html */
  DeleteCluster: (input: DeleteClusterRequest): DeleteClusterResponse => {
    const cluster = state.cluster(input.cluster);
    refuseWhenUsed(cluster);
    refuseWhileAttaching(cluster);
    providers.associate(cluster, []);
    state.clusters.delete(cluster.name);
    return { cluster: { ...clusterShape(state, cluster, everything), status: 'INACTIVE' } };
  },

  /** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_UpdateCluster.html */
  UpdateCluster: (input: UpdateClusterRequest): UpdateClusterResponse => {
    const cluster = state.cluster(input.cluster);
    change(cluster, input);
    return { cluster: clusterShape(state, cluster, everything) };
  },

  /** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_UpdateClusterSettings.html */
  UpdateClusterSettings: (input: UpdateClusterSettingsRequest): UpdateClusterSettingsResponse => {
    const cluster = state.cluster(input.cluster);
    change(cluster, { settings: input.settings });
    return { cluster: clusterShape(state, cluster, everything) };
  },

  /** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ListClusters.html */
  ListClusters: (input: ListClustersRequest): ListClustersResponse => {
    const result = page(state.clusters.values(), pageRequest(input));
    return { clusterArns: result.items.map(({ arn }) => arn), nextToken: result.nextToken };
  },

  /** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeClusters.html */
  DescribeClusters: (input: DescribeClustersRequest): DescribeClustersResponse => {
    const failures: Failure[] = [];
    const asked = input.clusters?.length ? input.clusters : ['default'];
    const clusters = checkedList(asked, 'Clusters', 100).flatMap((reference) => {
      const cluster = state.clusters.get(reference.slice(reference.lastIndexOf('/') + 1));
      if (cluster && (reference === cluster.arn || reference === cluster.name)) {
        return [clusterShape(state, cluster, new Set(input.include))];
      }
      failures.push(missing(reference));
      return [];
    });
    return { clusters, failures };
  },
});

const everything: ReadonlySet<string> = new Set(['CONFIGURATIONS', 'SETTINGS', 'TAGS']);

/** @throws AwsError as DeleteCluster does */
const refuseWhenUsed = (cluster: Cluster): void => {
  const refuse = (code: string, what: string) => new AwsError(code, `The Cluster cannot be deleted while ${what}.`);
  if ([...cluster.instances.values()].some(({ status }) => status !== 'INACTIVE')) {
    throw refuse('ClusterContainsContainerInstancesException', 'Container Instances are active or draining');
  }
  if ([...cluster.services.values()].some(({ status }) => status !== 'INACTIVE')) {
    throw refuse('ClusterContainsServicesException', 'Services are active');
  }
  if ([...cluster.tasks.values()].some(({ lastStatus }) => lastStatus !== 'STOPPED')) {
    throw refuse('ClusterContainsTasksException', 'Tasks are active');
  }
};

type Change = Pick<UpdateClusterRequest, 'settings' | 'configuration' | 'serviceConnectDefaults'>;

/** What is left out stays. @throws AwsError InvalidParameterException */
const change = (cluster: Cluster, { settings, configuration, serviceConnectDefaults }: Change): void => {
  if (settings?.length) cluster.settings = checkedSettings(settings);
  if (configuration) cluster.configuration = configuration;
  if (serviceConnectDefaults) cluster.serviceConnectDefaults = { namespace: serviceConnectDefaults.namespace };
};

const checkedSettings = (settings: readonly ClusterSetting[]): readonly ClusterSetting[] => {
  for (const { name, value = '' } of settings) {
    if (name !== 'containerInsights') throw invalid(`Invalid setting name ${name}.`);
    if (!['enabled', 'disabled', 'enhanced'].includes(value)) throw invalid(`Invalid value ${value} for ${name}.`);
  }
  return settings;
};
