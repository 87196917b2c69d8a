import type { Launch, StrategyItem } from '../model/capacity-provider.ts';

/** What is counted for one provider of a strategy. */
export type ProviderCounts = ReadonlyMap<string | undefined, number>;

/**
 * The provider of the next task of a strategy: bases first, then whoever is furthest below its weight; in the order of
 * the strategy where two are level. Undefined for a launch type.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CapacityProviderStrategyItem.html
 * @param counts the tasks that each provider has already
 */
export const nextProvider = (launch: Launch, counts: ProviderCounts): string | undefined => {
  const items = launch.strategy ?? [];
  const short = items.find(({ capacityProvider, base }) => (counts.get(capacityProvider) ?? 0) < base);
  if (short) return short.capacityProvider;
  return lowest(items, (item) => (aboveBase(item, counts) + 1) / item.weight)?.capacityProvider;
};

/** The provider that has most tasks for its weight: where one too many should be stopped. Undefined: it does not matter. */
export const fullestProvider = (launch: Launch, counts: ProviderCounts): string | undefined => {
  const above = (launch.strategy ?? []).filter((item) => aboveBase(item, counts) > 0);
  return lowest(above, (item) => -aboveBase(item, counts) / Math.max(item.weight, 0.001))?.capacityProvider;
};

const aboveBase = ({ capacityProvider, base }: StrategyItem, counts: ProviderCounts): number =>
  (counts.get(capacityProvider) ?? 0) - base;

// A weight of 0 gives Infinity: such a provider gets no more than its base.
const lowest = (items: readonly StrategyItem[], rank: (item: StrategyItem) => number): StrategyItem | undefined => {
  let best: { readonly item: StrategyItem; readonly rank: number } | undefined;
  for (const item of items) {
    const own = rank(item);
    if (Number.isFinite(own) && (!best || own < best.rank)) best = { item, rank: own };
  }
  return best?.item;
};
