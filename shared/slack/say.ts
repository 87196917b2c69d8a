import { type Bucket, nextSlot } from '../core/pacing.ts';
import type { Outbox } from '../model/incident.ts';
import { type Instant, later } from '../model/instant.ts';
import type { SlackMessage } from '../model/slack-message.ts';
import { adviceFor, blockErrors, goneErrors, passingErrors } from './errors.ts';
import { type Answer, type Edge, request } from './request.ts';
import { type Way, wayOf } from './secret.ts';

/** What became of an outbox record. Errors are sentences for a person, without anything of the secret. */
export type Said =
  /** Slack has it. `posted`: where it stands, for updates; a webhook does not tell, and what a person deleted stands nowhere. */
  | { readonly is: 'said'; readonly posted: Outbox['posted'] }
  /** Slack is busy, down or silent: it is to be tried again. */
  | { readonly is: 'later'; readonly notBefore: Instant; readonly error: string }
  /** Slack refuses until a person does something; then it is said, so it is tried again from time to time. */
  | { readonly is: 'refused'; readonly notBefore: Instant; readonly error: string };

export type Asked = {
  readonly outbox: Outbox;
  /** The value of the SSM parameter: a webhook URL or a bot token. */
  readonly secret: string;
  /** The setting slackChannel; `none` with a webhook. */
  readonly channel: string;
};

/** One message a second to a channel. https://docs.slack.dev/apis/web-api/rate-limits */
const PACE: Bucket = { burst: 1, perSecond: 1 };

/** Waits of a message that Slack did not take, by how often it was tried. */
const FIRST_WAIT_MS = 60_000;
const LONGEST_WAIT_MS = 600_000;
/** How long a refusal that only a person can end is left alone. */
const PERSON_WAIT_MS = 900_000;

/**
 * What says outbox records in Slack, at most one message a second to each channel, whoever asks at the same time.
 * With a webhook it posts the message, or its news alone when Slack has all that came before. With a bot token it posts
 * the message once, later updates it and says the news in its thread; a message that is gone is posted anew with the next
 * news. What is not news, but outdated, is only updated where it stands. Blocks that a workspace refuses are said plainer,
 * at last as text. It never throws for what Slack does.
 */
export function makeSay(edge: Edge & { readonly now: () => Instant }): (asked: Asked) => Promise<Said> {
  const arrivals = new Map<string, number>();
  const pace = async (way: Way): Promise<void> => {
    const key = way.by === 'webhook' ? way.url : way.channel;
    const { at, next } = nextSlot(arrivals.get(key) ?? 0, edge.now(), PACE);
    arrivals.set(key, next);
    if (at > edge.now()) await edge.sleep(at - edge.now());
  };
  return async ({ outbox, secret, channel }) => {
    const way = wayOf(secret, channel);
    if (typeof way === 'string') return refused(way, edge.now());
    const send: Send = async (method, body) => {
      if (method === 'chat.postMessage') await pace(way);
      return request(way, method, body, edge);
    };
    const said = way.by === 'webhook' ? await byWebhook(outbox, send) : await byBot(outbox, way.channel, send);
    return said.is === 'ok' ? { is: 'said', posted: said.posted } : failed(said, outbox, edge.now());
  };
}

type Send = (method: 'chat.postMessage' | 'chat.update', body: object) => Promise<Answer>;
type Failure = Exclude<Answer, { is: 'ok' }>;
type Ended = { readonly is: 'ok'; readonly posted: Outbox['posted'] } | Failure;

/** Slack has all news of it: whoever deleted the message does not want it back a minute later. */
const isQuiet = ({ revision, saidRevision }: Outbox): boolean => saidRevision >= revision;

const NOWHERE: Ended = { is: 'ok', posted: undefined };

async function byWebhook(outbox: Outbox, send: Send): Promise<Ended> {
  if (isQuiet(outbox)) return NOWHERE;
  const { message, news, revision, saidRevision } = outbox;
  const hasAllBefore = saidRevision > 0 && saidRevision === revision - 1;
  const answer = await inSomeForm(news && hasAllBefore ? news : message, (form) => send('chat.postMessage', form));
  return answer.is === 'ok' ? NOWHERE : answer;
}

async function byBot(outbox: Outbox, channel: string, send: Send): Promise<Ended> {
  const { message, news, posted } = outbox;
  const anew = async () => (isQuiet(outbox) ? NOWHERE : post(message, channel, send));
  if (!posted || posted.channel !== channel) return anew();
  const { ts } = posted;
  // Blocks that are left out of an update stay as they were: text alone takes them away.
  const updated = await inSomeForm(message, (form) => send('chat.update', { channel, ts, blocks: [], ...form }));
  if (updated.is === 'error' && goneErrors.has(updated.code)) return anew();
  if (updated.is !== 'ok' || isQuiet(outbox) || !news) return updated.is === 'ok' ? { is: 'ok', posted } : updated;
  const replied = await inSomeForm(news, (form) => send('chat.postMessage', { channel, thread_ts: ts, ...form }));
  return replied.is === 'ok' ? { is: 'ok', posted } : replied;
}

async function post(message: SlackMessage, channel: string, send: Send): Promise<Ended> {
  const answer = await inSomeForm(message, (form) => send('chat.postMessage', { channel, ...form }));
  if (answer.is !== 'ok') return answer;
  const { ts } = answer;
  return { is: 'ok', posted: ts === undefined ? undefined : { channel: answer.channel ?? channel, ts } };
}

/** Sends the message with charts and tables; if Slack refuses its blocks, without; at last its text. */
async function inSomeForm(
  { text, blocks, plainBlocks }: SlackMessage,
  send: (form: object) => Promise<Answer>,
): Promise<Answer> {
  const quiet = { unfurl_links: false, unfurl_media: false };
  const forms = [
    { text, blocks, ...quiet },
    ...(JSON.stringify(blocks) === JSON.stringify(plainBlocks) ? [] : [{ text, blocks: plainBlocks, ...quiet }]),
  ];
  for (const form of forms) {
    const answer = await send(form);
    if (answer.is !== 'error' || !blockErrors.has(answer.code)) return answer;
  }
  return send({ text, ...quiet });
}

function failed(failure: Failure, { attempts }: Outbox, now: Instant): Said {
  const wait = Math.min(FIRST_WAIT_MS * 2 ** Math.min(attempts, 10), LONGEST_WAIT_MS);
  if (failure.is === 'rate-limited') {
    const error = `Slack asks to wait ${Math.ceil(failure.retryMs / 1000)} seconds (rate limit)`;
    return { is: 'later', notBefore: later(now, failure.retryMs), error };
  }
  if (failure.is === 'down') return { is: 'later', notBefore: later(now, wait), error: failure.why };
  const { code } = failure;
  if (passingErrors.has(code))
    return { is: 'later', notBefore: later(now, wait), error: `Slack has troubles (${code})` };
  return refused(`Slack refuses the message (${code}): ${adviceFor(code) ?? whatElse(code)}`, now);
}

const whatElse = (code: string): string =>
  blockErrors.has(code)
    ? 'not even its text is taken; this is a defect of spotkeeper, please report it'
    : 'see the list of errors of chat.postMessage in the documentation of Slack';

const refused = (error: string, now: Instant): Said => ({
  is: 'refused',
  notBefore: later(now, PERSON_WAIT_MS),
  error,
});
