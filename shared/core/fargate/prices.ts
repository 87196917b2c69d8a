import table from './prices.json' with { type: 'json' };

type Prices = (typeof table.regions)['us-east-1'];

/** A task on Fargate, Linux; `arm`: on Graviton. */
export type Billed = {
  readonly vcpu: number;
  readonly gb: number;
  readonly arm: boolean;
  readonly spot: boolean;
  readonly region: string;
};

const regions = new Map<string, Prices>(Object.entries(table.regions));

/** `known`: the region is in our price list; if not, its tasks count as those of the dearest region that is. */
export type Hourly = { readonly nanoUsd: number; readonly known: boolean };

/**
 * What a task costs for an hour, in nano-dollars (a whole number): On-Demand prices, or the share of them that Fargate
 * Spot is counted with. Without ephemeral storage above the 20 GB that are free.
 * https://aws.amazon.com/fargate/pricing/
 */
export function hourlyNanoUsd({ vcpu, gb, arm, spot, region }: Billed): Hourly {
  const found = regions.get(region);
  const price = found ?? dearest;
  const usd = arm ? vcpu * price.armVcpuHour + gb * price.armGbHour : vcpu * price.vcpuHour + gb * price.gbHour;
  return { nanoUsd: Math.round(usd * (spot ? table.spotShare : 1) * 1e9), known: found !== undefined };
}

const most = (of: (prices: Prices) => number): number => Math.max(...[...regions.values()].map(of));

const dearest: Prices = {
  vcpuHour: most(({ vcpuHour }) => vcpuHour),
  gbHour: most(({ gbHour }) => gbHour),
  armVcpuHour: most(({ armVcpuHour }) => armVcpuHour),
  armGbHour: most(({ armGbHour }) => armGbHour),
};
