import type { RegionBill } from '../billing/region-bill.ts';

/** What one usage type cost in a region in a time. */
export type CostLine = {
  /** by the dimension's name as the API has it */
  readonly dimensions: Readonly<Record<Dimension, string>>;
  /** hours */
  readonly quantity: number;
  readonly usd: number;
};

/** The dimensions that lines have. */
export const dimensions = ['SERVICE', 'USAGE_TYPE', 'REGION', 'RECORD_TYPE'] as const;
export type Dimension = (typeof dimensions)[number];

/** Services as bills name them. */
const services = { ec2: 'Amazon Elastic Compute Cloud - Compute', ecs: 'Amazon Elastic Container Service' };

/** What the bill of a region has of a time, by usage type. @param usagePrefix what its usage types begin with, `EU-` */
export const costLines = (
  { bill, usagePrefix }: { readonly bill: RegionBill; readonly usagePrefix: string },
  [from, to]: readonly [number, number],
): readonly CostLine[] => {
  const start = Math.max(from, bill.since);
  if (start >= to) return [];
  const { region, charges } = bill.between(start, to);
  const sums = new Map<string, { hours: number; usd: number }>();
  for (const { type, hours, usd } of charges.flatMap(({ usages }) => usages)) {
    const sum = sums.get(type) ?? { hours: 0, usd: 0 };
    sums.set(type, { hours: sum.hours + hours, usd: sum.usd + usd });
  }
  return [...sums].map(([type, { hours, usd }]) => ({
    dimensions: {
      SERVICE: type.includes('Fargate') ? services.ecs : services.ec2,
      USAGE_TYPE: `${usagePrefix}${type}`,
      REGION: region,
      RECORD_TYPE: 'Usage',
    },
    quantity: hours,
    usd,
  }));
};
