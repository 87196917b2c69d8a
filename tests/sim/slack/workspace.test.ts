import { beforeEach, describe, expect, test } from 'vitest';
import { VirtualClock } from '../../../sim/clock.ts';
import { BOT_TOKEN, CHANNEL, SlackWorkspace, WEBHOOK_URL } from '../../../sim/slack/workspace.ts';
import { Journal } from '../../../sim/world/journal.ts';

let clock: VirtualClock;
let journal: Journal;
let workspace: SlackWorkspace;

beforeEach(() => {
  clock = new VirtualClock(Date.parse('2026-11-27T10:00:00Z'));
  journal = new Journal();
  workspace = new SlackWorkspace(clock, journal);
});

type Sent = { readonly url: string; readonly body: unknown; readonly token?: string };

async function post({ url, body, token = BOT_TOKEN }: Sent) {
  const headers = { 'content-type': 'application/json; charset=utf-8', authorization: `Bearer ${token}` };
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const asking = clock.track(workspace.fetch(url, { method: 'POST', headers, body: text }));
  await clock.run();
  const { status, headers: got, text: read } = await asking;
  return { status, retryAfter: got.get('Retry-After'), body: await read() };
}

const webhook = (body: unknown) => post({ url: WEBHOOK_URL, body });
const api = (method: string, body: object, token?: string) =>
  post({ url: `https://slack.com/api/${method}`, body: { channel: CHANNEL, ...body }, ...(token && { token }) });
const wait = (ms: number) => clock.run(clock.now() + ms);

describe('a webhook', () => {
  test('answers ok, and the message stands in the channel', async () => {
    expect(await webhook({ text: 'Hello.' })).toEqual({ status: 200, retryAfter: null, body: 'ok' });
    expect(workspace.messages).toMatchObject([{ text: 'Hello.', blocks: [], channel: CHANNEL }]);
    expect(journal.entries).toMatchObject([{ kind: 'slack-message', text: 'Hello.' }]);
  });

  test.each([
    ['no JSON', '{', 'invalid_payload'],
    ['nothing to say', {}, 'no_text'],
    ['an unknown block', { blocks: [{ type: 'poem' }] }, 'invalid_blocks'],
    [
      'a cell without text',
      {
        blocks: [
          {
            type: 'data_table',
            caption: 'a',
            rows: [[{ type: 'raw_text', text: 'a' }], [{ type: 'raw_text', text: '' }]],
          },
        ],
      },
      'invalid_blocks',
    ],
    [
      'a table without rows',
      { blocks: [{ type: 'data_table', caption: 'a', rows: [[{ type: 'raw_text', text: 'a' }]] }] },
      'invalid_blocks',
    ],
    [
      'an emoji switch in mrkdwn',
      { blocks: [{ type: 'section', text: { type: 'mrkdwn', text: 'a', emoji: true } }] },
      'invalid_blocks',
    ],
    [
      'a long section',
      { blocks: [{ type: 'section', text: { type: 'mrkdwn', text: 'a'.repeat(3_001) } }] },
      'invalid_blocks',
    ],
    ['a field that no block has', { blocks: [{ type: 'divider', colour: 'red' }] }, 'invalid_blocks'],
    [
      'more than Slack takes',
      {
        blocks: Array.from({ length: 5 }, () => ({
          type: 'section',
          text: { type: 'mrkdwn', text: 'a'.repeat(2_900) },
        })),
      },
      'msg_blocks_too_long',
    ],
  ])('refuses %s', async (_, body, error) => {
    expect(await webhook(body)).toMatchObject({ status: 400, body: error });
    expect(workspace.messages).toEqual([]);
  });

  test('of another workspace is not known', async () => {
    expect(await post({ url: 'https://hooks.slack.com/services/T/B/x', body: {} })).toMatchObject({
      status: 404,
      body: 'no_service',
    });
  });

  test('takes one message a second', async () => {
    await webhook({ text: 'one' });
    expect(await webhook({ text: 'two' })).toEqual({ status: 429, retryAfter: '1', body: 'rate_limited' });
    await wait(1_000);
    expect(await webhook({ text: 'two' })).toMatchObject({ status: 200 });
  });
});

describe('a bot', () => {
  const chart = (labels: readonly string[], categories = labels) => ({
    type: 'data_visualization',
    title: 'Trend',
    chart: {
      type: 'bar',
      series: [{ name: 'Paid', data: labels.map((label) => ({ label, value: 1 })) }],
      axis_config: { categories },
    },
  });

  test('posts, answers in a thread and updates', async () => {
    const { ts } = JSON.parse((await api('chat.postMessage', { text: 'one', blocks: [{ type: 'divider' }] })).body);
    await wait(1_000);
    await api('chat.postMessage', { text: 'two', thread_ts: ts });
    expect(JSON.parse((await api('chat.update', { ts, text: 'three' })).body)).toEqual({
      ok: true,
      channel: CHANNEL,
      ts,
    });
    expect(workspace.messages).toMatchObject([
      { text: 'three', blocks: [{ type: 'divider' }] },
      { text: 'two', thread: ts },
    ]);
    await api('chat.update', { ts, text: 'three', blocks: [] });
    expect(workspace.messages[0]?.blocks).toEqual([]);
  });

  test.each([
    { what: 'another token', body: { text: 'a' }, token: 'xoxb-another', error: 'invalid_auth' },
    { what: 'another channel', body: { text: 'a', channel: 'C1' }, error: 'channel_not_found' },
    { what: 'an update of nothing', method: 'chat.update', body: { text: 'a', ts: '1.1' }, error: 'message_not_found' },
    { what: 'labels that are not on the axis', body: { blocks: [chart(['a'], ['b'])] }, error: 'invalid_blocks' },
    { what: 'three charts', body: { blocks: [chart(['a']), chart(['a']), chart(['a'])] }, error: 'invalid_blocks' },
    { what: 'a label twice', body: { blocks: [chart(['a', 'a'])] }, error: 'invalid_blocks' },
    { what: 'an unknown method', method: 'chat.sing', body: {}, error: 'unknown_method' },
  ])('is refused for $what, with status 200', async ({ method = 'chat.postMessage', body, token, error }) => {
    const { status, body: answer } = await api(method, body, token);
    expect([status, JSON.parse(answer)]).toMatchObject([200, { ok: false, error }]);
  });

  test('may update fifty times a minute', async () => {
    const { ts } = JSON.parse((await api('chat.postMessage', { text: 'one' })).body);
    const statuses: number[] = [];
    for (let n = 0; n < 51; n += 1) statuses.push((await api('chat.update', { ts, text: `${n}` })).status);
    expect(statuses.filter((status) => status === 200)).toHaveLength(50);
    expect(statuses.at(-1)).toBe(429);
  });

  test('finds that a workspace without charts refuses them, and says so in the journal', async () => {
    workspace.mood.refusesNativeBlocks = true;
    const { body } = await api('chat.postMessage', { text: 'a', blocks: [chart(['a'])] });
    expect(JSON.parse(body)).toMatchObject({
      error: 'invalid_blocks',
      response_metadata: { messages: ['[ERROR] /blocks/0 is of the unsupported type data_visualization'] },
    });
    expect(journal.entries).toMatchObject([{ kind: 'slack-refused' }]);
  });
});

test('who gives up on a workspace that is silent is let go', async () => {
  workspace.mood.answers = 'silent';
  const stop = new AbortController();
  const asking = workspace.fetch(WEBHOOK_URL, { method: 'POST', headers: {}, body: '{}', signal: stop.signal });
  const gaveUp = expect(asking).rejects.toThrow('This operation was aborted');
  await wait(5_000);
  stop.abort();
  await gaveUp;
});
