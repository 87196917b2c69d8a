import { GetCostAndUsageCommand, type GetCostAndUsageCommandInput } from '@aws-sdk/client-cost-explorer';
import { describe, expect, test } from 'vitest';
import { script } from '../../../sim/market/source.ts';
import { clientsOf, settle } from '../clients.ts';
import { smallAccount } from '../small-account.ts';

const day = 86_400_000;
const EC2 = 'Amazon Elastic Compute Cloud - Compute';

/** Two days from midnight on: an On-Demand instance (0.096 dollars an hour), a Spot one (0.04), a Fargate task. */
const billed = async ({ days = 2, keep = true } = {}) => {
  const { account, region } = smallAccount({
    startMs: Date.UTC(2026, 7, 14),
    market: () => () => script([{ atMs: 0, capacity: 100, price: 0.04 }]),
  });
  if (keep) account.keepBill();
  const cluster = region.createCluster({ name: 'web' });
  region.addInstance({ type: 'm6i.large', zone: 'eu-west-1a', cluster });
  region.addInstance({ type: 'm6i.large', zone: 'eu-west-1a', cluster, spot: false });
  region.createService({ cluster, name: 'api', cpu: 1_024, memory: 2_048, launchType: 'FARGATE' });
  region.settle();
  await account.clock.run(account.clock.now() + days * day);
  const { costExplorer } = clientsOf(account.endpoint, 'test', 'us-east-1');
  const ask = (own: Partial<GetCostAndUsageCommandInput> = {}) =>
    settle(
      account.clock,
      costExplorer.send(
        new GetCostAndUsageCommand({
          TimePeriod: { Start: '2026-08-14', End: '2026-08-16' },
          Granularity: 'DAILY',
          Metrics: ['UnblendedCost'],
          ...own,
        }),
      ),
    );
  return { account, costExplorer, ask };
};

const by = (...keys: string[]) => keys.map((Key) => ({ Type: 'DIMENSION' as const, Key }));

describe('Cost Explorer', () => {
  test('gives the cost of each day by usage type', async () => {
    const { ask } = await billed();
    const { ResultsByTime } = await ask({
      GroupBy: by('USAGE_TYPE'),
      Metrics: ['UnblendedCost', 'UsageQuantity'],
    });
    expect(ResultsByTime?.map(({ TimePeriod }) => TimePeriod?.Start)).toEqual(['2026-08-14', '2026-08-15']);
    expect(ResultsByTime?.[0]?.Groups).toEqual([
      group('EU-SpotUsage:m6i.large', '0.9600000000', '24.0000000000'),
      group('EU-BoxUsage:m6i.large', '2.3040000000', '24.0000000000'),
      group('EU-Fargate-vCPU-Hours:perCPU', '0.9715200000', '24.0000000000'),
      group('EU-Fargate-GB-Hours', '0.2133600000', '48.0000000000'),
    ]);
  });

  test('knows nothing yet of the last day', async () => {
    const { ask } = await billed();
    const { ResultsByTime } = await ask();
    expect(ResultsByTime?.map(({ Total }) => Total?.UnblendedCost?.Amount)).toEqual(['4.4488800000', '0.0000000000']);
  });

  test('filters by services and regions', async () => {
    const { ask } = await billed();
    const ofEc2 = { Dimensions: { Key: 'SERVICE' as const, Values: [EC2] } };
    const inDublin = { Dimensions: { Key: 'REGION' as const, Values: ['eu-west-1'] } };
    const { ResultsByTime } = await ask({ Filter: { And: [ofEc2, inDublin] }, GroupBy: by('SERVICE', 'REGION') });
    expect(ResultsByTime?.[0]?.Groups?.map(({ Keys }) => Keys)).toEqual([[EC2, 'eu-west-1']]);
    const others = await ask({ Filter: { Not: ofEc2 }, GroupBy: by('SERVICE') });
    expect(others.ResultsByTime?.[0]?.Groups?.map(({ Keys }) => Keys)).toEqual([['Amazon Elastic Container Service']]);
  });

  test('gives long periods page by page', async () => {
    const { account, costExplorer } = await billed({ days: 40 });
    const pages: number[] = [];
    const read = async () => {
      const input = {
        TimePeriod: { Start: '2026-08-14', End: '2026-09-20' },
        Granularity: 'DAILY' as const,
        Metrics: ['UnblendedCost'],
      };
      for await (const page of pagesOf(costExplorer, input)) pages.push(page.ResultsByTime?.length ?? 0);
    };
    await settle(account.clock, read());
    expect(pages).toEqual([30, 7]);
  });

  test('has no data where no bill is kept', async () => {
    const { ask } = await billed({ keep: false });
    await expect(ask()).rejects.toMatchObject({ name: 'DataUnavailableException' });
  });

  test('refuses what it cannot answer', async () => {
    const { ask } = await billed();
    const period = (Start: string, End: string) => ({ TimePeriod: { Start, End } });
    await expect(ask(period('2026-08-15', '2026-08-15'))).rejects.toMatchObject({ name: 'ValidationException' });
    await expect(ask(period('yesterday', '2026-08-15'))).rejects.toMatchObject({ name: 'ValidationException' });
    await expect(ask({ Filter: {} })).rejects.toMatchObject({ name: 'ValidationException' });
    await expect(ask({ GroupBy: by('SERVICE', 'REGION', 'USAGE_TYPE') })).rejects.toMatchObject({
      name: 'ValidationException',
    });
    await expect(ask({ Granularity: 'MONTHLY' })).rejects.toMatchObject({ name: 'NotImplemented' });
    await expect(ask({ GroupBy: by('AZ') })).rejects.toMatchObject({ name: 'NotImplemented' });
    await expect(ask({ NextPageToken: 'next' })).rejects.toMatchObject({ name: 'InvalidNextTokenException' });
  });
});

const group = (key: string, cost: string, quantity: string) => ({
  Keys: [key],
  Metrics: { UnblendedCost: { Amount: cost, Unit: 'USD' }, UsageQuantity: { Amount: quantity, Unit: 'N/A' } },
});

/** The SDK has no paginator for it. */
async function* pagesOf(
  client: Awaited<ReturnType<typeof billed>>['costExplorer'],
  input: GetCostAndUsageCommandInput,
) {
  let NextPageToken: string | undefined;
  do {
    const page = await client.send(new GetCostAndUsageCommand({ ...input, NextPageToken }));
    yield page;
    NextPageToken = page.NextPageToken;
  } while (NextPageToken !== undefined);
}
