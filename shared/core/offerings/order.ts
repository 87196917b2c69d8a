import type { Field } from './field.ts';

export type Before = {
  readonly current: readonly string[];
  readonly ordered: boolean;
};

/**
 * The order to write types in. Where a strategy goes by it: the user's own first, in the user's order, then by On-Demand
 * price a slot, those without a price last; current types keep their places unless one is dearer than a later one by
 * more than the gain. Where none does: the current types as they are, then the new ones by name.
 * https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_InstancesDistribution.html (OnDemandAllocationStrategy)
 */
export function inOrder(picked: ReadonlySet<string>, field: Field, { current, ordered }: Before): readonly string[] {
  const own = ordered ? field.own.filter((type) => picked.has(type)) : [];
  const rest = new Set(picked);
  for (const type of own) rest.delete(type);
  const kept = current.filter((type) => rest.delete(type));
  const added = [...rest].sort();
  return ordered ? [...own, ...byPrice(kept, added, field)] : [...kept, ...added];
}

function byPrice(kept: readonly string[], added: readonly string[], { byType, gain }: Field): readonly string[] {
  const price = (type: string): number => byType.get(type)?.onDemandPerSlot ?? Number.MAX_SAFE_INTEGER;
  const cheapestFirst = (types: readonly string[]) => types.toSorted((a, b) => price(a) - price(b) || (a < b ? -1 : 1));
  if (!isNearlySorted(kept.map(price), gain)) return cheapestFirst([...kept, ...added]);
  const order = [...kept];
  for (const type of cheapestFirst(added)) {
    const at = order.findIndex((one) => price(one) > price(type));
    order.splice(at < 0 ? order.length : at, 0, type);
  }
  return order;
}

function isNearlySorted(prices: readonly number[], gain: number): boolean {
  let highest = 0;
  for (const price of prices) {
    if (price * gain < highest) return false;
    highest = Math.max(highest, price);
  }
  return true;
}
