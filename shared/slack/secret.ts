/** How Slack is reached: what the secret holds decides. */
export type Way =
  | { readonly by: 'webhook'; readonly url: string }
  | { readonly by: 'bot'; readonly token: string; readonly channel: string };

/** Hosts of incoming webhooks. https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks */
const HOSTS: readonly string[] = ['hooks.slack.com', 'hooks.slack-gov.com'];

/** https://docs.slack.dev/authentication/tokens */
const BOT_TOKEN = /^xoxb-[\w-]{10,250}$/;

const WANTED = 'it should hold the URL of an incoming webhook (https://hooks.slack.com/…) or a bot token (xoxb-…)';

/**
 * What a secret is, and whether it can be used.
 * @param channel the setting slackChannel: where a bot token posts; a webhook has a channel of its own
 * @returns the way to Slack, or a sentence for a person that shows nothing of the secret
 */
export function wayOf(secret: string, channel: string): Way | string {
  const held = secret.trim();
  if (held === '') return `the Slack secret is empty; ${WANTED}`;
  if (held.startsWith('xox') || held.startsWith('xapp-')) return botOf(held, channel);
  const url = urlOf(held);
  if (!url) return `the Slack secret is neither a URL nor a token; ${WANTED}`;
  if (url.protocol !== 'https:') return `the Slack secret is a URL without https; ${WANTED}`;
  if (!HOSTS.includes(url.hostname) || url.port !== '' || url.username !== '' || url.password !== '')
    return `the Slack secret is a URL of another host than ${HOSTS.join(' or ')}; ${WANTED}`;
  return { by: 'webhook', url: url.href };
}

function botOf(token: string, channel: string): Way | string {
  if (!BOT_TOKEN.test(token)) return `the Slack secret is a token of another kind; ${WANTED}`;
  if (!/^[CG][A-Z0-9]{8,}$/.test(channel))
    return 'the Slack secret is a bot token, which needs a channel: set the param slackChannel to its id, like C0123456789';
  return { by: 'bot', token, channel };
}

const urlOf = (text: string): URL | undefined => (URL.canParse(text) ? new URL(text) : undefined);
