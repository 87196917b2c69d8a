import {
  CostExplorerClient,
  GetCostAndUsageCommand,
  type GetCostAndUsageCommandOutput,
} from '@aws-sdk/client-cost-explorer';
import type { NanoUsd } from '../model/ledger.ts';
import { awsConfig, type ClientConfig, type Edge, withoutLogger } from './clients.ts';
import { codeOf } from './errors.ts';

/** Cost Explorer is in one region. https://docs.aws.amazon.com/general/latest/gr/billing.html */
const HOME = 'us-east-1';
const PATIENCE_MS = 60_000;
const SERVICES = ['Amazon Elastic Compute Cloud - Compute', 'Amazon Elastic Container Service'];
/** What was used, also where a reservation or a Savings Plan covers it; no credits, taxes, refunds. */
const RECORDS = ['Usage', 'DiscountedUsage', 'SavingsPlanCoveredUsage'];

/** What one usage type cost in a region. */
export type BilledUsage = {
  readonly region: string;
  /** `EU-SpotUsage:m6i.large`, `USE1-Fargate-GB-Hours` */
  readonly usageType: string;
  readonly cost: NanoUsd;
};

/** Whole UTC days, `2026-11-20`; `to` is not among them. */
export type BilledDays = { readonly from: string; readonly to: string };

/** What is billed, or why AWS does not say; each request costs a cent. */
export type Billed = { readonly requests: number } & (
  | { readonly lines: readonly BilledUsage[] }
  | { readonly refusal: 'denied' | 'no data' | 'unknown period'; readonly says: string }
);

const REFUSALS: Readonly<Record<string, 'denied' | 'no data' | 'unknown period'>> = {
  AccessDeniedException: 'denied',
  AccessDenied: 'denied',
  DataUnavailableException: 'no data',
  BillExpirationException: 'unknown period',
};

export function makeCostExplorer(made: {
  readonly edge: Edge;
  readonly clientConfig: ClientConfig | undefined;
}): CostExplorerClient {
  const client = new CostExplorerClient(awsConfig(HOME, made, PATIENCE_MS));
  withoutLogger(client);
  return client;
}

/**
 * What EC2 instances and Fargate tasks cost in some regions, by usage type: unblended, before discounts.
 * https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_GetCostAndUsage.html
 * @throws whatever AWS or the network says, but for the refusals above
 */
export async function billedUsage(
  client: CostExplorerClient,
  { regions, days }: { readonly regions: readonly string[]; readonly days: BilledDays },
): Promise<Billed> {
  const only = (Key: 'REGION' | 'SERVICE' | 'RECORD_TYPE', Values: readonly string[]) => ({
    Dimensions: { Key, Values: [...Values] },
  });
  const lines: BilledUsage[] = [];
  let requests = 0;
  let NextPageToken: string | undefined;
  try {
    do {
      requests += 1;
      const page: GetCostAndUsageCommandOutput = await client.send(
        new GetCostAndUsageCommand({
          TimePeriod: { Start: days.from, End: days.to },
          Granularity: 'DAILY',
          Metrics: ['UnblendedCost'],
          GroupBy: ['USAGE_TYPE', 'REGION'].map((Key) => ({ Type: 'DIMENSION', Key })),
          Filter: { And: [only('REGION', regions), only('SERVICE', SERVICES), only('RECORD_TYPE', RECORDS)] },
          ...(NextPageToken !== undefined && { NextPageToken }),
        }),
      );
      lines.push(...linesOf(page));
      ({ NextPageToken } = page);
    } while (NextPageToken !== undefined);
  } catch (error) {
    const refusal = REFUSALS[codeOf(error)];
    if (refusal === undefined) throw error;
    return { requests, refusal, says: error instanceof Error ? `${error.name}: ${error.message}` : '' };
  }
  return { requests, lines };
}

const linesOf = ({ ResultsByTime = [] }: GetCostAndUsageCommandOutput): readonly BilledUsage[] =>
  ResultsByTime.flatMap(({ Groups = [] }) => Groups).map(({ Keys: [usageType = '', region = ''] = [], Metrics }) => ({
    usageType,
    region,
    cost: Math.round(Number(Metrics?.UnblendedCost?.Amount ?? 0) * 1e9),
  }));
