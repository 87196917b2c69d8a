import type { CapacityProviderStrategyItem } from '@aws-sdk/client-ecs';
import type { StrategyItem } from '../model/capacity-provider.ts';
import type { Cluster } from '../model.ts';
import { type EcsState, invalid } from '../state.ts';

const most = { providers: 20, weight: 1_000, base: 100_000 };

/**
 * A capacity-provider strategy as a request gives it, checked: at most 20 providers of one type, each associated with
 * the cluster, only one with a base, at least one with a weight.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CapacityProviderStrategyItem.html
 * @throws AwsError InvalidParameterException
 */
export const checkedStrategy = (
  state: EcsState,
  cluster: Cluster,
  items: readonly CapacityProviderStrategyItem[],
): StrategyItem[] => {
  const strategy = items.map(({ capacityProvider = '', weight = 0, base = 0 }) => ({ capacityProvider, weight, base }));
  if (strategy.length > most.providers) {
    throw invalid(`A capacity provider strategy can contain a maximum of ${most.providers} capacity providers.`);
  }
  for (const item of strategy) checkItem(state, cluster, item);
  const names = strategy.map(({ capacityProvider }) => capacityProvider);
  if (new Set(names).size < names.length) {
    throw invalid('A capacity provider can be used only once in a capacity provider strategy.');
  }
  if (strategy.filter(({ base }) => base > 0).length > 1) {
    throw invalid('Only one capacity provider in a capacity provider strategy can have a base defined.');
  }
  if (strategy.length > 0 && strategy.every(({ weight }) => weight === 0)) {
    throw invalid('At least one capacity provider in a capacity provider strategy must have a weight greater than 0.');
  }
  const ofFargate = names.filter(isFargate).length;
  if (ofFargate > 0 && ofFargate < names.length) {
    throw invalid(
      'A capacity provider strategy cannot contain a mix of capacity providers using Auto Scaling groups and Fargate providers.',
    );
  }
  return strategy;
};

/** AWS's own providers. */
export const fargateProviders = ['FARGATE', 'FARGATE_SPOT'] as const;

/** Is it one of AWS's own providers? */
export const isFargate = (provider: string | undefined): provider is (typeof fargateProviders)[number] =>
  provider === 'FARGATE' || provider === 'FARGATE_SPOT';

const checkItem = (state: EcsState, cluster: Cluster, { capacityProvider: name, weight, base }: StrategyItem): void => {
  if (weight < 0 || weight > most.weight) throw invalid(`The weight of ${name} must be between 0 and ${most.weight}.`);
  if (base < 0 || base > most.base) throw invalid(`The base of ${name} must be between 0 and ${most.base}.`);
  const known = isFargate(name) || state.capacityProviders.has(name) || cluster.capacityProviders.includes(name);
  if (!known) throw invalid(`The specified capacity provider ${name} was not found.`);
  if (!cluster.capacityProviders.includes(name)) {
    throw invalid(
      'The specified capacity provider strategy cannot contain a capacity provider that is not associated with the cluster. Associate the capacity provider with the cluster and try again.',
    );
  }
};
