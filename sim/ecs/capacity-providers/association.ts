import type { PutClusterCapacityProvidersRequest } from '@aws-sdk/client-ecs';
import { AwsError } from '../../service.ts';
import type { Cluster } from '../model.ts';
import { type EcsState, invalid } from '../state.ts';
import type { CapacityProviders } from './providers.ts';
import { checkedStrategy, isFargate } from './strategy.ts';

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-quotas.html */
const mostProviders = 20;

type Parts = { readonly state: EcsState; readonly providers: CapacityProviders };

/**
 * Replaces the providers of a cluster and its default strategy as a whole.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_PutClusterCapacityProviders.html
 * @throws AwsError ClusterNotFoundException, InvalidParameterException, ResourceInUseException, UpdateInProgressException
 */
export const associate = ({ state, providers }: Parts, input: PutClusterCapacityProvidersRequest): Cluster => {
  const cluster = state.cluster(input.cluster);
  const { capacityProviders: names, defaultCapacityProviderStrategy: strategy } = input;
  if (!names) throw invalid('Capacity providers cannot be null.');
  if (!strategy) throw invalid('Default capacity provider strategy cannot be null.');
  refuseWhileAttaching(cluster);
  checkProviders(state, names);
  const defaultStrategy = checkedStrategy(state, { ...cluster, capacityProviders: names }, strategy);
  for (const name of names) refuseSecondCluster(state, providers, { name, cluster });
  for (const name of cluster.capacityProviders) if (!names.includes(name)) refuseUsed(cluster, name);
  cluster.defaultStrategy = defaultStrategy;
  providers.associate(cluster, names);
  return cluster;
};

/** @throws AwsError InvalidParameterException for providers that do not exist, or too many */
export const checkProviders = (state: EcsState, names: readonly string[]): void => {
  if (names.length > mostProviders) {
    throw invalid('The maximum number of capacity providers per cluster has been exceeded.');
  }
  const unknown = names.find((name) => !isFargate(name) && !state.capacityProviders.has(name));
  if (unknown !== undefined) {
    throw invalid(
      `The specified capacity provider '${unknown}' was not found. Specify a valid capacity provider and try again.`,
    );
  }
};

/** @throws AwsError UpdateInProgressException while ECS works on the groups of the cluster's providers */
export const refuseWhileAttaching = ({ attachmentsStatus }: Cluster): void => {
  if (attachmentsStatus === 'UPDATE_COMPLETE') return;
  throw new AwsError(
    'UpdateInProgressException',
    'The specified cluster is in a busy state. Cluster attachments must be in UPDATE_COMPLETE or UPDATE_FAILED state before they can be updated. Wait and try again.',
  );
};

/** A provider with managed scaling works for one cluster only. */
const refuseSecondCluster = (
  state: EcsState,
  providers: CapacityProviders,
  { name, cluster }: { readonly name: string; readonly cluster: Cluster },
): void => {
  const provider = state.capacityProviders.get(name);
  if (!provider?.managedScaling) return;
  const other = providers.clustersOf(provider).find((one) => one !== cluster);
  if (!other) return;
  throw invalid(
    `The specified capacity provider '${name}' has managed scaling and is already associated with cluster ${other.name}.`,
  );
};

const refuseUsed = (cluster: Cluster, name: string): void => {
  const byTask = [...cluster.tasks.values()].some(
    ({ capacityProviderName, lastStatus }) => capacityProviderName === name && lastStatus !== 'STOPPED',
  );
  const byService = [...cluster.services.values()].some(
    ({ status, deployments }) =>
      status !== 'INACTIVE' &&
      deployments.some(({ launch }) => launch.strategy?.some(({ capacityProvider }) => capacityProvider === name)),
  );
  if (!byTask && !byService) return;
  throw new AwsError('ResourceInUseException', 'The specified capacity provider is in use and cannot be removed.');
};
