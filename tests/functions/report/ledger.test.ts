import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { figures } from '../../../functions/report/decide/figures.ts';
import { decideLedger, type Reading } from '../../../functions/report/decide/ledger.ts';
import { observeLedger } from '../../../functions/report/observe/ledger.ts';
import type { Reader } from '../../../functions/report/reader.ts';
import { packed } from '../../../shared/aws/packed.ts';
import { instant, later } from '../../../shared/model/instant.ts';
import type { Counted, LedgerEntry, RanInstance } from '../../../shared/model/ledger.ts';
import type { Action, Plan } from '../../../shared/plan/action.ts';
import { aContext, actionsOf, aPrepared, aTick, clusterArn, instanceId, NOW, POOL, REGION } from '../../given.ts';
import { aCounted, aKnown, minutesAgo } from './ledger-given.ts';
import { aLending, anEntry, aServiceLine } from './report-given.ts';

const MINUTE = 60_000;
/** The last whole minute that is a minute ago. */
const END = instant(Date.parse('2026-08-14T09:25:00Z'));
const none = { x86: undefined, arm: undefined, storageGb: undefined };
const noPrices = { spot: new Map(), onDemand: new Map(), fargate: none, fargateSpot: none };

const anInstance: RanInstance = {
  instanceId: instanceId(1),
  containerInstance: undefined,
  pool: POOL,
  spot: true,
  launchedAt: minutesAgo(65),
  endedAt: undefined,
  reclaimed: false,
  room: { cpu: 2048, memory: 7680 },
};

/** What is asked of AWS for one cluster. */
async function asked(counted: readonly Counted[], given: Partial<Reader> = {}) {
  const calls: object[] = [];
  const read = {
    clusters: async () => [aKnown('prod')],
    counted: async () => counted,
    watches: async () => [],
    prepared: async () => [aPrepared()],
    lendings: async () => [],
    ran: async (of) => {
      calls.push(of);
      return { instances: [anInstance], tasks: [], groups: ['prod-spot'] };
    },
    prices: async (of) => {
      calls.push(of);
      return noPrices;
    },
    ...given,
  } satisfies Partial<Reader> as unknown as Reader;
  const view = await observeLedger(read, [aTick()], aContext());
  return { calls, view };
}

describe('a reading', () => {
  test('is of the time since the last one, with the prices since its youngest instances were launched', async () => {
    const { calls, view } = await asked([aCounted('prod')]);
    expect(calls).toMatchObject([
      { from: minutesAgo(20), to: END, groups: ['prod-spot'] },
      { pools: [POOL], types: ['m6i.large'], fargate: false, from: minutesAgo(65), to: END },
    ]);
    expect(view.readings).toMatchObject([{ from: minutesAgo(20), to: END, gapMs: 0 }]);
  });

  test('knows the standbys that were seen or asked for, and whom trial tasks prove, and takes nothing else for one', async () => {
    const standbys = { fargate: `arn:aws:ecs:${REGION}:123456789012:service/prod/checkout-fargate` };
    const { calls } = await asked([aCounted('prod')], {
      prepared: async () => [aPrepared({ standbys }), aPrepared({ service: 'web' })],
      lendings: async () => [aLending()],
    });
    expect(calls[0]).toMatchObject({
      lent: new Map([
        ['checkout-fargate', 'checkout'],
        ['checkout-fargate-spot', 'checkout'],
      ]),
      proves: new Map([
        ['prod-checkout-spotkeeper-fargate', 'checkout'],
        ['prod-web-spotkeeper-fargate', 'web'],
      ]),
    });
  });

  test('asks for no prices of instances that are not billed as Linux', async () => {
    const platform = 'Red Hat Enterprise Linux';
    const instances = [anInstance, { ...anInstance, platform, pool: { type: 'c5.large', zone: 'eu-west-1a' } }];
    const { calls } = await asked([aCounted('prod')], { ran: async () => ({ instances, tasks: [], groups: [] }) });
    expect(calls).toMatchObject([{ pools: [POOL], types: ['m6i.large'] }]);
  });

  test('that is not due costs two queries', async () => {
    const { calls } = await asked([aCounted('prod', { to: minutesAgo(10) })], {
      watches: async () => Promise.reject(new Error('watches are not needed')),
    });
    expect(calls).toEqual([]);
  });

  test('is of one minute when it is the first', async () => {
    const { view } = await asked([]);
    expect(view.readings).toMatchObject([{ from: later(END, -MINUTE), to: END, gapMs: 0 }]);
  });

  test('after an hour is of what AWS still shows, and names the gap', async () => {
    const to = later(END, -120 * MINUTE);
    const { view } = await asked([aCounted('prod', { to })]);
    const [reading] = view.readings;
    expect(reading?.from).toBe(instant(Date.parse('2026-08-14T08:32:00Z')));
    expect(reading?.gapMs).toBe((reading?.from ?? 0) - to);
  });

  test('that fails keeps no other one from being made', async () => {
    const { view } = await asked([], {
      clusters: async () => [aKnown('prod'), aKnown('other')],
      ran: async ({ cluster, groups }) => {
        if (cluster === clusterArn('prod')) throw new Error('throttled');
        return { instances: [], tasks: [], groups };
      },
    });
    expect(view.readings.map(({ cluster }) => cluster)).toEqual([clusterArn('other')]);
    expect(view.failures).toMatchObject([{ for: ['tick'], error: expect.stringContaining('throttled') }]);
  });
});

describe('what was read', () => {
  const hour = instant(Date.parse('2026-08-14T09:00:00Z'));
  const pending = [anEntry(hour)];
  const aReading = (given: Partial<Reading> = {}): Reading => ({
    cluster: clusterArn('prod'),
    counted: aCounted('prod', { pending }),
    from: later(hour, 5 * MINUTE),
    to: END,
    gapMs: 0,
    ran: { instances: [], tasks: [], groups: ['prod-spot'] },
    prices: noPrices,
    ...given,
  });
  const planOf = (given: Partial<Reading> = {}): Plan =>
    decideLedger({ for: ['tick'], by: 'a run', readings: [aReading(given)], failures: [] }, aContext());

  test('is in the guard first, then written; what the last one read is written before', () => {
    const plan = planOf();
    const next = plan.guards[0]?.next as Counted;
    expect(plan.before).toMatchObject([{ do: 'remember', records: pending }]);
    expect(plan.guards).toMatchObject([{ expected: 4, whenLost: 'leave', next: { to: END, version: 5, by: 'a run' } }]);
    expect(next.pending).toMatchObject([{ is: 'ledger', from: later(hour, 5 * MINUTE), to: END }]);
    expect(actionsOf({ ...plan, before: [] }, 'remember')).toMatchObject([
      { under: plan.guards[0]?.name, records: next.pending },
    ]);
  });

  test('of a cluster that was never read is under a guard that nobody else has read it', () => {
    expect(planOf({ counted: undefined }).guards[0]?.expected).toBe('absent');
  });

  /** Ids and amounts as unlike each other as those of EC2. */
  const aYoungCluster = (instances: number, services: number): Counted => {
    const unlike = (text: string) => createHash('sha256').update(text).digest();
    const young = Array.from({ length: instances }, (_, n) => ({
      instanceId: `i-${unlike(`${n}`).toString('hex').slice(0, 17)}`,
      launchedAt: later(END, -10 * MINUTE),
      booked: Array.from({ length: services }, (_, s) => ({
        hour,
        consumer: { of: 'service' as const, name: `service-${(n * 7 + s) % 400}` },
        cost: unlike(`${n} ${s}`).readUInt32BE(),
      })),
    }));
    return aCounted('prod', { young });
  };
  const nextOf = (counted: Counted) => planOf({ counted }).guards[0]?.next as Counted;

  test('keeps what was booked for a thousand young instances, should EC2 take them back', () => {
    const next = nextOf(aYoungCluster(1_000, 20));
    expect(next.young.flatMap(({ booked }) => booked)).toHaveLength(20_000);
    expect(packed(next)).toBeTruthy();
  });

  test.each([
    [5_000, 5],
    [5_000, 30],
    [15_000, 1],
  ])('fits into a record of the table with %i young instances of %i services', (instances, services) => {
    expect(packed(nextOf(aYoungCluster(instances, services)))).toBeTruthy();
  });
});

test('what was saved is measured in dollars, once', () => {
  const lines = [aServiceLine({ cost: 1e9, onDemand: 3e9 }), aServiceLine({ cost: 5e8, onDemand: 5e8 })];
  const records: readonly LedgerEntry[] = [anEntry(NOW, { services: lines })];
  const remember: Action = { do: 'remember', for: ['tick'], region: REGION, because: 'it ran', records };
  const done = (action: Action) => ({ outcome: { action, result: 'done' as const }, at: NOW });
  expect(figures([], [done(remember), done({ ...remember, under: 'ledger' })])).toEqual([['SavingsPerHour', 2]]);
  expect(figures([], [])).toEqual([]);
});
