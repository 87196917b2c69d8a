import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Fetch } from '../../../shared/aws/process.ts';
import { makeSay } from '../../../shared/slack/say.ts';
import { wayOf } from '../../../shared/slack/secret.ts';
import { CHANNEL, WEBHOOK_URL } from '../../../sim/slack/workspace.ts';
import { BOT, Desk, WEBHOOK } from './desk.ts';
import { OPENED, outbox } from './given.ts';

const WANTED = 'it should hold the URL of an incoming webhook (https://hooks.slack.com/…) or a bot token (xoxb-…)';

describe('the secret', () => {
  test('is a webhook or a bot token, with or without the line end of a file', () => {
    expect(wayOf(`${WEBHOOK.secret}\n`, 'none')).toEqual({ by: 'webhook', url: WEBHOOK_URL });
    expect(wayOf(` ${BOT.secret} `, CHANNEL)).toEqual({ by: 'bot', token: BOT.secret, channel: CHANNEL });
    expect(wayOf('https://hooks.slack-gov.com/services/T/B/x', 'none')).toMatchObject({ by: 'webhook' });
  });

  test.each([
    ['', `the Slack secret is empty; ${WANTED}`],
    ['hunter2', `the Slack secret is neither a URL nor a token; ${WANTED}`],
    ['http://hooks.slack.com/services/T/B/hunter2', `the Slack secret is a URL without https; ${WANTED}`],
    [
      'https://example.com/hunter2',
      `the Slack secret is a URL of another host than hooks.slack.com or hooks.slack-gov.com; ${WANTED}`,
    ],
    [
      'https://hooks.slack.com.example.com/hunter2',
      `the Slack secret is a URL of another host than hooks.slack.com or hooks.slack-gov.com; ${WANTED}`,
    ],
    [
      'https://hunter2@hooks.slack.com/services',
      `the Slack secret is a URL of another host than hooks.slack.com or hooks.slack-gov.com; ${WANTED}`,
    ],
    ['xoxp-hunter2-hunter2', `the Slack secret is a token of another kind; ${WANTED}`],
    ['xoxe.xoxb-1-hunter2', `the Slack secret is a token of another kind; ${WANTED}`],
    ['xapp-hunter2', `the Slack secret is a token of another kind; ${WANTED}`],
  ])('%s is refused with what it should be', (secret, error) => {
    expect(wayOf(secret, CHANNEL)).toBe(error);
    expect(error).not.toContain('hunter2');
  });

  test('that is a bot token needs a channel', async () => {
    const said = await new Desk().sayOne({ secret: BOT.secret, channel: 'none' }, outbox());
    expect(said).toMatchObject({
      is: 'refused',
      error:
        'the Slack secret is a bot token, which needs a channel: set the param slackChannel to its id, like C0123456789',
    });
  });

  test('that Slack does not know is refused with what to do', async () => {
    const token = await new Desk().sayOne({ ...BOT, secret: 'xoxb-1-2-another' }, outbox());
    expect(token).toMatchObject({ is: 'refused', error: expect.stringContaining('(invalid_auth)') });
    const url = await new Desk().sayOne(
      { ...WEBHOOK, secret: 'https://hooks.slack.com/services/T/B/another' },
      outbox(),
    );
    expect(url).toMatchObject({ is: 'refused', error: expect.stringContaining('(no_service)') });
  });
});

describe('nothing of the secret', () => {
  const anySecret = fc.oneof(
    fc
      .string({ unit: fc.constantFrom(...'abcdefghijklmnopqrstuvwxyz'), minLength: 20, maxLength: 40 })
      .chain((key) =>
        fc
          .constantFrom(
            `https://hooks.slack.com/services/T/B/${key}`,
            `xoxb-1-2-${key}`,
            `xoxp-${key}`,
            `http://hooks.slack.com/${key}`,
            key,
          )
          .map((secret) => ({ key, secret })),
      ),
  );

  /** A network and a Slack that repeat the secret in all they say. */
  const echoing = (secret: string): readonly Fetch[] => [
    async () => {
      throw new TypeError(`fetch of ${secret} failed`, { cause: { code: secret, message: secret } });
    },
    ...[200, 400, 404, 429, 500].map(
      (status): Fetch =>
        async () => ({
          status,
          headers: { get: () => secret },
          text: async () => (status === 200 ? JSON.stringify({ ok: false, error: secret }) : secret),
        }),
    ),
  ];

  test('is in what is told of any failure', async () => {
    await fc.assert(
      fc.asyncProperty(anySecret, async ({ key, secret }) => {
        for (const fetch of [...echoing(secret), ...echoing(key)]) {
          const say = makeSay({ fetch, now: () => OPENED, sleep: () => new Promise(() => {}) });
          const said = await say({ outbox: outbox(), secret, channel: CHANNEL });
          expect(JSON.stringify(said)).not.toContain(key);
        }
      }),
    );
  });

  test('is in a journal, a message or the body of a request', async () => {
    for (const way of [WEBHOOK, BOT]) {
      const desk = new Desk();
      desk.workspace.mood.refusesNativeBlocks = true;
      await desk.sayOne(way, outbox());
      const seen = JSON.stringify([
        desk.journal.entries,
        desk.workspace.messages,
        desk.requests.map(({ body }) => body),
      ]);
      expect(seen).not.toContain('aSimulatedSecret');
    }
  });
});
