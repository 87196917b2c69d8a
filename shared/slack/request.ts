import type { Fetch } from '../aws/process.ts';
import type { Way } from './secret.ts';

/** What became of one request. `code` is Slack's error code, or one of a status that came without. */
export type Answer =
  | { readonly is: 'ok'; readonly channel: string | undefined; readonly ts: string | undefined }
  | { readonly is: 'error'; readonly code: string }
  | { readonly is: 'rate-limited'; readonly retryMs: number }
  | { readonly is: 'down'; readonly why: string };

export type Edge = { readonly fetch: Fetch; readonly sleep: (ms: number) => Promise<void> };

type Method = 'chat.postMessage' | 'chat.update';

/** How long Slack may take for an answer. */
const TIMEOUT_MS = 5_000;
/** When a 429 does not say how long to wait. */
const RETRY_MS = 30_000;
/** Slack asks for minutes at most; a number that is out of all measure is not obeyed. */
const LONGEST_RETRY_MS = 3_600_000;

/**
 * Sends one message and reads the answer. Webhooks answer `ok` or an error code as text, the Web API JSON with status 200.
 * https://docs.slack.dev/apis/web-api/, https://docs.slack.dev/apis/web-api/rate-limits
 * @returns never anything of the secret: neither URLs, nor messages of exceptions, nor answers that are no error code
 */
export async function request(way: Way, method: Method, body: object, edge: Edge): Promise<Answer> {
  const sent = await answered(way, method, body, edge);
  if ('why' in sent) return { is: 'down', why: sent.why };
  const { status, retryAfter, text } = sent;
  if (status === 429) return { is: 'rate-limited', retryMs: retryMsOf(retryAfter) };
  if (status >= 500) return { is: 'down', why: `Slack answered with status ${status}` };
  return way.by === 'webhook' ? webhookAnswer(way, status, text) : apiAnswer(way, sent);
}

type Response = { readonly status: number; readonly retryAfter: string | null; readonly text: string };
type Sent = Response | { readonly why: string };

async function answered(way: Way, method: Method, body: object, { fetch, sleep }: Edge): Promise<Sent> {
  const stop = new AbortController();
  const timeout = sleep(TIMEOUT_MS).then((): Sent => {
    stop.abort();
    return { why: `Slack gave no answer within ${TIMEOUT_MS / 1000} seconds` };
  });
  const answer = (async (): Promise<Sent> => {
    try {
      const response = await fetch(way.by === 'webhook' ? way.url : `https://slack.com/api/${method}`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json; charset=utf-8',
          ...(way.by === 'bot' && { authorization: `Bearer ${way.token}` }),
        },
        body: JSON.stringify(body),
        signal: stop.signal,
      });
      return { status: response.status, retryAfter: response.headers.get('retry-after'), text: await response.text() };
    } catch (error) {
      return { why: `Slack could not be reached${causeOf(way, error)}` };
    }
  })();
  return Promise.race([answer, timeout]);
}

function webhookAnswer(way: Way, status: number, text: string): Answer {
  if (status === 200) return { is: 'ok', channel: undefined, ts: undefined };
  return { is: 'error', code: codeOf(way, text.trim(), status) };
}

function apiAnswer(way: Way, { status, text, retryAfter }: Response): Answer {
  const { ok, error, channel, ts } = jsonOf(text);
  if (ok === true) return { is: 'ok', channel: textOf(channel), ts: textOf(ts) };
  if (error === 'ratelimited' || error === 'rate_limited' || error === 'message_limit_exceeded')
    return { is: 'rate-limited', retryMs: retryMsOf(retryAfter) };
  return { is: 'error', code: codeOf(way, error, status) };
}

/** An error code is shown as it came; any other text, or one that is a part of the secret, is not. */
function codeOf(way: Way, said: unknown, status: number): string {
  const isCode = typeof said === 'string' && said.length <= 60 && /^[a-z]+(_[a-z]+){0,8}$/.test(said);
  return isCode && !secretOf(way).includes(said) ? said : `status_${status}`;
}

const secretOf = (way: Way): string => (way.by === 'webhook' ? way.url : way.token);

function jsonOf(text: string): Readonly<Record<string, unknown>> {
  try {
    const read: unknown = JSON.parse(text);
    return typeof read === 'object' && read !== null ? { ...read } : {};
  } catch {
    return {};
  }
}

const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

function retryMsOf(header: string | null): number {
  const seconds = header === null ? Number.NaN : Number(header);
  return Number.isFinite(seconds) && seconds >= 0 ? Math.min(Math.ceil(seconds * 1000), LONGEST_RETRY_MS) : RETRY_MS;
}

/** Node's code of a network error, like ECONNRESET: the message of the error could name the URL. */
function causeOf(way: Way, error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  const code = typeof cause === 'object' && cause !== null && 'code' in cause ? cause.code : undefined;
  const isCode = typeof code === 'string' && /^[A-Z][A-Z_]{2,30}$/.test(code);
  return isCode && !secretOf(way).includes(code) ? ` (${code})` : '';
}
