import { describe, expect, it } from 'vitest';
import { recordsUnder } from '../../cli/records.ts';
import { type Drill, runDrill } from '../../cli/run-drill.ts';
import { afterStandbys, REGION, type Scenario } from '../../cli/scenario.ts';
import { dryPool, fleetIn, lendingCluster, otherPool, pool, served } from '../../cli/scenarios/failover/setting.ts';
import { countedPartition, incidentPartition, ledgerPartition, outboxPartition } from '../../shared/aws/record-keys.ts';
import type { LedgerEntry, ServiceLine } from '../../shared/model/ledger.ts';
import type { StoredRecord } from '../../shared/model/records.ts';
import type { SimulatedAccount } from '../../sim/account.ts';
import { BOT_TOKEN, type SlackWorkspace, WEBHOOK_URL } from '../../sim/slack/workspace.ts';

const MINUTE = 60_000;
/** On Kiritimati the day is over an hour after the account begins; its report is due then. */
const MIDNIGHT = 3_600;
const STORM_AT = 300;
const REPORTER = 'spotkeeper-prod-report*';

type Told = Pick<Scenario, 'faults' | 'slack' | 'settings'> & {
  readonly seconds?: number;
  readonly storm?: boolean;
};

/** Two hosts of which EC2 takes one, with no other for eight minutes; the day's report is due fifteen minutes after midnight. */
const play = ({ seconds = MIDNIGHT + 1_500, storm = true, settings, ...more }: Told = {}): Promise<Drill> =>
  runDrill(
    {
      name: 'told',
      title: 'A storm on a bad day for Slack.',
      seconds,
      failover: true,
      report: true,
      settings: {
        SPOTKEEPER_TIME_ZONE: 'Pacific/Kiritimati',
        SPOTKEEPER_REPORT_HOUR: '0',
        SPOTKEEPER_REPORTS: 'daily',
        SPOTKEEPER_STORM_INSTANCES: '1',
        ...settings,
      },
      ...more,
      build(region, account) {
        const cluster = lendingCluster(region);
        fleetIn(region, cluster, pool, 1);
        fleetIn(region, cluster, otherPool, 1);
        served(region, { cluster, name: 'checkout', desired: 8, requestsPerSecond: 1 });
        if (storm) dryPool(region, account, { ...pool, count: 1, second: STORM_AT, backAt: STORM_AT + 480 });
      },
      promises: [],
    },
    { seed: 1 },
  );

const byWebhook = (also: (slack: SlackWorkspace, account: SimulatedAccount) => void = () => {}): Told => ({
  settings: { SPOTKEEPER_SLACK_CHANNEL: 'none' },
  slack: (slack, account) => {
    account.parameters.put({ region: REGION, name: '/spotkeeper/slack', value: WEBHOOK_URL });
    also(slack, account);
  },
});

/** Slack is in this mood between two seconds of the story. */
const between =
  (from: number, to: number, mood: Partial<SlackWorkspace['mood']>): NonNullable<Scenario['slack']> =>
  (slack, account) => {
    const usual = { ...slack.mood };
    afterStandbys(account, from, () => Object.assign(slack.mood, mood));
    afterStandbys(account, to, () => Object.assign(slack.mood, usual));
  };

const texts = ({ slack }: Drill): readonly string[] => (slack?.messages ?? []).map(({ text }) => text);
const titles = (drill: Drill): readonly string[] => texts(drill).map((text) => text.split('\n', 1)[0] ?? '');
const log = ({ installation }: Drill): string => JSON.stringify(installation?.transcript.lines ?? []);

const records = <T extends StoredRecord>({ account, dynamodb }: Drill, pk: string): readonly T[] => {
  const call = { account: account.account, region: REGION, caller: 'test', at: account.clock.now() };
  return recordsUnder<T>(dynamodb, { tableName: 'Table', call }, pk);
};

/** What the ledger has of each consumer, in nano-dollars and seconds. */
function ledgerOf(drill: Drill) {
  const entries = records<LedgerEntry>(drill, ledgerPartition(REGION, drill.storyAt));
  const lines = entries.flatMap(({ services }) => services);
  const of = (line: ServiceLine) => ('name' in line.consumer ? line.consumer.name : 'idle');
  const sum = (some: readonly ServiceLine[], key: 'cost' | 'seconds') => some.reduce((all, line) => all + line[key], 0);
  const sums = [...Map.groupBy(lines, of)].map(
    ([name, some]) => [name, { cost: sum(some, 'cost'), seconds: Math.round(sum(some, 'seconds')) }] as const,
  );
  return { sums: Object.fromEntries(sums.sort()), entries };
}

const TITLE = 'ECS on Spot: Friday 14 August 2026';

describe('when all is well', () => {
  it('a storm is one message that is updated, with its news in the thread, and the day has its report', async () => {
    const drill = await play();
    const [storm, ...others] = drill.slack?.messages ?? [];
    expect(storm?.text).toContain('Over: Spot storm in prod');
    expect(storm?.updatedAt.length).toBeGreaterThanOrEqual(2);
    expect(others.filter(({ thread }) => thread === storm?.ts).length).toBeLessThanOrEqual(3);
    expect(others.filter(({ thread }) => thread === undefined).map(({ text }) => text.split('\n', 1)[0])).toEqual([
      TITLE,
    ]);
  });

  it('a webhook gets at most four messages of a storm', async () => {
    const drill = await play(byWebhook());
    expect(titles(drill).filter((title) => title !== TITLE).length).toBeLessThanOrEqual(4);
    expect(titles(drill)).toContain(TITLE);
  });
});

describe('a Slack that is not there', () => {
  it.each([
    ['answers with 500', { answers: 'down' }],
    ['never answers', { answers: 'silent' }],
    ['cannot be reached', { answers: 'unreachable' }],
    ['says that the webhook is gone', { error: 'no_service' }],
  ] as const)('and %s for 40 minutes delays what there is to say, loses none and slows no drain', async (_, mood) => {
    const usual = await play(byWebhook());
    const drill = await play(byWebhook(between(0, 2_400, mood)));
    expect(drill.verdict.drainSeconds).toEqual(usual.verdict.drainSeconds);
    expect(drill.lending.size).toBe(usual.lending.size);
    // What happened meanwhile is one message now.
    expect(titles(drill)).toEqual(['Over: Spot storm in prod', TITLE]);
  });

  it('says in the log what to do about it', async () => {
    const drill = await play({ ...byWebhook(between(0, 9_999, { error: 'no_service' })), seconds: 1_200 });
    expect(log(drill)).toContain('make a new webhook and put its URL into the SSM parameter');
    expect(texts(drill)).toEqual([]);
  });

  it('is given the time that it asks for', async () => {
    const limited = { count: 1, retryAfter: '90' };
    const drill = await play(byWebhook(between(0, 9_999, { limited })));
    const usual = await play(byWebhook());
    const first = ({ slack }: Drill) => slack?.messages[0]?.at ?? 0;
    expect(first(drill)).toBeGreaterThanOrEqual(first(usual) + 90_000);
    expect(first(drill)).toBeLessThan(first(usual) + 90_000 + 2 * MINUTE);
  });
});

it('a workspace without charts and tables gets the report in sentences and bars', async () => {
  const drill = await play({
    storm: false,
    slack: (slack) => Object.assign(slack.mood, { refusesNativeBlocks: true }),
  });
  const [report] = drill.slack?.messages ?? [];
  expect(report?.text.startsWith(TITLE)).toBe(true);
  expect(JSON.stringify(report?.blocks)).not.toContain('data_table');
  expect(report?.blocks.length).toBeGreaterThan(3);
});

describe('the ledger is the same', () => {
  const calm = { storm: false, seconds: 2_700, settings: { SPOTKEEPER_REPORTS: 'none' } };
  const usual = play(calm).then(ledgerOf);
  const readings = { fromMs: 1_200_000, toMs: 1_320_000 };

  it.each(
    [6, 11, 15, 17].flatMap((call) => [
      { call, effect: false },
      { call, effect: true },
    ]),
  )('whether or not the function is killed at its call $call, with effect $effect', async ({ call, effect }) => {
    const rule = { fault: 'kill', caller: REPORTER, call, effect, times: 1, ...readings } as const;
    const killed = await play({ ...calm, faults: { calls: [rule] } });
    expect(ledgerOf(killed).sums).toEqual((await usual).sums);
  });

  it('but for what is rounded once a reading, when ticks are lost for 20 minutes', async () => {
    const lost = { fault: 'lost', rule: 'ReportTickRule', fromMs: 600_000, toMs: 1_800_000 } as const;
    const [{ sums }, { sums: late }] = [await usual, ledgerOf(await play({ ...calm, faults: { events: [lost] } }))];
    for (const [name, { cost, seconds }] of Object.entries(late)) {
      expect(seconds).toBe(sums[name]?.seconds);
      expect(Math.abs(cost - (sums[name]?.cost ?? 0))).toBeLessThan(10);
    }
    expect(Object.keys(late)).toEqual(Object.keys(sums));
  });

  it('whether or not each tick comes twice', async () => {
    const twice = { fault: 'duplicate', rule: 'ReportTickRule' } as const;
    expect(ledgerOf(await play({ ...calm, faults: { events: [twice] } })).sums).toEqual((await usual).sums);
  });
});

it('names the time that nobody can tell of any more, when nothing was read for more than an hour', async () => {
  const lost = { fault: 'lost', rule: 'ReportTickRule', fromMs: 600_000, toMs: 6_000_000 } as const;
  const drill = await play({ storm: false, seconds: 7_200, faults: { events: [lost] } });
  const { entries } = ledgerOf(drill);
  const gapMs = entries.reduce((sum, entry) => sum + entry.gapMs, 0);
  expect(gapMs).toBeGreaterThan(25 * MINUTE);
  expect(gapMs).toBeLessThanOrEqual(45 * MINUTE);
  expect(texts(drill).join('\n')).toContain('Of 45 minutes nobody can say what ran');
});

it('no secret stands in a log line, a record or a message, whatever Slack answers', async () => {
  const moods = [{ answers: 'down' }, { error: 'invalid_payload' }, { error: 'no_service' }] as const;
  for (const told of [{}, byWebhook(), ...moods.map((mood) => byWebhook(between(0, 9_999, mood)))]) {
    const drill = await play({ ...told, seconds: 1_500 });
    const kept = [outboxPartition, incidentPartition, countedPartition].map((of) => records(drill, of(REGION)));
    const everything = `${log(drill)}${JSON.stringify(kept)}${JSON.stringify(drill.slack?.messages)}`;
    expect(everything).toContain('checkout');
    expect(everything).not.toContain(BOT_TOKEN.slice(10));
    expect(everything).not.toContain(WEBHOOK_URL.slice(30));
    expect(everything).not.toContain('aSimulatedSecret');
  }
});
