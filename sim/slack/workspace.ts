import type { VirtualClock } from '../clock.ts';
import type { Journal } from '../world/journal.ts';
import { isText, type Json, parsed } from './json.ts';
import limits from './limits.json' with { type: 'json' };
import { type Refusal, refusalOf } from './validation.ts';

/** What this workspace takes from a client: the part of `fetch` that a POST needs. */
type Init = {
  readonly method: 'POST';
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly signal?: AbortSignal;
};
type Response = {
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  text(): Promise<string>;
};

/** A message as it stands in the channel. */
export type PostedMessage = {
  readonly channel: string;
  readonly ts: string;
  /** of the message in whose thread it stands */
  readonly thread: string | undefined;
  /** virtual epoch milliseconds */
  readonly at: number;
  text: string;
  blocks: readonly Json[];
  /** Times at which it was updated. */
  readonly updatedAt: number[];
};

/** How the workspace behaves; a scenario changes it while it runs. */
export type Mood = {
  /** `down`: status 500. `silent`: takes the request and never answers. `unreachable`: no connection. */
  answers: 'normally' | 'down' | 'silent' | 'unreachable';
  /** It does not know data_table and data_visualization. */
  refusesNativeBlocks: boolean;
  /** Every message is refused with this code, such as no_service, channel_is_archived, not_in_channel. */
  error: string | undefined;
  /** The next requests are answered with 429 and this Retry-After, in seconds. */
  limited: { count: number; readonly retryAfter: string | undefined } | undefined;
};

/** What opens the workspace, made up; a test may look for these where no secret belongs. */
export const WEBHOOK_URL = 'https://hooks.slack.com/services/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ok';
export const BOT_TOKEN = 'xoxb-100000000001-100000000002-aSimulatedSecretOfABot';
export const CHANNEL = 'C0SIMULATED';

const LATENCY_MS = 120;
const API = 'https://slack.com/api/';

/**
 * A Slack workspace with one channel in virtual time: an incoming webhook, chat.postMessage and chat.update, with Slack's
 * own checks of messages, its rate limits and its errors.
 * https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks,
 * https://docs.slack.dev/reference/methods/chat.postMessage, https://docs.slack.dev/reference/methods/chat.update
 */
export class SlackWorkspace {
  readonly mood: Mood = { answers: 'normally', refusesNativeBlocks: false, error: undefined, limited: undefined };
  readonly #messages: PostedMessage[] = [];
  readonly #clock: VirtualClock;
  readonly #journal: Journal | undefined;
  readonly #updates: number[] = [];
  #lastPostAt = Number.NEGATIVE_INFINITY;

  constructor(clock: VirtualClock, journal?: Journal) {
    this.#clock = clock;
    this.#journal = journal;
  }

  /** What stands in the channel, oldest first. */
  get messages(): readonly PostedMessage[] {
    return this.#messages;
  }

  /** A person deletes a message. */
  delete(ts: string): void {
    const at = this.#messages.findIndex((message) => message.ts === ts);
    if (at >= 0) this.#messages.splice(at, 1);
  }

  /** In the place of `fetch`. It throws as fetch does, when Slack cannot be reached or the caller gives up. */
  readonly fetch = async (url: string, init: Init): Promise<Response> => {
    await this.#clock.sleep(LATENCY_MS);
    const { answers } = this.mood;
    if (answers === 'unreachable') throw new TypeError('fetch failed', { cause: { code: 'ECONNREFUSED' } });
    if (answers === 'silent') return this.#never(init.signal);
    if (answers === 'down') return response(500, 'Internal Server Error');
    return url.startsWith(API) ? this.#api(url.slice(API.length), init) : this.#webhook(url, init.body);
  };

  #never(signal: AbortSignal | undefined): Promise<Response> {
    return new Promise((_, reject) => {
      signal?.addEventListener('abort', () => {
        this.#clock.wake();
        reject(new DOMException('This operation was aborted', 'AbortError'));
      });
    });
  }

  #webhook(url: string, body: string): Response {
    if (url !== WEBHOOK_URL) return response(404, 'no_service');
    const limited = this.#rateLimit(true);
    if (limited !== undefined) return response(429, 'rate_limited', limited);
    const message = parsed(body);
    if (!message) return response(400, 'invalid_payload');
    const refused = this.#refusal(message);
    if (refused) return response(refused.error === 'no_service' ? 404 : 400, refused.error);
    this.#post(message);
    return response(200, 'ok');
  }

  #api(method: string, { headers, body }: Init): Response {
    if (headers.authorization !== `Bearer ${BOT_TOKEN}`)
      return failed(headers.authorization ? 'invalid_auth' : 'not_authed');
    if (!headers['content-type']?.startsWith('application/json')) return failed('invalid_post_type');
    if (method !== 'chat.postMessage' && method !== 'chat.update') return failed('unknown_method');
    const limited = this.#rateLimit(method === 'chat.postMessage');
    if (limited !== undefined) return response(429, JSON.stringify({ ok: false, error: 'ratelimited' }), limited);
    const message = parsed(body);
    if (!message) return failed('invalid_json');
    if (message.channel !== CHANNEL) return failed('channel_not_found');
    const old = this.#messages.find(({ ts }) => ts === message.ts);
    if (method === 'chat.update' && !old) return failed('message_not_found');
    const refused = this.#refusal(message);
    if (refused) return failed(refused.error, refused.where);
    const { ts } = old ? this.#update(old, message) : this.#post(message);
    return response(200, JSON.stringify({ ok: true, channel: CHANNEL, ts }));
  }

  #refusal(message: Json): Refusal | undefined {
    const forced = this.mood.error;
    const refusal =
      forced === undefined ? refusalOf(message, !this.mood.refusesNativeBlocks) : { error: forced, where: '' };
    if (refusal)
      this.#tell('slack-refused', CHANNEL, `Slack refuses a message: ${refusal.error} ${refusal.where}`.trim());
    return refusal;
  }

  /** One message a second, fifty updates a minute. @returns seconds to wait, as the header has them */
  #rateLimit(isPost: boolean): string | undefined {
    const now = this.#clock.now();
    const { limited } = this.mood;
    if (limited && limited.count > 0) {
      limited.count -= 1;
      return limited.retryAfter ?? '';
    }
    if (!isPost) {
      this.#updates.push(now);
      return this.#updates.filter((at) => at > now - 60_000).length > limits.updatesPerMinute ? '10' : undefined;
    }
    if (now - this.#lastPostAt < limits.messageMsPerChannel) return '1';
    this.#lastPostAt = now;
    return undefined;
  }

  #post(message: Json): PostedMessage {
    const at = this.#clock.now();
    const ts = `${Math.floor(at / 1000)}.${String(this.#messages.length + 1).padStart(6, '0')}`;
    const thread = isText(message.thread_ts) ? message.thread_ts : undefined;
    const posted: PostedMessage = { channel: CHANNEL, ts, thread, at, updatedAt: [], ...contentOf(message) };
    this.#messages.push(posted);
    this.#tell('slack-message', ts, `${thread ? 'in the thread: ' : ''}${firstLine(posted)}`);
    return posted;
  }

  #update(old: PostedMessage, message: Json): PostedMessage {
    const { text, blocks } = contentOf(message);
    old.text = text;
    // https://docs.slack.dev/reference/methods/chat.update: blocks that are left out stay.
    if (message.blocks !== undefined) old.blocks = blocks;
    old.updatedAt.push(this.#clock.now());
    this.#tell('slack-message', old.ts, `updated: ${firstLine(old)}`);
    return old;
  }

  #tell(kind: 'slack-message' | 'slack-refused', subject: string, text: string): void {
    this.#journal?.add({ at: this.#clock.now(), region: 'slack', kind, subject, text, data: { channel: CHANNEL } });
  }
}

const contentOf = ({ text, blocks }: Json): Pick<PostedMessage, 'text' | 'blocks'> => ({
  text: isText(text) ? text : '',
  blocks: Array.isArray(blocks) ? blocks : [],
});

const firstLine = ({ text }: PostedMessage): string => text.split('\n', 1)[0] ?? '';

const failed = (error: string, where?: string): Response =>
  response(
    200,
    JSON.stringify({ ok: false, error, ...(where && { response_metadata: { messages: [`[ERROR] ${where}`] } }) }),
  );

const response = (status: number, body: string, retryAfter?: string): Response => ({
  status,
  headers: { get: (name) => (retryAfter && name.toLowerCase() === 'retry-after' ? retryAfter : null) },
  text: async () => body,
});
