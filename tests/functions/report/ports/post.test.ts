import { describe, expect, test } from 'vitest';
import { acts } from '../../../../functions/report/acts.ts';
import { makePorts } from '../../../../functions/report/ports.ts';
import type { Log } from '../../../../shared/flow.ts';
import type { Outbox } from '../../../../shared/model/incident.ts';
import { later } from '../../../../shared/model/instant.ts';
import type { Policy } from '../../../../shared/policy.ts';
import { AwsError } from '../../../../sim/service.ts';
import { BOT_TOKEN, CHANNEL, SlackWorkspace, WEBHOOK_URL } from '../../../../sim/slack/workspace.ts';
import { aPolicy } from '../../../given.ts';
import { lab, REGION } from '../../../shared/aws/lab.ts';
import { because } from '../../../shared/aws/lending-shop.ts';
import { failing } from './lab.ts';
import { anOutbox, messageOf } from './outbox.ts';

const NAME = '/spotkeeper/slack';
const env = { AWS_REGION: REGION, SPOTKEEPER_TABLE: 'table' };
const bot = { slackSecret: NAME, slackChannel: CHANNEL } as const;

/** The ports of a process, a workspace, and a parameter that leads there. */
function slackLab(policy: Partial<Policy> = bot, options: Parameters<typeof lab>[0] = {}) {
  const made = lab(options);
  const { account, edge, run, clientConfig } = made;
  const workspace = new SlackWorkspace(account.clock);
  const warnings: object[] = [];
  const log: Log = {
    info: () => {},
    warn: (message, fields) => warnings.push({ message, ...fields }),
    error: () => {},
  };
  const ports = makePorts({
    env,
    policy: aPolicy({ mode: 'act', regions: [REGION], ...policy }),
    runtime: { ...edge, log },
    clientConfig,
    fetch: workspace.fetch,
  });
  const keep = (value: string) => account.parameters.put({ region: REGION, name: NAME, value });
  keep(BOT_TOKEN);
  const guard = { name: 'claim', for: [], expected: 'absent', whenLost: 'leave' } as const;
  return {
    ...made,
    workspace,
    warnings,
    ports,
    keep,
    said: () => workspace.messages.map(({ blocks: _, ...message }) => message),
    claim: (next: Outbox) => run(ports.commit({ ...guard, next })),
    post: (outbox: Outbox) => run(ports.act.post({ ...because, do: 'post', outbox })),
    record: async (): Promise<Outbox | undefined> => (await run(ports.read(REGION).outbox()))[0],
  };
}

test('each act that the function may plan has a port', () => {
  expect(Object.keys(slackLab().ports.act).sort()).toEqual([...acts].sort());
});

describe('a message that is said', () => {
  test('is written down with where it stands', async () => {
    const { claim, post, record, workspace } = slackLab();
    const outbox = anOutbox();
    await claim(outbox);
    expect(await post(outbox)).toMatchObject({ result: 'done' });
    const [message] = workspace.messages;
    expect(workspace.messages).toHaveLength(1);
    expect(await record()).toMatchObject({
      saidRevision: 1,
      posted: { channel: CHANNEL, ts: message?.ts },
      attempts: 0,
      version: 3,
    });
  });

  test('is left to the next claim when its own is nearly over: it would be said twice', async () => {
    const { claim, post, record, workspace, account } = slackLab();
    const outbox = anOutbox({ notBefore: later(anOutbox().createdAt, 30_000) });
    await claim(outbox);
    expect(await post(outbox)).toMatchObject({ result: 'done' });
    expect(workspace.messages).toEqual([]);
    expect(await record()).toEqual(outbox);
    expect(account.endpoint.calls.entries.map(({ operation }) => operation)).not.toContain('GetParameter');
  });

  test('by a webhook is said, too, and stands nowhere', async () => {
    const { claim, post, record, keep, workspace } = slackLab({ slackSecret: NAME });
    keep(WEBHOOK_URL);
    await claim(anOutbox());
    await post(anOutbox());
    expect(workspace.messages).toHaveLength(1);
    expect(await record()).toMatchObject({ saidRevision: 1 });
    expect((await record())?.posted).toBeUndefined();
  });

  test('in other words is updated, and written down as what Slack has', async () => {
    const { claim, post, record, workspace } = slackLab();
    await claim(anOutbox());
    await post(anOutbox());
    const outbox = { ...anOutbox(), ...(await record()), message: messageOf('other words'), outdated: true };
    const claimed = { ...outbox, notBefore: anOutbox().notBefore };
    await post(claimed);
    expect(workspace.messages).toMatchObject([{ text: 'other words', updatedAt: [expect.any(Number)] }]);
    expect(await record()).toMatchObject({ saidRevision: 1, outdated: false, posted: outbox.posted });
  });

  test('that a person deleted stands nowhere any more', async () => {
    const { claim, post, record, workspace } = slackLab();
    await claim(anOutbox());
    await post(anOutbox());
    workspace.delete(workspace.messages[0]?.ts ?? '');
    await post({ ...anOutbox(), ...(await record()), outdated: true, notBefore: anOutbox().notBefore });
    expect(workspace.messages).toEqual([]);
    expect(await record()).toMatchObject({ saidRevision: 1, outdated: false });
    expect((await record())?.posted).toBeUndefined();
  });

  test('stays with what became new meanwhile', async () => {
    const { claim, post, record, run, ports } = slackLab();
    const outbox = anOutbox();
    await claim(outbox);
    const next = { ...outbox, revision: 2, message: messageOf('newer'), version: 3 };
    await run(ports.commit({ name: 'newer', for: [], next, expected: 2, whenLost: 'leave' }));
    await post(outbox);
    expect(await record()).toMatchObject({ revision: 2, saidRevision: 1, message: messageOf('newer'), version: 4 });
    expect((await record())?.posted).toBeDefined();
  });
});

describe('a message that Slack does not take', () => {
  test('is put off, with the reason, and the action has done its part', async () => {
    const { claim, post, record, workspace, edge } = slackLab();
    workspace.mood.answers = 'down';
    await claim(anOutbox());
    expect(await post(anOutbox())).toMatchObject({ result: 'done' });
    const kept = await record();
    expect(kept).toMatchObject({ saidRevision: 0, attempts: 1, lastError: 'Slack answered with status 500' });
    expect(kept?.notBefore).toBeGreaterThan(edge.now());
  });

  test('because of a wrong secret is said with the new one as soon as that is there', async () => {
    const { claim, post, record, keep, workspace, warnings } = slackLab();
    keep('not a secret of Slack');
    await claim(anOutbox());
    await post(anOutbox());
    expect((await record())?.lastError).toContain('neither a URL nor a token');
    expect(warnings).toMatchObject([{ message: 'Slack was not told', id: 'daily 2026-08-13' }]);
    keep(BOT_TOKEN);
    await post({ ...anOutbox(), version: 3 });
    expect(workspace.messages).toHaveLength(1);
  });

  test('because its parameter cannot be read is kept, and the record says what is missing', async () => {
    const denied = failing('GetParameter', new AwsError('AccessDeniedException', `no ${BOT_TOKEN}`));
    const { claim, post, record, edge, warnings } = slackLab(bot, denied);
    await claim(anOutbox());
    expect(await post(anOutbox())).toMatchObject({ result: 'done' });
    const kept = await record();
    expect(kept?.lastError).toContain(`${NAME} cannot be read: AccessDeniedException`);
    expect(kept?.notBefore).toBeGreaterThan(later(edge.now(), 240_000));
    expect(JSON.stringify([kept, warnings])).not.toContain(BOT_TOKEN);
  });
});

test('the parameter is read once in five minutes', async () => {
  const { claim, post, calls, account } = slackLab();
  await claim(anOutbox());
  await post(anOutbox());
  await post(anOutbox({ version: 3 }));
  expect(calls('GetParameter')).toEqual(['ok']);
  await account.clock.run(account.clock.now() + 301_000);
  await post(anOutbox({ version: 4, notBefore: later(anOutbox().notBefore, 301_000) }));
  expect(calls('GetParameter')).toEqual(['ok', 'ok']);
});
