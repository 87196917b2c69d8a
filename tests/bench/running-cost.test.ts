import { expect, test } from 'vitest';
import { costLines, total, type Usage } from '../../bench/running-cost/cost.ts';
import { runningCost } from '../../bench/running-cost.ts';

const nothing: Usage = {
  ...{ lambdaGbSeconds: 0, lambdaRequests: 0, sqsRequests: 0, dynamodbReads: 0, dynamodbWrites: 0, dynamodbGb: 0 },
  ...{ events: 0, metrics: 0, alarms: 0, logGb: 0, kmsRequests: 0 },
};

test('usage is priced at list price, and beyond the free tiers', () => {
  const lines = costLines({
    ...nothing,
    ...{ lambdaGbSeconds: 600_000, sqsRequests: 3_000_000, dynamodbReads: 2_000_000, metrics: 8, alarms: 12 },
  });
  const priced = lines.filter(({ list }) => list > 0).map(({ list, withFree }) => [list, withFree]);
  const expected = [
    // 0.6 and 0.2 million GB-seconds at 13.3334 dollars.
    [8.00004, 2.66668],
    // 3 and 2 million requests at 0.40.
    [1.2, 0.8],
    // There is no free tier for reads on demand.
    [0.25, 0.25],
    // 8 metrics at 0.30, of which 10 are free; 12 alarms at 0.10, of which 10 are free.
    [2.4, 0],
    [1.2, 0.2],
  ];
  expect(priced).toHaveLength(expected.length);
  for (const [index, pair] of expected.entries()) {
    expect(priced[index]?.[0]).toBeCloseTo(pair[0] ?? 0, 10);
    expect(priced[index]?.[1]).toBeCloseTo(pair[1] ?? 0, 10);
  }
  expect(total(lines, 'list')).toBeCloseTo(13.05004, 10);
  expect(total(lines, 'withFree')).toBeCloseTo(3.91668, 10);
});

test('what nobody uses costs nothing', () => {
  expect(total(costLines(nothing), 'list')).toBe(0);
});

test('a small account is watched for an hour, and what it used is scaled to a month', async () => {
  const size = { clusters: 1, instances: 4, services: 2, tasks: 4, leadMinutes: 5, watchedHours: 1 };
  const figures = await runningCost({ sizes: [{ ...size, all: false, goals: { list: { atMost: 3 } } }] }).measure();
  const list = figures.find(({ what }) => what === '4 instances: list price');
  expect(list?.value).toBeGreaterThan(1);
  expect(list?.value).toBeLessThan(3);
  const polls = figures.find(({ what }) => what === '4 instances: SQS: polls and messages');
  // Three queues are polled 15 times a minute: 1.97 million requests at 0.40 dollars are 0.79.
  expect(polls?.value).toBeGreaterThan(0.79);
  expect(polls?.value).toBeLessThan(1);
});
