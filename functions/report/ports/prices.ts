import { isForbidden } from '../../../shared/aws/errors.ts';
import { fargatePrices } from '../../../shared/aws/fargate-prices.ts';
import { onDemandPricesOf } from '../../../shared/aws/prices.ts';
import { remembered, rememberedEach } from '../../../shared/aws/remembered.ts';
import type { ReportClients } from '../../../shared/aws/report-clients.ts';
import { spotHistory } from '../../../shared/aws/spot-history.ts';
import type { Log } from '../../../shared/flow.ts';
import type { FargatePrices } from '../../../shared/model/ledger.ts';
import type { Reader } from '../reader.ts';

/** List prices change some times a year, those of Fargate Spot about daily. */
const DAY_MS = 24 * 3_600_000;
const ALL = 'all';

const unknown: FargatePrices = { x86: undefined, arm: undefined, storageGb: undefined };
const noFargate = { fargate: unknown, fargateSpot: unknown };

/**
 * What things cost in one region. Where the Price List is out of reach for good (no right, another partition), what ran
 * has no price, and is named; when it only fails now, the reading does: what is booked stays as it was booked.
 */
export function pricesReader(
  region: string,
  { ec2, pricing }: Pick<ReportClients, 'ec2' | 'pricing'>,
  { now, log }: { readonly now: () => number; readonly log: Log },
): Reader['prices'] {
  const daily = { now, forMs: DAY_MS };
  const onDemand = rememberedEach((types) => onDemandPricesOf(pricing, region, types), daily);
  const fargate = remembered(() => fargatePrices(pricing, region), daily);
  const orNone = async <T>(wanted: Promise<T>, none: T): Promise<T> => {
    try {
      return await wanted;
    } catch (error) {
      if (!isForbidden(error)) throw error;
      log.warn('the price list cannot be read; what it would tell has no price', { region, error: String(error) });
      return none;
    }
  };
  return async ({ pools, types, fargate: withFargate, from, to }) => {
    const [spot, listed, ofFargate] = await Promise.all([
      pools.length > 0 ? spotHistory(ec2, { pools, from, to }) : new Map(),
      orNone(onDemand(types), new Map<string, number>()),
      withFargate ? orNone(fargate(ALL), noFargate) : noFargate,
    ]);
    return { spot, onDemand: listed, ...ofFargate };
  };
}
