import type {
  CreateCapacityProviderRequest,
  CreateCapacityProviderResponse,
  DeleteCapacityProviderRequest,
  DeleteCapacityProviderResponse,
  DescribeCapacityProvidersRequest,
  DescribeCapacityProvidersResponse,
  Failure,
  PutClusterCapacityProvidersRequest,
  PutClusterCapacityProvidersResponse,
  UpdateCapacityProviderRequest,
  UpdateCapacityProviderResponse,
} from '@aws-sdk/client-ecs';
import { AwsError, type Operation } from '../../service.ts';
import { page } from '../../world/page.ts';
import type { World } from '../../world/world.ts';
import { clusterShape } from '../cluster-description.ts';
import type { CapacityProvider } from '../model/capacity-provider.ts';
import { type EcsState, invalid, missing } from '../state.ts';
import { checkedTags } from '../tags.ts';
import { associate } from './association.ts';
import { fargateShape, providerShape } from './description.ts';
import type { GroupAccess } from './group-access.ts';
import type { CapacityProviders } from './providers.ts';
import { defaultSettings, settingsWith } from './settings.ts';
import { fargateProviders, isFargate } from './strategy.ts';

export type ProviderParts = {
  readonly world: World;
  readonly state: EcsState;
  readonly providers: CapacityProviders;
  readonly groups: GroupAccess;
};

const mostDescribed = 100;
const mostOnPage = 10;

/** The ECS operations on capacity providers of one region. */
export const capacityProviderOperations = (parts: ProviderParts): Record<string, Operation> => ({
  CreateCapacityProvider: (input: CreateCapacityProviderRequest): CreateCapacityProviderResponse => ({
    capacityProvider: providerShape(create(parts, input), true),
  }),

  /** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_UpdateCapacityProvider.html */
  UpdateCapacityProvider: (input: UpdateCapacityProviderRequest): UpdateCapacityProviderResponse => {
    if (input.managedInstancesProvider) throw notImitated('managedInstancesProvider');
    const provider = found(parts.state, input.name);
    if (!input.autoScalingGroupProvider) throw invalid('autoScalingGroupProvider is required.');
    const group = parts.groups.find(provider.groupName);
    parts.providers.change(provider, settingsWith(provider, input.autoScalingGroupProvider, group));
    return { capacityProvider: providerShape(provider, true) };
  },

  /** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeleteCapacityProvider.html: one in use stays, and says why */
  DeleteCapacityProvider: (input: DeleteCapacityProviderRequest): DeleteCapacityProviderResponse => {
    if (isFargate(nameOf(input.capacityProvider))) {
      throw invalid("The FARGATE and FARGATE_SPOT capacity providers are reserved and can't be deleted.");
    }
    const provider = found(parts.state, input.capacityProvider);
    const [cluster] = parts.providers.clustersOf(provider);
    if (cluster) {
      const reason = `The capacity provider cannot be deleted because it is associated with cluster: ${cluster.name}. Remove the capacity provider from the cluster and try again.`;
      provider.update = { status: 'DELETE_FAILED', reason };
      return { capacityProvider: providerShape(provider, true) };
    }
    parts.state.capacityProviders.delete(provider.name);
    provider.update = { status: 'DELETE_COMPLETE' };
    return { capacityProvider: { ...providerShape(provider, true), status: 'INACTIVE' } };
  },

  DescribeCapacityProviders: (input: DescribeCapacityProvidersRequest): DescribeCapacityProvidersResponse =>
    describe(parts, input),

  PutClusterCapacityProviders: (input: PutClusterCapacityProvidersRequest): PutClusterCapacityProvidersResponse => {
    const cluster = associate(parts, input);
    return { cluster: clusterShape(parts.state, cluster, new Set(['ATTACHMENTS', 'SETTINGS', 'TAGS'])) };
  },
});

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateCapacityProvider.html */
const create = ({ state, groups, providers }: ProviderParts, input: CreateCapacityProviderRequest) => {
  const { name = '', autoScalingGroupProvider: given } = input;
  if (input.managedInstancesProvider) throw notImitated('managedInstancesProvider');
  if (input.cluster !== undefined) throw notImitated('cluster');
  if (!/^[\w-]{1,255}$/.test(name) || /^(aws|ecs|fargate)/i.test(name)) {
    throw refused(
      'The specified capacity provider name is invalid. Up to 255 characters are allowed, including letters (upper and lowercase), numbers, underscores, and hyphens. The name cannot be prefixed with "aws", "ecs", or "fargate". Specify a valid name and try again.',
    );
  }
  if (state.capacityProviders.has(name)) {
    throw refused(
      'The specified capacity provider already exists. To change the configuration of an existing capacity provider, update the capacity provider.',
    );
  }
  if (!given) throw invalid('autoScalingGroupProvider is required.');
  const group = groups.find(given.autoScalingGroupArn ?? '');
  if (!group) {
    throw refused(
      'The specified Auto Scaling group ARN is invalid. Specify a valid Auto Scaling group ARN and try again.',
    );
  }
  if (providers.ofGroup(group.name)) {
    throw refused(
      'The specified Auto Scaling group ARN is already being used by another capacity provider. Specify a unique Auto Scaling group ARN and try again.',
    );
  }
  const settings = settingsWith(defaultSettings, given, group);
  return providers.create({ ...settings, name, group, tags: checkedTags(input.tags) });
};

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeCapacityProviders.html: ten on a page, AWS's own first */
const describe = (
  { world, state }: ProviderParts,
  input: DescribeCapacityProvidersRequest,
): DescribeCapacityProvidersResponse => {
  const { capacityProviders: references, maxResults = mostOnPage, nextToken } = input;
  if (maxResults < 1 || maxResults > mostOnPage) throw invalid(`maxResults must be between 1 and ${mostOnPage}.`);
  if (references && references.length > mostDescribed) {
    throw invalid(`Capacity providers can have at most ${mostDescribed} items.`);
  }
  const withTags = input.include?.includes('TAGS') ?? false;
  const own = fargateProviders.map((name, sequence) => ({ sequence, shape: fargateShape(world, name) }));
  const others = [...state.capacityProviders.values()].map((provider) => ({
    sequence: provider.sequence + own.length,
    shape: providerShape(provider, withTags),
  }));
  const cluster = input.cluster === undefined ? undefined : state.cluster(input.cluster);
  const all = [...own, ...others].filter(({ shape }) => cluster?.capacityProviders.includes(shape.name) ?? true);
  const failures: Failure[] = [];
  const wanted = references?.length
    ? references.flatMap((reference) => {
        const one = all.find(({ shape }) => reference === shape.name || reference === shape.capacityProviderArn);
        if (!one) failures.push(missing(reference));
        return one ?? [];
      })
    : all;
  const sorted = wanted.toSorted((a, b) => a.sequence - b.sequence);
  const result = page(sorted, { size: maxResults, token: nextToken, invalidTokenCode: 'InvalidParameterException' });
  return { capacityProviders: result.items.map(({ shape }) => shape), failures, nextToken: result.nextToken };
};

const nameOf = (reference = ''): string => reference.slice(reference.lastIndexOf('/') + 1);

/** @param reference a name or an ARN */
const found = (state: EcsState, reference: string | undefined): CapacityProvider => {
  const provider = state.capacityProviders.get(nameOf(reference));
  if (provider && (!reference?.startsWith('arn:') || reference === provider.arn)) return provider;
  throw refused('The specified capacity provider was not found. Specify a valid name or ARN and try again.');
};

const refused = (message: string) => new AwsError('ClientException', message);

const notImitated = (parameter: string) =>
  new AwsError('NotImplemented', `${parameter}: ECS Managed Instances are not simulated`, 501);
