import type { SimulatedAccount } from '../../../sim/account.ts';
import { BOT_TOKEN, type SlackWorkspace, WEBHOOK_URL } from '../../../sim/slack/workspace.ts';
import { REGION } from '../../scenario.ts';
import { Draw } from '../draw.ts';
import type { Phases } from '../phases.ts';
import { SLACK_SECRET } from './drawn-account.ts';

/** Is it a webhook that opens Slack in a seed? Else a bot's token. */
const drawsWebhook = (seed: number): boolean => new Draw(seed, 'slack').chance('webhook', 0.4);

/** Puts the secret in its place, and on the clock what becomes of Slack until the calm phase. */
export function drawSlack(
  seed: number,
  { account, slack }: { readonly account: SimulatedAccount; readonly slack: SlackWorkspace },
  { safetyMs, calmMs }: Phases,
): void {
  const draw = new Draw(seed, 'slack');
  const value = drawsWebhook(seed) ? WEBHOOK_URL : BOT_TOKEN;
  account.parameters.put({ region: REGION, name: SLACK_SECRET, value });
  const { mood } = slack;
  mood.refusesNativeBlocks = draw.chance('old blocks', 0.2);
  const trouble = draw.pick('trouble', ['none', 'none', 'down', 'silent', 'unreachable', 'limited'] as const);
  if (trouble === 'none') return;
  const from = draw.whole('from', safetyMs, calmMs);
  const to = draw.whole('to', from, calmMs);
  account.clock.after(from, () => {
    if (trouble === 'limited') mood.limited = { count: draw.whole('limited', 1, 5), retryAfter: '60' };
    else mood.answers = trouble;
  });
  account.clock.after(to, () => {
    mood.answers = 'normally';
    mood.limited = undefined;
  });
}
