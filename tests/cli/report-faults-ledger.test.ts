import { afterEach, describe, expect, it } from 'vitest';
import type { Drill } from '../../cli/run-drill.ts';
import { pool } from '../../cli/scenarios/failover/setting.ts';
import {
  ledgerOf,
  MIDNIGHT_IN_AN_HOUR,
  MINUTE_MS,
  messagesOf,
  ofReport,
  ofTicks,
  type Played,
  play,
  recordsOf,
  said,
  secretsIn,
  timesOf,
} from './report-drill.ts';

/** Each minute is read: many readings an hour, and one of them dies at each of its calls. */
const EACH_MINUTE = { SPOTKEEPER_LEDGER_MINUTES: '1' };
const STORM = { stormAt: 10, settings: EACH_MINUTE } satisfies Played;

let drills: Drill[] = [];
let sound: Promise<Drill> | undefined;

async function drill(played: Played): Promise<Drill> {
  const one = await play(played);
  drills.push(one);
  return one;
}

/** The same hour, undisturbed. */
const undisturbed = (): Promise<Drill> => {
  sound ??= play(STORM);
  return sound;
};

afterEach(() => {
  const shown = drills.flatMap(secretsIn);
  drills = [];
  expect(shown).toEqual([]);
});

/** The calls of a reading of what ran; each has a kill of its own, minutes apart. */
const CALLS = [
  'ListContainerInstances',
  'GetParameter',
  'DescribeContainerInstances',
  'ListTasks',
  'DescribeTasks',
  'DescribeInstances',
  'DescribeSpotPriceHistory',
  'GetProducts',
  'Query',
  'BatchGetItem',
  'BatchWriteItem',
  'PutItem',
];
const kills = (effect: boolean, from: number, apart = 4) =>
  CALLS.map((operation, index) =>
    ofReport({ fault: 'kill', operation, effect, times: 1, fromMs: (from + index * apart) * MINUTE_MS }),
  );

/** Readings that end elsewhere round elsewhere: so many nano-dollars of difference are no time counted twice. */
const ROUNDED = 2_000;

async function sameLedger(one: Drill): Promise<void> {
  const other = await undisturbed();
  expect(timesOf(one).at(-1)?.[1]).toBe(timesOf(other).at(-1)?.[1]);
  expect(recordsOf(one, 'ledger').every(({ gapMs }) => gapMs === 0)).toBe(true);
  const [found, wanted] = [ledgerOf(one), ledgerOf(other)];
  expect(Object.keys(found)).toEqual(Object.keys(wanted));
  for (const [who, { seconds, cost, onDemand }] of Object.entries(wanted)) {
    expect(found[who]?.seconds, `seconds of ${who}`).toBeCloseTo(seconds, 3);
    expect(Math.abs((found[who]?.cost ?? 0) - cost), `cost of ${who}`).toBeLessThan(ROUNDED);
    expect(Math.abs((found[who]?.onDemand ?? 0) - onDemand), `On-Demand cost of ${who}`).toBeLessThan(ROUNDED);
  }
  onceEach(one);
}

/** No minute is told of twice, and none is left out. */
function onceEach(one: Drill): void {
  const times = timesOf(one);
  for (const [index, [from]] of times.entries()) if (index > 0) expect(from).toBe(times[index - 1]?.[1]);
}

const titlesOf = (one: Drill): readonly string[] => messagesOf(one).map(({ text }) => text.split('\n', 1)[0] ?? '');
const invocationsOf = ({ installation }: Drill): number =>
  installation?.deployment.invocations.filter(({ functionName }) => functionName.endsWith('-report')).length ?? 0;

type CallFault = Parameters<typeof ofReport>[0];

describe('a ledger counts once what ran', () => {
  it.each([
    ['before', false],
    ['after', true],
  ])('though the function dies %s each of its calls', async (_, effect) => {
    const killed = await drill({ ...STORM, faults: { calls: kills(effect, 5) } });
    const callers = killed.account.endpoint.calls.entries.map(({ caller }) => caller);
    expect(new Set(callers.filter((caller) => caller.includes('report'))).size).toBe(CALLS.length + 1);
    await sameLedger(killed);
    expect(titlesOf(killed)).toContain('Over: Spot storm in prod');
    expect(messagesOf(killed).length).toBeLessThanOrEqual(3);
  });

  it.each<[string, CallFault]>([
    ['ECS throttles its calls', { fault: 'throttling', service: 'ecs', rate: 0.7, toMs: 50 * MINUTE_MS }],
    ['DynamoDB fails', { fault: 'internal-error', service: 'dynamodb', rate: 0.3, toMs: 50 * MINUTE_MS }],
    [
      'DynamoDB fails after it has written',
      { fault: 'internal-error', service: 'dynamodb', effect: true, rate: 0.3, toMs: 50 * MINUTE_MS },
    ],
    [
      'DynamoDB is out of reach for 15 minutes',
      { fault: 'unavailable', service: 'dynamodb', fromMs: 8 * MINUTE_MS, toMs: 23 * MINUTE_MS },
    ],
  ])('though %s', async (_, fault) => {
    await sameLedger(await drill({ ...STORM, faults: { calls: [ofReport(fault)] } }));
  });

  it('though each minute invokes the function twice at the same time', async () => {
    const twice = await drill({ ...STORM, faults: { events: [ofTicks('duplicate')] } });
    expect(invocationsOf(twice)).toBeGreaterThan(1.9 * invocationsOf(await undisturbed()));
    await sameLedger(twice);
    expect(titlesOf(twice)).toEqual(titlesOf(await undisturbed()));
  });

  it('though no tick comes for 20 minutes of a storm', async () => {
    const lost = await drill({ ...STORM, faults: { events: [ofTicks('lost', 12, 32)] } });
    expect(invocationsOf(lost)).toBe(invocationsOf(await undisturbed()) - 20);
    await sameLedger(lost);
  });
});

describe('a report', () => {
  const DAY = { minutes: 85, settings: MIDNIGHT_IN_AN_HOUR } satisfies Played;
  const reportIn = (one: Drill): string => messagesOf(one).at(-1)?.text ?? '';

  it('says of which time nobody can say what ran when no tick came for 90 minutes', async () => {
    const settings = { ...MIDNIGHT_IN_AN_HOUR, SPOTKEEPER_TIME_ZONE: 'Pacific/Tongatapu' };
    const lost = await drill({ minutes: 150, settings, faults: { events: [ofTicks('lost', 10, 100)] } });
    const gap = recordsOf(lost, 'ledger').reduce((sum, { gapMs }) => sum + gapMs, 0) / MINUTE_MS;
    expect(gap).toBeGreaterThan(30);
    expect(gap).toBeLessThan(50);
    expect(said(lost)).toContain(`nobody can say what ran in ${gap} minutes`);
    expect(reportIn(lost)).toContain(
      `Of ${gap} minutes nobody can say what ran: readings failed, or a cluster was deleted.`,
    );
  });

  it('names a pool whose price nobody knows, and does not call it free', async () => {
    const unknown = await drill({ ...DAY, story: ({ parts }) => parts.fleet.market.hidePrices(pool) });
    expect(reportIn(unknown)).toContain(
      'No price is known for `m6i.large eu-west-1a Spot`, so these sums are not complete.',
    );
    expect(reportIn(unknown)).not.toMatch(/\$0\b|You saved|Nothing was saved/);
    expect(JSON.stringify(messagesOf(unknown).at(-1)?.blocks)).not.toContain('"$0"');
  });
});
