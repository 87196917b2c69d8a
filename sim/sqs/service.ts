import type {
  DeleteMessageBatchRequest,
  DeleteMessageRequest,
  GetQueueUrlRequest,
  ReceiveMessageRequest,
  SendMessageBatchRequest,
  SendMessageRequest,
  SendMessageResult,
} from '@aws-sdk/client-sqs';
import type { VirtualClock } from '../clock.ts';
import { AwsError, type Call, type Service } from '../service.ts';
import { describeQueue, parseSettings, type QueueAttributes } from './attributes.ts';
import { askedAttributes, checkAttributes, md5OfAttributes } from './message-attributes.ts';
import { type Outgoing, Queue, type ReceivedMessage } from './queue.ts';

/** Where a queue lives; twelve-digit account. */
export type QueueAddress = { readonly region: string; readonly account: string; readonly name: string };

/**
 * The queues of the simulated account: standard queues only; ReceiveMessage never waits.
 * `service` is what the wire talks to, the methods are what event delivery uses.
 */
export class Sqs {
  readonly #clock: VirtualClock;
  readonly #queues = new Map<string, Queue>();
  #messages = 0;

  constructor({ clock }: { readonly clock: VirtualClock }) {
    this.#clock = clock;
  }

  /**
   * Creates a queue, or returns the one of that name.
   * @param attributes as CreateQueue takes them: strings, seconds, RedrivePolicy as JSON text
   * @throws AwsError for an attribute that AWS refuses or that is not imitated
   */
  createQueue(address: QueueAddress, attributes: QueueAttributes = {}): Queue {
    const { region, account, name } = address;
    const key = `${region}/${name}`;
    const known = this.#queues.get(key);
    if (known) return known;
    const queue = new Queue({
      clock: this.#clock,
      name,
      arn: `arn:aws:sqs:${region}:${account}:${name}`,
      url: `http://sqs.${region}.sim/${account}/${name}`,
      ...parseSettings(attributes, (arn) => this.queueByArn(arn)),
    });
    this.#queues.set(key, queue);
    return queue;
  }

  /** @throws AwsError QueueDoesNotExist */
  queueByArn(arn: string): Queue {
    const [, , , region = '', , name = ''] = arn.split(':');
    return this.#queueNamed(region, name);
  }

  /** Puts a message into a queue. @returns the message's id (from a counter) and the MD5 of its body */
  send(queue: Queue, body: string, outgoing: Outgoing = {}): { messageId: string; md5OfBody: string } {
    this.#messages += 1;
    const messageId = `00000000-0000-4000-9000-${String(this.#messages).padStart(12, '0')}`;
    return queue.send(body, { ...outgoing, messageId });
  }

  readonly service: Service = {
    id: 'sqs',
    operations: {
      CreateQueue: (input: { QueueName: string; Attributes?: QueueAttributes }, call) => ({
        QueueUrl: this.createQueue({ ...call, name: input.QueueName }, input.Attributes).options.url,
      }),
      GetQueueUrl: (input: GetQueueUrlRequest, call) => ({
        QueueUrl: this.#queueNamed(call.region, input.QueueName ?? '').options.url,
      }),
      GetQueueAttributes: (input: { QueueUrl: string; AttributeNames?: readonly string[] }, call) => ({
        Attributes: describeQueue(this.#queueAt(input.QueueUrl, call), input.AttributeNames ?? []),
      }),
      SendMessage: (input: SendMessageRequest, call) => this.#sendMessage(this.#queueAt(input.QueueUrl, call), input),
      SendMessageBatch: (input: SendMessageBatchRequest, call) => this.#sendBatch(input, call),
      ReceiveMessage: (input: ReceiveMessageRequest, call) => this.#receive(input, call),
      DeleteMessage: (input: DeleteMessageRequest, call) => {
        this.#queueAt(input.QueueUrl, call).delete(input.ReceiptHandle ?? '');
      },
      DeleteMessageBatch: (input: DeleteMessageBatchRequest, call) => this.#deleteBatch(input, call),
    },
  };

  #sendMessage(queue: Queue, message: OutgoingMessage): SendMessageResult {
    const body = message.MessageBody ?? '';
    const delay = message.DelaySeconds;
    const attributes = message.MessageAttributes ?? {};
    const { maximumBytes } = queue.options;
    checkAttributes(attributes);
    if (body === '') throw new AwsError('MissingParameter', 'The request must contain the parameter MessageBody.');
    if (Buffer.byteLength(body) > maximumBytes) {
      throw invalid(`One or more parameters are invalid. Reason: Message must be shorter than ${maximumBytes} bytes.`);
    }
    if (delay !== undefined && !(delay >= 0 && delay <= MAX_DELAY_SECONDS)) {
      throw invalid(
        `Value ${delay} for parameter DelaySeconds is invalid. Reason: DelaySeconds must be >= 0 and <= 900.`,
      );
    }
    const sent = this.send(queue, body, { attributes, delayMs: delay === undefined ? undefined : delay * 1000 });
    const digest = { MessageId: sent.messageId, MD5OfMessageBody: sent.md5OfBody };
    const hasAttributes = Object.keys(attributes).length > 0;
    return hasAttributes ? { ...digest, MD5OfMessageAttributes: md5OfAttributes(attributes) } : digest;
  }

  #sendBatch({ QueueUrl, Entries = [] }: SendMessageBatchRequest, call: Call) {
    const queue = this.#queueAt(QueueUrl, call);
    checkBatch(Entries);
    const bytes = Entries.reduce((sum, { MessageBody = '' }) => sum + Buffer.byteLength(MessageBody), 0);
    if (bytes > MAX_MESSAGE_BYTES) {
      throw new AwsError(
        'BatchRequestTooLong',
        `Batch requests cannot be longer than ${MAX_MESSAGE_BYTES} bytes. You have sent ${bytes} bytes.`,
      );
    }
    const Successful: object[] = [];
    const Failed: object[] = [];
    for (const entry of Entries) {
      try {
        Successful.push({ Id: entry.Id, ...this.#sendMessage(queue, entry) });
      } catch (error) {
        if (!(error instanceof AwsError) || error.status >= 500) throw error;
        Failed.push({ Id: entry.Id, SenderFault: true, Code: error.code, Message: error.message });
      }
    }
    return { Successful, Failed };
  }

  #receive(input: ReceiveMessageRequest, call: Call) {
    const { MaxNumberOfMessages = 1, VisibilityTimeout } = input;
    if (MaxNumberOfMessages < 1 || MaxNumberOfMessages > MAX_BATCH) {
      throw invalid(
        `Value ${MaxNumberOfMessages} for parameter MaxNumberOfMessages is invalid. Reason: Must be between 1 and 10, if provided.`,
      );
    }
    if (VisibilityTimeout !== undefined && !(VisibilityTimeout >= 0 && VisibilityTimeout <= MAX_VISIBILITY_SECONDS)) {
      throw invalid(
        `Value ${VisibilityTimeout} for parameter VisibilityTimeout is invalid. Reason: Must be between 0 and ${MAX_VISIBILITY_SECONDS}, if provided.`,
      );
    }
    const queue = this.#queueAt(input.QueueUrl, call);
    const timeoutMs = VisibilityTimeout === undefined ? undefined : VisibilityTimeout * 1000;
    const system = [...(input.MessageSystemAttributeNames ?? []), ...(input.AttributeNames ?? [])];
    const asked = { system, own: input.MessageAttributeNames ?? [] };
    const messages = queue.receive(MaxNumberOfMessages, timeoutMs);
    return messages.length === 0 ? {} : { Messages: messages.map((message) => asSdkMessage(message, asked)) };
  }

  #deleteBatch({ QueueUrl, Entries = [] }: DeleteMessageBatchRequest, call: Call) {
    const queue = this.#queueAt(QueueUrl, call);
    checkBatch(Entries);
    for (const { ReceiptHandle = '' } of Entries) queue.delete(ReceiptHandle);
    return { Successful: Entries.map(({ Id }) => ({ Id })), Failed: [] };
  }

  #queueAt(url: string | undefined, call: Call): Queue {
    return this.#queueNamed(call.region, (url ?? '').split('/').at(-1) ?? '');
  }

  #queueNamed(region: string, name: string): Queue {
    const queue = this.#queues.get(`${region}/${name}`);
    if (!queue) throw new AwsError('QueueDoesNotExist', 'The specified queue does not exist.');
    return queue;
  }
}

// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html
const MAX_MESSAGE_BYTES = 1_048_576;
const MAX_DELAY_SECONDS = 900;
const MAX_VISIBILITY_SECONDS = 43_200;
const MAX_BATCH = 10;

type OutgoingMessage = Pick<SendMessageRequest, 'MessageBody' | 'DelaySeconds' | 'MessageAttributes'>;

const checkBatch = (entries: readonly { readonly Id?: string | undefined }[]): void => {
  if (entries.length === 0)
    throw new AwsError('EmptyBatchRequest', 'There should be at least one entry in the request.');
  if (entries.length > MAX_BATCH) {
    const message = `Maximum number of entries per request are ${MAX_BATCH}. You have sent ${entries.length}.`;
    throw new AwsError('TooManyEntriesInBatchRequest', message);
  }
  const ids = new Set(entries.map(({ Id }) => Id));
  if (ids.size < entries.length)
    throw new AwsError('BatchEntryIdsNotDistinct', 'Two or more batch entries in the request have the same Id.');
};

type Asked = { readonly system: readonly string[]; readonly own: readonly string[] };

const asSdkMessage = (message: ReceivedMessage, { system, own }: Asked) => {
  const attributes = Object.entries(systemAttributes(message)).filter(
    ([name]) => system.includes('All') || system.includes(name),
  );
  const asked = askedAttributes(message.attributes, own);
  return {
    MessageId: message.messageId,
    ReceiptHandle: message.receiptHandle,
    MD5OfBody: message.md5OfBody,
    Body: message.body,
    ...(attributes.length === 0 ? {} : { Attributes: Object.fromEntries(attributes) }),
    ...(Object.keys(asked).length === 0
      ? {}
      : { MessageAttributes: asked, MD5OfMessageAttributes: md5OfAttributes(asked) }),
  };
};

/** The system attributes of a received message, as consumers and Lambda's SQS events show them. */
export const systemAttributes = (message: ReceivedMessage): Record<string, string> => ({
  ApproximateReceiveCount: String(message.receiveCount),
  SentTimestamp: String(Math.floor(message.sentAt)),
  SenderId: 'AIDASIMULATED',
  ApproximateFirstReceiveTimestamp: String(Math.floor(message.firstReceivedAt)),
});

const invalid = (message: string): AwsError => new AwsError('InvalidParameterValue', message);
