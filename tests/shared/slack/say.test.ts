import { describe, expect, test } from 'vitest';
import { later } from '../../../shared/model/instant.ts';
import { incidentMessage } from '../../../shared/slack/message/incident.ts';
import { reportMessage } from '../../../shared/slack/message/report.ts';
import { CHANNEL } from '../../../sim/slack/workspace.ts';
import { BOT, Desk, WEBHOOK } from './desk.ts';
import { LENT, message, outbox, report, told, USD } from './given.ts';

const TREND = ['Thu', 'Fri'].map((label) => ({ label, cost: USD, saved: USD }));
const REPORT = outbox({ message: reportMessage(report({ trend: TREND })) });
const begun = outbox({ ...incidentMessage(told('begun')), id: 'incident' });
const lent = outbox({ ...incidentMessage(told('lent', { lent: LENT })), id: 'incident', revision: 2, saidRevision: 1 });
const back = outbox({ ...incidentMessage(told('back', { lent: LENT })), id: 'incident', revision: 3, saidRevision: 1 });

const typesOf = (desk: Desk, index = 0) => desk.workspace.messages[index]?.blocks.map(({ type }) => type);

describe.each([
  ['a webhook', WEBHOOK],
  ['a bot token', BOT],
])('with %s', (_, way) => {
  test('a report comes with its chart and its table', async () => {
    const desk = new Desk();
    expect((await desk.sayOne(way, REPORT)).is).toBe('said');
    expect(typesOf(desk)).toEqual(expect.arrayContaining(['data_visualization', 'data_table']));
    expect(desk.workspace.messages[0]?.text).toBe(REPORT.message.text);
  });

  test('a workspace without charts gets sections and bars of text', async () => {
    const desk = new Desk();
    desk.workspace.mood.refusesNativeBlocks = true;
    expect((await desk.sayOne(way, REPORT)).is).toBe('said');
    expect(new Set(typesOf(desk))).toEqual(new Set(['header', 'section', 'context']));
    expect(desk.workspace.messages).toHaveLength(1);
  });

  test('what Slack takes in no blocks is said as text', async () => {
    const desk = new Desk();
    const tooMany = Array.from({ length: 51 }, () => ({ type: 'divider' }) as const);
    const said = await desk.sayOne(way, outbox({ message: { text: 'Hello.', blocks: tooMany, plainBlocks: tooMany } }));
    expect(said.is).toBe('said');
    expect(desk.workspace.messages).toMatchObject([{ text: 'Hello.', blocks: [] }]);
  });

  test('messages that are due together come a second apart', async () => {
    const desk = new Desk();
    const said = await desk.say(way, ...['a', 'b', 'c'].map((text) => outbox({ message: message(text) })));
    expect(said.map(({ is }) => is)).toEqual(['said', 'said', 'said']);
    const [first = 0, ...others] = desk.workspace.messages.map(({ at }) => at);
    expect(others.map((at) => at - first)).toEqual([1000, 2000]);
  });

  test('a rate limit is obeyed to the second', async () => {
    const desk = new Desk();
    desk.workspace.mood.limited = { count: 1, retryAfter: '37' };
    const said = await desk.sayOne(way, REPORT);
    expect(said).toEqual({
      is: 'later',
      notBefore: later(REPORT.notBefore, 37_120),
      error: 'Slack asks to wait 37 seconds (rate limit)',
    });
    expect((await desk.sayOne(way, REPORT)).is).toBe('said');
  });

  test.each([
    [undefined, 30],
    ['soon', 30],
    ['999999', 3600],
    ['-5', 30],
  ])('a Retry-After of %s means %d seconds', async (retryAfter, seconds) => {
    const desk = new Desk();
    desk.workspace.mood.limited = { count: 1, retryAfter };
    expect(await desk.sayOne(way, REPORT)).toMatchObject({
      is: 'later',
      notBefore: later(REPORT.notBefore, seconds * 1000 + 120),
    });
  });

  test.each([
    ['down', 'Slack answered with status 500', 120],
    ['silent', 'Slack gave no answer within 5 seconds', 5_000],
    ['unreachable', 'Slack could not be reached (ECONNREFUSED)', 120],
  ] as const)(
    'a Slack that is %s is tried again, later each time, and loses nothing',
    async (answers, error, afterMs) => {
      const waits = [0, 1, 5, 1000].map(async (attempts) => {
        const desk = new Desk();
        desk.workspace.mood.answers = answers;
        const said = await desk.sayOne(way, { ...REPORT, attempts });
        expect(said).toMatchObject({ is: 'later', error });
        return said.is === 'later' ? said.notBefore - REPORT.notBefore - afterMs : undefined;
      });
      expect(await Promise.all(waits)).toEqual([60_000, 120_000, 600_000, 600_000]);
      const desk = new Desk();
      desk.workspace.mood.answers = answers;
      await desk.sayOne(way, REPORT);
      desk.workspace.mood.answers = 'normally';
      expect((await desk.sayOne(way, REPORT)).is).toBe('said');
    },
  );

  test.each([
    [
      'no_service',
      'the webhook was removed or its app is disabled: make a new webhook and put its URL into the SSM parameter',
    ],
    ['channel_is_archived', 'the channel is archived: unarchive it, or make a webhook for another channel'],
    ['not_in_channel', 'the bot is not in the channel: invite it with /invite'],
    ['token_revoked', 'the bot token was revoked: install the app again and store its new token'],
    ['something_new', 'see the list of errors of chat.postMessage in the documentation of Slack'],
    ['constructor', 'see the list of errors of chat.postMessage in the documentation of Slack'],
    ['invalid_payload', 'not even its text is taken; this is a defect of spotkeeper, please report it'],
  ])('%s says what a person must do, and is tried again after a quarter of an hour', async (error, advice) => {
    const desk = new Desk();
    desk.workspace.mood.error = error;
    const said = await desk.sayOne(way, REPORT);
    expect(said).toMatchObject({ is: 'refused', error: `Slack refuses the message (${error}): ${advice}` });
    expect(said.is === 'refused' && said.notBefore - desk.clock.now()).toBeGreaterThan(14 * 60_000);
    desk.workspace.mood.error = undefined;
    expect((await desk.sayOne(way, REPORT)).is).toBe('said');
  });

  test('troubles of Slack are waited for', async () => {
    const desk = new Desk();
    desk.workspace.mood.error = 'internal_error';
    expect(await desk.sayOne(way, REPORT)).toMatchObject({ is: 'later', error: 'Slack has troubles (internal_error)' });
  });
});

describe('an incident', () => {
  test('is with a bot token one message that is updated, with its news in the thread', async () => {
    const desk = new Desk();
    const first = await desk.sayOne(BOT, begun);
    const posted = first.is === 'said' ? first.posted : undefined;
    expect(posted).toMatchObject({ channel: CHANNEL, ts: expect.any(String) });
    expect(await desk.sayOne(BOT, { ...lent, posted })).toEqual({ is: 'said', posted });
    expect(desk.workspace.messages).toMatchObject([
      { text: lent.message.text, thread: undefined, updatedAt: [expect.any(Number)] },
      { text: lent.news?.text, thread: posted?.ts },
    ]);
  });

  test('is with a webhook a message for each stage', async () => {
    const desk = new Desk();
    await desk.say(WEBHOOK, begun);
    expect(await desk.sayOne(WEBHOOK, lent)).toEqual({ is: 'said', posted: undefined });
    expect(desk.workspace.messages.map(({ text }) => text)).toEqual([begun.message.text, lent.news?.text]);
  });

  test('is told as a whole where Slack has not taken the stage before', async () => {
    const desk = new Desk();
    await desk.say(WEBHOOK, begun);
    await desk.say(WEBHOOK, back);
    expect(desk.workspace.messages[1]?.text).toBe(back.message.text);
  });

  test('is posted anew when a person deleted its message', async () => {
    const desk = new Desk();
    const first = await desk.sayOne(BOT, begun);
    const posted = first.is === 'said' ? first.posted : undefined;
    desk.workspace.delete(posted?.ts ?? '');
    const second = await desk.sayOne(BOT, { ...lent, posted });
    expect(second.is === 'said' && second.posted?.ts).not.toBe(posted?.ts);
    expect(desk.workspace.messages.map(({ text }) => text)).toEqual([lent.message.text]);
  });

  describe('that says something else now, but has no news', () => {
    const quiet = { ...lent, saidRevision: 2, outdated: true };
    const begin = async () => {
      const desk = new Desk();
      const first = await desk.sayOne(BOT, begun);
      return { desk, posted: first.is === 'said' ? first.posted : undefined };
    };

    test('is updated where it stands, and nothing is said in its thread', async () => {
      const { desk, posted } = await begin();
      expect(await desk.sayOne(BOT, { ...quiet, posted })).toEqual({ is: 'said', posted });
      expect(desk.workspace.messages).toMatchObject([{ text: lent.message.text, updatedAt: [expect.any(Number)] }]);
    });

    test('is no message of a webhook', async () => {
      const { desk, posted } = await begin();
      expect(await desk.sayOne(WEBHOOK, { ...quiet, posted })).toEqual({ is: 'said', posted: undefined });
      expect(desk.requests).toHaveLength(1);
    });

    test('is not posted again when a person deleted its message or the channel is another: its next news are', async () => {
      const { desk, posted } = await begin();
      desk.workspace.delete(posted?.ts ?? '');
      const gone = await desk.sayOne(BOT, { ...quiet, posted });
      expect(gone).toEqual({ is: 'said', posted: undefined });
      const elsewhere = { channel: 'C0000000OLD', ts: '1.000001' };
      expect(await desk.sayOne(BOT, { ...quiet, posted: elsewhere })).toEqual({ is: 'said', posted: undefined });
      expect(desk.workspace.messages).toEqual([]);
      expect(await desk.sayOne(BOT, { ...back, posted: undefined })).toMatchObject({ posted: { channel: CHANNEL } });
      expect(desk.workspace.messages.map(({ text }) => text)).toEqual([back.message.text]);
    });

    test('waits for as long as Slack asks', async () => {
      const { desk, posted } = await begin();
      desk.workspace.mood.limited = { count: 1, retryAfter: '90' };
      const error = 'Slack asks to wait 90 seconds (rate limit)';
      expect(await desk.sayOne(BOT, { ...quiet, posted })).toMatchObject({ is: 'later', error });
      expect(desk.workspace.messages[0]?.updatedAt).toEqual([]);
    });

    test('keeps its place in a channel that was archived, and asks for a person', async () => {
      const { desk, posted } = await begin();
      desk.workspace.mood.error = 'is_archived';
      const said = await desk.sayOne(BOT, { ...quiet, posted });
      expect(said).toMatchObject({ is: 'refused', error: expect.stringContaining('the channel is archived') });
      desk.workspace.mood.error = undefined;
      expect(await desk.sayOne(BOT, { ...quiet, posted })).toEqual({ is: 'said', posted });
    });
  });

  test('is posted anew when the channel is another', async () => {
    const desk = new Desk();
    const said = await desk.sayOne(BOT, { ...lent, posted: { channel: 'C0000000OLD', ts: '1.000001' } });
    expect(said).toMatchObject({ is: 'said', posted: { channel: CHANNEL } });
  });

  test('keeps its place when only the news did not get through, and says them with the next try', async () => {
    const desk = new Desk();
    const first = await desk.sayOne(BOT, begun);
    const posted = first.is === 'said' ? first.posted : undefined;
    desk.workspace.mood.error = 'internal_error';
    expect((await desk.sayOne(BOT, { ...lent, posted })).is).toBe('later');
    desk.workspace.mood.error = undefined;
    await desk.sayOne(BOT, { ...lent, posted });
    expect(desk.workspace.messages).toHaveLength(2);
  });

  test('that has only text left loses the blocks that it had', async () => {
    const desk = new Desk();
    const first = await desk.sayOne(BOT, begun);
    const posted = first.is === 'said' ? first.posted : undefined;
    const tooMany = Array.from({ length: 51 }, () => ({ type: 'divider' }) as const);
    await desk.sayOne(BOT, {
      ...outbox({ message: { text: 'Over.', blocks: tooMany, plainBlocks: tooMany } }),
      posted,
    });
    expect(desk.workspace.messages).toMatchObject([{ text: 'Over.', blocks: [] }]);
  });
});
