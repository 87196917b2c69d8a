import type { Capacity } from '../../../shared/model/ledger.ts';

/** What a usage type of a bill is about. `type` of an instance; on Fargate there is none. */
export type Used = { readonly capacity: Capacity; readonly type: string | undefined };

/** A region's prefix (`EU-`, `USW2-`, none in us-east-1) stands before both. */
const INSTANCE = /^(?:.+-)?(SpotUsage|BoxUsage)(?::(.+))?$/;
const FARGATE = /^(?:.+?-)??(SpotUsage-)?Fargate-/;
/** The first type there was has no name in usage types. */
const FIRST_TYPE = 'm1.small';

/**
 * What a usage type is about; undefined: something that the ledger does not count, such as CPU credits.
 * https://docs.aws.amazon.com/cur/latest/userguide/product-columns.html, usagetype
 */
export function usedOf(usageType: string): Used | undefined {
  const [isFargate, onSpot] = FARGATE.exec(usageType) ?? [];
  if (isFargate !== undefined) return { capacity: onSpot ? 'fargate-spot' : 'fargate', type: undefined };
  const [isInstance, kind, type = FIRST_TYPE] = INSTANCE.exec(usageType) ?? [];
  if (isInstance === undefined) return undefined;
  return { capacity: kind === 'SpotUsage' ? 'spot' : 'on-demand', type };
}
