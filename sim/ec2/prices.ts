import { typeInfo } from './instance-type.ts';
import table from './prices.json' with { type: 'json' };

const perVcpu: Readonly<Record<string, number>> = table.perVcpu;
const exact: Readonly<Record<string, number>> = table.exact;

/**
 * The On-Demand price of a Linux instance, dollars an hour; the same in every region (see prices.json).
 * @throws Error for an unknown type
 */
export const onDemandPrice = (type: string): number => {
  const { family, vcpus, memoryMiB } = typeInfo(type);
  const known = exact[type];
  if (known !== undefined) return known;
  const rate = perVcpu[family];
  if (rate !== undefined) return rounded(rate * vcpus);
  return rounded(table.otherwise.perVcpu * vcpus + table.otherwise.perGib * (memoryMiB / 1_024));
};

/** Prices have at most four digits after the point, as Spot prices do. */
export const rounded = (price: number): number => Math.round(price * 10_000) / 10_000;
