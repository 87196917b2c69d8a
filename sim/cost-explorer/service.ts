import type {
  DateInterval,
  GetCostAndUsageRequest,
  GetCostAndUsageResponse,
  MetricValue,
  ResultByTime,
} from '@aws-sdk/client-cost-explorer';
import { AwsError, type Call, type Service } from '../service.ts';
import { page } from '../world/page.ts';
import { dimension, invalid, matches, notImplemented } from './filter.ts';
import type { CostLine } from './lines.ts';

const dayMs = 86_400_000;
const hourMs = 3_600_000;
/** How much a page holds; AWS publishes no figure. */
const daysPerPage = 30;

/** The lines of a time; undefined: no bill is kept. */
export type LinesOf = (from: number, to: number) => readonly CostLine[] | undefined;

/**
 * Cost Explorer over the account's own bill: GetCostAndUsage by day. It knows what ran until a day ago, as AWS's data is
 * refreshed "at least once every 24 hours". Without a bill (`keepBill`) it is as in an account that has just enabled it.
 * https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_GetCostAndUsage.html
 * https://docs.aws.amazon.com/cost-management/latest/userguide/ce-what-is.html
 */
export const costExplorerService = (linesOf: LinesOf): Service => ({
  id: 'cost-explorer',
  operations: {
    GetCostAndUsage: (input: GetCostAndUsageRequest, call: Call): GetCostAndUsageResponse => {
      if (call.region !== 'us-east-1') {
        const text = `Cost Explorer has no endpoint in ${call.region}, only in us-east-1`;
        throw new AwsError('NotImplemented', text, 501);
      }
      const { Granularity, GroupBy = [], NextPageToken: token } = input;
      if (Granularity !== 'DAILY') throw notImplemented(`the granularity ${Granularity}`);
      if (GroupBy.length > 2) throw invalid('Failed to parse request: at most two groups are allowed');
      const { items, nextToken } = page(daysOf(input.TimePeriod, call.at), {
        ...{ size: daysPerPage, token, invalidTokenCode: 'InvalidNextTokenException' },
      });
      return {
        GroupDefinitions: GroupBy,
        ResultsByTime: items.map((day) => dayResult(day, { input, linesOf, at: call.at })),
        NextPageToken: nextToken,
      };
    },
  },
});

/** A UTC day; its start is its place in the order of pages. */
type Day = { readonly sequence: number };

const daysOf = ({ Start = '', End = '' }: Partial<DateInterval> = {}, now: number): readonly Day[] => {
  const [from, to] = [Start, End].map((text) => {
    const at = /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(text) : Number.NaN;
    if (Number.isNaN(at)) throw invalid(`Start and end dates must be in the format yyyy-MM-dd: ${text}`);
    return at;
  }) as [number, number];
  if (from >= to) throw invalid('Start date (and hour) should be before end date (and hour)');
  if (from > now) throw invalid('start date is in the future');
  return Array.from({ length: (to - from) / dayMs }, (_, index) => ({ sequence: from + index * dayMs }));
};

type Asked = { readonly input: GetCostAndUsageRequest; readonly linesOf: LinesOf; readonly at: number };

const dayResult = ({ sequence: start }: Day, { input, linesOf, at }: Asked): ResultByTime => {
  const knownUntil = Math.floor((at - dayMs) / hourMs) * hourMs;
  const { GroupBy = [], Filter, Metrics = [] } = input;
  const found = linesOf(start, Math.min(start + dayMs, knownUntil));
  if (!found) throw new AwsError('DataUnavailableException', dataUnavailable);
  const lines = found.filter((line) => matches(Filter, line));
  const groups = Map.groupBy(lines, (line) => JSON.stringify(GroupBy.map((by) => keyOf(by, line))));
  return {
    TimePeriod: { Start: iso(start), End: iso(start + dayMs) },
    Total: GroupBy.length === 0 ? metricsOf(lines, Metrics) : {},
    Groups:
      GroupBy.length === 0
        ? []
        : [...groups].map(([keys, some]) => ({ Keys: JSON.parse(keys), Metrics: metricsOf(some, Metrics) })),
    // The bill of a month is final some days after its end.
    Estimated: true,
  };
};

const dataUnavailable =
  'Data is not available. Please try to adjust the time period. If just enabled Cost Explorer, data might not be ingested yet';

const keyOf = ({ Type, Key = '' }: { Type?: string | undefined; Key?: string | undefined }, line: CostLine) => {
  if (Type !== 'DIMENSION') throw notImplemented(`groups of the type ${Type}`);
  return line.dimensions[dimension(Key)];
};

// There are no discounts, credits and upfront payments here: these costs are one.
const costs = ['UnblendedCost', 'NetUnblendedCost', 'AmortizedCost', 'NetAmortizedCost'];

const metricsOf = (lines: readonly CostLine[], metrics: readonly string[]): Record<string, MetricValue> =>
  Object.fromEntries(
    metrics.map((metric) => {
      const isCost = costs.includes(metric);
      if (!isCost && metric !== 'UsageQuantity') throw notImplemented(`the metric ${metric}`);
      const amount = lines.reduce((sum, { usd, quantity }) => sum + (isCost ? usd : quantity), 0);
      return [metric, { Amount: amount.toFixed(10), Unit: isCost ? 'USD' : 'N/A' }];
    }),
  );

const iso = (at: number): string => new Date(at).toISOString().slice(0, 10);
