import { expect, test } from 'vitest';
import { hostIn } from '../../cli/host.ts';
import { transcriptOf } from '../../cli/transcript.ts';
import { SimulatedAccount } from '../../sim/account.ts';
import { SlackWorkspace, WEBHOOK_URL } from '../../sim/slack/workspace.ts';

const POST = { method: 'POST', headers: {}, body: '{"text":"Hello."}' } as const;

test('nothing leaves a simulated account: without a workspace Slack cannot be reached', async () => {
  const account = new SimulatedAccount({ seed: 1, regions: ['eu-west-1'] });
  const { fetch } = hostIn(account, 'a process', transcriptOf(account.clock).edge('a process'));
  await expect(fetch(WEBHOOK_URL, POST)).rejects.toThrow('fetch failed');
});

test('what a process says stands in the simulated workspace, and in the journal of the account', async () => {
  const account = new SimulatedAccount({ seed: 1, regions: ['eu-west-1'] });
  const slack = new SlackWorkspace(account.clock, account.journal);
  const { fetch } = hostIn(account, 'a process', transcriptOf(account.clock).edge('a process'), slack.fetch);
  const saying = account.clock.track(fetch(WEBHOOK_URL, POST));
  await account.clock.run();
  expect((await saying).status).toBe(200);
  expect(slack.messages.map(({ text }) => text)).toEqual(['Hello.']);
  expect(account.journal.entries).toMatchObject([{ kind: 'slack-message', text: 'Hello.' }]);
});
