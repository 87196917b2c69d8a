import { afterEach, describe, expect, it } from 'vitest';
import { inSlack } from '../../cli/drill.ts';
import type { Drill } from '../../cli/run-drill.ts';
import type { SlackWorkspace } from '../../sim/slack/workspace.ts';
import {
  MIDNIGHT_IN_AN_HOUR,
  MINUTE_MS,
  messagesOf,
  type Played,
  play,
  recordsOf,
  said,
  secretsIn,
} from './report-drill.ts';

/** EC2 takes all instances back in the tenth minute; some are lent tasks until there is room again. */
const STORM = { stormAt: 10 } satisfies Played;
const LONG_STORM = { failover: true, stormAt: 10, roomAt: 25, minutes: 60 } satisfies Played;

let drills: Drill[] = [];

async function drill(played: Played): Promise<Drill> {
  const one = await play(played);
  drills.push(one);
  return one;
}

afterEach(() => {
  const shown = drills.flatMap(secretsIn);
  drills = [];
  expect(shown).toEqual([]);
});

const inMood = (mood: Partial<SlackWorkspace['mood']>, from: number, to: number): Pick<Played, 'slack'> => ({
  slack(workspace, at) {
    const calm = { ...workspace.mood };
    at(from, () => Object.assign(workspace.mood, mood));
    at(to, () => Object.assign(workspace.mood, calm));
  },
});

const drainsOf = (one: Drill) =>
  recordsOf(one, 'interruption')
    .map(({ instanceId, drainedAt, noticedAt }) => [instanceId, (drainedAt ?? Number.NaN) - noticedAt] as const)
    .sort();

const titlesOf = (one: Drill): readonly string[] => messagesOf(one).map(({ text }) => text.split('\n', 1)[0] ?? '');
const minutesOf = (one: Drill): readonly number[] =>
  messagesOf(one).map(({ at }) => Math.floor((at - one.storyAt) / MINUTE_MS));
const unsaidIn = (one: Drill) =>
  recordsOf(one, 'outbox').filter(({ revision, saidRevision }) => saidRevision < revision);

describe('a storm in which Slack', () => {
  it.each([
    ['is down', 'down', 'Slack answered with status 500'],
    ['is silent', 'silent', 'Slack gave no answer within 5 seconds'],
    ['cannot be reached', 'unreachable', 'Slack could not be reached (ECONNREFUSED)'],
  ] as const)('%s for 40 minutes is told later, whole, and drained as fast', async (_, answers, error) => {
    const without = await drill({ ...STORM, settings: { SPOTKEEPER_SLACK_SECRET: 'none' } });
    const late = await drill({ ...STORM, minutes: 70, ...inMood({ answers }, 9, 49) });
    expect(drainsOf(late)).toEqual(drainsOf(without));
    expect(drainsOf(late)).toHaveLength(4);
    expect(late.verdict.requests.dropped).toBe(without.verdict.requests.dropped);
    expect(titlesOf(late)).toEqual(['Over: Spot storm in prod']);
    expect(minutesOf(late)[0]).toBeGreaterThanOrEqual(47);
    expect(minutesOf(late)[0]).toBeLessThanOrEqual(60);
    expect(unsaidIn(late)).toEqual([]);
    expect(said(late)).toContain(error);
    expect(late.violations).toEqual([]);
  });

  it('asks to wait is left alone for as long as it asked', async () => {
    const waits = await drill({ ...STORM, ...inMood({ limited: { count: 1, retryAfter: '400' } }, 9, 60) });
    const [began = Number.NaN] = minutesOf(waits);
    const [undisturbed = Number.NaN] = minutesOf(await drill(STORM));
    expect(began).toBeGreaterThanOrEqual(undisturbed + 6);
    expect(began).toBeLessThanOrEqual(undisturbed + 9);
    expect(said(waits)).toContain('Slack asks to wait 400 seconds (rate limit)');
  });

  it('takes no blocks of its newest kinds is told in older ones, and the report with bars of text', async () => {
    const plain = await drill({
      ...STORM,
      minutes: 85,
      settings: MIDNIGHT_IN_AN_HOUR,
      ...inMood({ refusesNativeBlocks: true }, 0, 85),
    });
    const report = messagesOf(plain).at(-1);
    expect(report?.text).toMatch(/^ECS on Spot: Friday 14 August 2026\n/);
    expect(report?.blocks.map(({ type }) => type)).not.toContain('data_table');
    expect(JSON.stringify(report?.blocks)).toContain('checkout');
    expect(unsaidIn(plain)).toEqual([]);
  });

  it('takes no message at all is told what a person must do, until somebody did it', async () => {
    const refused = await drill({ ...STORM, webhook: true, minutes: 50, ...inMood({ error: 'no_service' }, 9, 20) });
    expect(said(refused)).toContain(
      'Slack refuses the message (no_service): the webhook was removed or its app is disabled: make a new webhook and put its URL into the SSM parameter',
    );
    expect(titlesOf(refused)).toEqual(['Over: Spot storm in prod']);
    const stays = await drill({ ...STORM, webhook: true, minutes: 40, ...inMood({ error: 'no_service' }, 9, 40) });
    expect(unsaidIn(stays)).toMatchObject([{ lastError: expect.stringContaining('make a new webhook') }]);
  });
});

describe('a storm in which tasks are lent', () => {
  it('is one message of a bot that is updated as it goes on, with its news in the thread', async () => {
    const shown: string[] = [];
    const bot = await drill({
      ...LONG_STORM,
      slack(workspace, at) {
        for (const minute of [19, 24]) at(minute, () => shown.push(workspace.messages[0]?.text ?? ''));
      },
    });
    // Long after its last news, and while tasks are lent.
    for (const text of shown) expect(text).toContain('EC2 took back *4 instances*');
    const costs = shown.map((text) => / cost about \$([\d.]+) so far/.exec(text)?.[1]);
    expect(Number(costs[1])).toBeGreaterThan(Number(costs[0]));
    const [storm, ...news] = messagesOf(bot);
    expect(storm?.text).toMatch(/^Over: Spot storm in prod\n/);
    expect(news.length).toBeGreaterThan(0);
    expect(news.length).toBeLessThanOrEqual(3);
    expect(news.every(({ thread }) => thread === storm?.ts)).toBe(true);
    const updates = storm?.updatedAt ?? [];
    expect(updates.length).toBeGreaterThan(news.length);
    const waits = updates.slice(1).map((time, index) => time - (updates[index] ?? 0));
    expect(Math.min(...waits)).toBeGreaterThanOrEqual(45_000);
    const told = inSlack(bot, false);
    expect(told.slice(0, 3)).toEqual([
      '',
      'In Slack',
      expect.stringMatching(/^\w{3} \d\d:\d\d +spotkeeper in Slack, updated /),
    ]);
    expect(told.join('\n')).toContain('Over: Spot storm in prod');
    expect(told.filter((line) => line.length > 100)).toEqual([]);
  });

  it('is told again with its next news to whoever deleted its message, not before', async () => {
    const deleted = await drill({
      ...LONG_STORM,
      slack(workspace, at) {
        at(20, () => workspace.delete(workspace.messages[0]?.ts ?? ''));
        at(24, () => expect(workspace.messages.filter(({ thread }) => thread === undefined)).toEqual([]));
      },
    });
    const whole = messagesOf(deleted).filter(({ thread }) => thread === undefined);
    expect(whole).toHaveLength(1);
    expect(whole[0]?.text).toMatch(/^Over: Spot storm in prod\n/);
  });

  it('comes to its end in a channel that is archived for a while', async () => {
    const archived = await drill({ ...LONG_STORM, ...inMood({ error: 'is_archived' }, 16, 24) });
    expect(said(archived)).toContain('(is_archived): the channel is archived');
    expect(messagesOf(archived)[0]?.text).toMatch(/^Over: Spot storm in prod\n/);
    expect(unsaidIn(archived)).toEqual([]);
  });

  it('is at most four messages of a webhook', async () => {
    const alone = await drill({ ...LONG_STORM, webhook: true });
    expect(messagesOf(alone).length).toBeGreaterThan(1);
    expect(messagesOf(alone).length).toBeLessThanOrEqual(4);
    expect(messagesOf(alone).every(({ thread }) => thread === undefined)).toBe(true);
    expect(titlesOf(alone).at(-1)).toMatch(/`prod` in eu-west-1: it is over after .*: 4 instances taken back/);
  });

  it('is summarised to a webhook that did not take what came before', async () => {
    const late = await drill({ ...LONG_STORM, webhook: true, ...inMood({ answers: 'down' }, 9, 33) });
    const [first] = messagesOf(late);
    expect(first?.text).toContain('*4 instances* (`m6i.large eu-west-1a`)');
    expect(first?.text).toContain('`checkout` borrowed 6 tasks on Fargate Spot');
    expect(titlesOf(late).length).toBeLessThanOrEqual(2);
    expect(unsaidIn(late)).toEqual([]);
  });

  it('is told as what would have been done by who only watches', async () => {
    const watched = await drill({
      ...LONG_STORM,
      minutes: 85,
      settings: { ...MIDNIGHT_IN_AN_HOUR, SPOTKEEPER_MODE: 'observe' },
      observes: true,
    });
    const texts = messagesOf(watched).map(({ text }) => text);
    expect(JSON.stringify(messagesOf(watched)[0]?.blocks)).toContain('spotkeeper only watched (observe mode)');
    expect(texts.at(-1)).toContain('*spotkeeper only watched* (observe mode)');
    expect(texts.join('\n')).not.toMatch(/ lends | has borrowed| borrowed \d| were drained/);
  });
});
