import { createHash } from 'node:crypto';
import type { VirtualClock } from '../clock.ts';
import { Heap } from '../heap.ts';
import type { MessageAttributes } from './message-attributes.ts';

/** A standard queue's settings, in milliseconds. */
export type QueueSettings = {
  readonly visibilityTimeoutMs: number;
  readonly delayMs: number;
  readonly retentionMs: number;
  readonly maximumBytes: number;
  readonly redrive?: { readonly deadLetterQueue: Queue; readonly maxReceiveCount: number };
};

export type QueueOptions = QueueSettings & {
  readonly clock: VirtualClock;
  readonly name: string;
  readonly arn: string;
  readonly url: string;
};

/** A message as a consumer gets it; times in epoch milliseconds. */
export type ReceivedMessage = {
  readonly messageId: string;
  readonly receiptHandle: string;
  readonly body: string;
  readonly md5OfBody: string;
  readonly attributes: MessageAttributes;
  readonly sentAt: number;
  readonly firstReceivedAt: number;
  readonly receiveCount: number;
};

/** What happened to the messages of a queue since it was made. */
export type QueueStats = {
  readonly sent: number;
  /** deliveries, repeated ones included */
  readonly received: number;
  readonly deleted: number;
  /** outlived the retention: gone, never moved to the dead-letter queue */
  readonly expired: number;
  /** moved to the dead-letter queue */
  readonly redriven: number;
  readonly visible: number;
  readonly inFlight: number;
  readonly delayed: number;
  /** undefined when the queue is empty */
  readonly oldestAgeMs: number | undefined;
};

type Message = {
  readonly id: string;
  readonly body: string;
  readonly md5: string;
  readonly attributes: MessageAttributes;
  readonly sentAt: number;
  readonly sequence: number;
  readonly expiresAt: number;
  visibleAt: number;
  receiveCount: number;
  firstReceivedAt: number;
  state: 'delayed' | 'waiting' | 'in-flight' | 'gone';
};

type Turn = { readonly at: number; readonly message: Message };

/**
 * A standard SQS queue in virtual time: delay, visibility timeout, retention, redrive. Delivery is at least once and in
 * the order in which messages become visible (AWS promises no order).
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html
 */
export class Queue {
  readonly options: QueueOptions;
  readonly #messages = new Map<string, Message>();
  // A turn is stale when its message is gone or becomes visible at another instant; stale turns are dropped on sight.
  readonly #turns = new Heap<Turn>((a, b) => a.at < b.at || (a.at === b.at && a.message.sequence < b.message.sequence));
  readonly #expiries = new Heap<Message>((a, b) => a.expiresAt < b.expiresAt);
  readonly #listeners: (() => void)[] = [];
  readonly #counters = { sent: 0, received: 0, deleted: 0, expired: 0, redriven: 0 };
  #sequence = 0;

  constructor(options: QueueOptions) {
    this.options = options;
  }

  /** Called whenever a message may become visible earlier than `nextVisibleAt` said before. */
  onChange(listener: () => void): void {
    this.#listeners.push(listener);
  }

  /** Puts a message in; `delayMs` overrides the queue's own delay. */
  send(
    body: string,
    { messageId, delayMs = this.options.delayMs, attributes = {} }: SendOptions,
  ): { messageId: string; md5OfBody: string } {
    const now = this.options.clock.now();
    const md5 = md5OfText(body);
    this.#counters.sent += 1;
    this.#add({
      id: messageId,
      body,
      md5,
      attributes,
      sentAt: now,
      sequence: this.#sequence++,
      expiresAt: now + this.options.retentionMs,
      visibleAt: now + delayMs,
      receiveCount: 0,
      firstReceivedAt: 0,
      state: delayMs > 0 ? 'delayed' : 'waiting',
    });
    return { messageId, md5OfBody: md5 };
  }

  /** Takes up to `max` visible messages and hides them for the visibility timeout (in ms, default the queue's). */
  receive(max: number, visibilityTimeoutMs = this.options.visibilityTimeoutMs): ReceivedMessage[] {
    const now = this.options.clock.now();
    const result: ReceivedMessage[] = [];
    for (let turn = this.#nextTurn(); turn && turn.at <= now && result.length < max; turn = this.#nextTurn()) {
      this.#turns.pop();
      const { message } = turn;
      const { redrive } = this.options;
      if (redrive && message.receiveCount >= redrive.maxReceiveCount) {
        this.#counters.redriven += 1;
        this.#remove(message);
        redrive.deadLetterQueue.#acceptRedriven(message);
        continue;
      }
      message.receiveCount += 1;
      if (message.receiveCount === 1) message.firstReceivedAt = now;
      message.state = 'in-flight';
      this.#hideUntil(message, now + visibilityTimeoutMs);
      this.#counters.received += 1;
      result.push(asReceived(message));
    }
    return result;
  }

  /** Deletes what a receive returned. A receipt handle of an earlier receive of the message deletes nothing. */
  delete(receiptHandle: string): void {
    const message = this.#find(receiptHandle);
    if (!message) return;
    this.#counters.deleted += 1;
    this.#remove(message);
  }

  /** When the earliest message becomes (or became) visible, in epoch milliseconds; undefined when there is none. */
  nextVisibleAt(): number | undefined {
    return this.#nextTurn()?.at;
  }

  stats(): QueueStats {
    this.#expire();
    const now = this.options.clock.now();
    let [visible, inFlight, delayed] = [0, 0, 0];
    let oldest: number | undefined;
    for (const message of this.#messages.values()) {
      if (message.visibleAt <= now) visible += 1;
      else if (message.state === 'delayed') delayed += 1;
      else inFlight += 1;
      if (oldest === undefined || message.sentAt < oldest) oldest = message.sentAt;
    }
    return {
      ...this.#counters,
      visible,
      inFlight,
      delayed,
      oldestAgeMs: oldest === undefined ? undefined : now - oldest,
    };
  }

  // AWS counts the expiry of a redriven message from its first enqueue, by the dead-letter queue's own retention.
  #acceptRedriven(message: Message): void {
    const now = this.options.clock.now();
    const expiresAt = message.sentAt + this.options.retentionMs;
    this.#add({ ...message, sequence: this.#sequence++, expiresAt, visibleAt: now, state: 'waiting' });
  }

  #add(message: Message): void {
    this.#messages.set(message.id, message);
    this.#expiries.push(message);
    this.#hideUntil(message, message.visibleAt);
  }

  #hideUntil(message: Message, at: number): void {
    message.visibleAt = at;
    this.#turns.push({ at, message });
    for (const listener of this.#listeners) listener();
  }

  #remove(message: Message): void {
    message.state = 'gone';
    this.#messages.delete(message.id);
  }

  #find(receiptHandle: string): Message | undefined {
    const [id = '', receive] = receiptHandle.split('#');
    const message = this.#messages.get(id);
    return message && String(message.receiveCount) === receive ? message : undefined;
  }

  #nextTurn(): Turn | undefined {
    this.#expire();
    for (let turn = this.#turns.peek(); turn; turn = this.#turns.peek()) {
      if (turn.message.state !== 'gone' && turn.message.visibleAt === turn.at) return turn;
      this.#turns.pop();
    }
    return undefined;
  }

  #expire(): void {
    const now = this.options.clock.now();
    for (let message = this.#expiries.peek(); message && message.expiresAt <= now; message = this.#expiries.peek()) {
      this.#expiries.pop();
      if (message.state === 'gone') continue;
      this.#counters.expired += 1;
      this.#remove(message);
    }
  }
}

export type SendOptions = Outgoing & { readonly messageId: string };

/** What a message may have besides its body. */
export type Outgoing = {
  /** instead of the queue's own delay */
  readonly delayMs?: number | undefined;
  readonly attributes?: MessageAttributes | undefined;
};

const asReceived = (message: Message): ReceivedMessage => ({
  messageId: message.id,
  receiptHandle: `${message.id}#${message.receiveCount}`,
  body: message.body,
  md5OfBody: message.md5,
  attributes: message.attributes,
  sentAt: message.sentAt,
  firstReceivedAt: message.firstReceivedAt,
  receiveCount: message.receiveCount,
});

const md5OfText = (text: string): string => createHash('md5').update(text).digest('hex');
