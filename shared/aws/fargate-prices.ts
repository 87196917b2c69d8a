import type { PricingClient } from '@aws-sdk/client-pricing';
import type { FargatePrices, Rate } from '../model/ledger.ts';
import { products } from './prices.ts';

/** `EU-SpotUsage-Fargate-ARM-vCPU-Hours:perCPU`: a region's prefix, Spot or not, ARM or not, what is sold. */
const USAGE = /^(?:[A-Z0-9]+-)?(SpotUsage-)?Fargate-(ARM-)?(vCPU-Hours:perCPU|GB-Hours|EphemeralStorage-GB-Hours)$/;

export type FargatePriceList = { readonly fargate: FargatePrices; readonly fargateSpot: FargatePrices };

/**
 * What Fargate and Fargate Spot cost in the region now, Linux, nano-dollars an hour; undefined where the price list has
 * no price. Storage costs the same with Spot, unless the list says otherwise.
 * https://aws.amazon.com/fargate/pricing/
 */
export async function fargatePrices(pricing: PricingClient, region: string): Promise<FargatePriceList> {
  const found = await products(pricing, 'AmazonECS', [
    { Type: 'TERM_MATCH', Field: 'regionCode', Value: region },
    // The list also has a product for each type of Managed Instances.
    { Type: 'CONTAINS', Field: 'usagetype', Value: 'Fargate' },
  ]);
  const usages = new Map<string, number>();
  for (const { attributes, price } of found) {
    const [usage, spot = '', arm = '', sold = ''] = USAGE.exec(attributes.usagetype ?? '') ?? [];
    if (usage !== undefined) usages.set(`${spot}${arm}${sold}`, price);
  }
  const rate = (kind: string): Rate | undefined => {
    const [vcpu, gb] = [usages.get(`${kind}vCPU-Hours:perCPU`), usages.get(`${kind}GB-Hours`)];
    return vcpu === undefined || gb === undefined ? undefined : { vcpu, gb };
  };
  const storageGb = usages.get('EphemeralStorage-GB-Hours');
  return {
    fargate: { x86: rate(''), arm: rate('ARM-'), storageGb },
    fargateSpot: {
      x86: rate('SpotUsage-'),
      arm: rate('SpotUsage-ARM-'),
      storageGb: usages.get('SpotUsage-EphemeralStorage-GB-Hours') ?? storageGb,
    },
  };
}
