import type { EC2Client } from '@aws-sdk/client-ec2';
import { batches } from '../core/batches.ts';
import type { Pool } from '../model/fleet.ts';
import { type Instant, instant } from '../model/instant.ts';
import type { PriceStep } from '../model/ledger.ts';
import { poolKey } from '../model/offerings.ts';
import { type SpotChange, spotChanges } from './prices.ts';

const TYPES_PER_CALL = 100;

/**
 * The Spot prices of some pools from `from` to `to`, by pool (`type zone`), oldest first; the first step is the one in
 * force at `from`. A pool without prices is left out.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSpotPriceHistory.html
 */
export async function spotHistory(
  ec2: EC2Client,
  { pools, from, to }: { readonly pools: readonly Pool[]; readonly from: Instant; readonly to: Instant },
): Promise<ReadonlyMap<string, readonly PriceStep[]>> {
  const zones = [...new Set(pools.map(({ zone }) => zone))];
  const types = [...new Set(pools.map(({ type }) => type))];
  const pages = await Promise.all(
    batches(types, TYPES_PER_CALL).map((some) =>
      spotChanges(ec2, {
        StartTime: new Date(from),
        EndTime: new Date(to),
        InstanceTypes: some as NonNullable<Parameters<typeof spotChanges>[1]['InstanceTypes']>,
        Filters: [{ Name: 'availability-zone', Values: zones }],
      }),
    ),
  );
  const wanted = new Set(pools.map(poolKey));
  const changes = Map.groupBy(
    pages.flat().filter(({ pool }) => wanted.has(pool)),
    ({ pool }) => pool,
  );
  return new Map([...changes].map(([pool, some]) => [pool, steps(some, from)]));
}

/** Without those that were over at `from`, and without those that changed nothing. */
function steps(changes: readonly SpotChange[], from: Instant): readonly PriceStep[] {
  const inOrder = changes.toSorted((a, b) => a.since - b.since);
  const inForce = inOrder.findLastIndex(({ since }) => since <= from);
  return inOrder
    .slice(Math.max(0, inForce))
    .filter(({ price }, at, all) => price !== all[at - 1]?.price)
    .map(({ since, price }) => ({ from: instant(since), hourly: price }));
}
