import type { VirtualClock } from '../clock.ts';
import type { KeyedRandom } from '../random.ts';
import type { MessageAttributes } from '../sqs/message-attributes.ts';
import type { Queue } from '../sqs/queue.ts';
import type { Sqs } from '../sqs/service.ts';

/** What a rule sends events to: a queue, or a function that it invokes. */
export type Destination = { readonly arn: string; take(body: string): void };

export type RuleTarget = {
  readonly to: Destination;
  /** how often and how long it is tried again; default 185 times and 24 hours */
  readonly retry?: { readonly attempts?: number; readonly ageSeconds?: number };
  readonly deadLetterQueue?: Queue;
};

/** Why a target does not take an event, as EventBridge names it. Only throttling can heal. */
export type Refusal = 'NO_PERMISSIONS' | 'NO_RESOURCE' | 'THROTTLING';

/** A delivery that EventBridge gave up, whether a dead-letter queue has the event or nobody. */
export type FailedDelivery = {
  /** epoch milliseconds */
  readonly at: number;
  readonly rule: string;
  readonly eventId: string;
  readonly errorCode: Refusal;
  readonly retries: number;
  /** what ended the retries; undefined: there were none, since the error cannot heal */
  readonly exhausted: 'MaximumRetryAttempts' | 'MaximumEventAgeInSeconds' | undefined;
  readonly kept: boolean;
};

export type Delivery = {
  readonly eventId: string;
  readonly rule: { readonly name: string; readonly arn: string };
  readonly target: RuleTarget;
  readonly body: string;
  readonly copies: number;
  /** when the event happened, epoch milliseconds */
  readonly startedAt: number;
  /** Is the n-th retry refused? 0 is the first attempt. */
  readonly refusal: (retry: number) => Refusal | undefined;
};

/**
 * Brings events to targets, with the retry policy and dead-letter queue of each target. What is refused for good goes to
 * the dead-letter queue at once. https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html
 */
export class Attempts {
  readonly failed: FailedDelivery[] = [];
  readonly #options: AttemptOptions;

  constructor(options: AttemptOptions) {
    this.#options = options;
  }

  /** Delivers now, or again later when the target says no; `retry` counts the retries so far. */
  make(delivery: Delivery, retry = 0): void {
    const { clock } = this.#options;
    const { target, body, copies, startedAt } = delivery;
    const refusal = delivery.refusal(retry);
    if (!refusal) {
      for (let copy = 0; copy < copies; copy += 1) target.to.take(body);
      return;
    }
    const { attempts = 185, ageSeconds = 86_400 } = target.retry ?? {};
    const endsAt = startedAt + ageSeconds * 1_000;
    const nextAt = clock.now() + this.#backoffMs(delivery, retry);
    if (refusal !== 'THROTTLING') this.#giveUp(delivery, refusal, { retry });
    else if (retry >= attempts) this.#giveUp(delivery, refusal, { retry, exhausted: 'MaximumRetryAttempts' });
    else if (nextAt < endsAt) clock.at(nextAt, () => this.make(delivery, retry + 1));
    else clock.at(endsAt, () => this.#giveUp(delivery, refusal, { retry, exhausted: 'MaximumEventAgeInSeconds' }));
  }

  // AWS says "exponential back off and jitter" and tells no times: these are an assumption.
  #backoffMs({ rule, target, eventId }: Delivery, retry: number): number {
    const fullMs = Math.min(600_000, 1_000 * 2 ** Math.min(retry, 10));
    return fullMs * (0.5 + this.#options.random('event retry', `${rule.name} ${target.to.arn} ${eventId}`, retry) / 2);
  }

  #giveUp(delivery: Delivery, errorCode: Refusal, { retry, exhausted }: End): void {
    const { clock, sqs } = this.#options;
    const { eventId, rule, target, body } = delivery;
    const { deadLetterQueue } = target;
    const failed = { at: clock.now(), rule: rule.name, eventId, errorCode, retries: retry, exhausted };
    this.failed.push({ ...failed, kept: deadLetterQueue !== undefined });
    if (deadLetterQueue) sqs.send(deadLetterQueue, body, { attributes: attributesOf(delivery, failed) });
  }
}

// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html#eb-rule-dlq-attributes
const attributesOf = ({ rule, target }: Delivery, failed: Omit<FailedDelivery, 'kept'>): MessageAttributes => {
  const { errorCode, exhausted, retries } = failed;
  const texts = {
    RULE_ARN: rule.arn,
    TARGET_ARN: target.to.arn,
    ERROR_CODE: errorCode,
    ERROR_MESSAGE: errorMessages[errorCode],
    ...(exhausted ? { EXHAUSTED_RETRY_CONDITION: exhausted } : {}),
    RETRY_ATTEMPTS: String(retries),
  };
  return Object.fromEntries(
    Object.entries(texts).map(([name, StringValue]) => [name, { DataType: 'String', StringValue }]),
  );
};

/** The words are an assumption: AWS lists the codes only. */
const errorMessages: Readonly<Record<Refusal, string>> = {
  NO_PERMISSIONS: 'EventBridge is not allowed to reach the target.',
  NO_RESOURCE: 'The specified target does not exist.',
  THROTTLING: 'Rate exceeded',
};

type End = { readonly retry: number; readonly exhausted?: NonNullable<FailedDelivery['exhausted']> };

type AttemptOptions = { readonly clock: VirtualClock; readonly random: KeyedRandom; readonly sqs: Sqs };
