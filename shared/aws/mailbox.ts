import { DeleteMessageBatchCommand, type Message, ReceiveMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { batches } from '../core/batches.ts';
import type { Letter, Mailbox } from '../flow.ts';
import { makeQueueClient } from './clients.ts';
import { required } from './own-ports.ts';
import type { Process } from './process.ts';

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ReceiveMessage.html */
const PER_CALL = 10;
const CALLS_AT_ONCE = 10;
/** With the first call 1,010 letters at most: what is left waits for the next tick. */
const ROUNDS = 10;

/**
 * A queue that no poller of Lambda watches: its function looks into it each time it runs. Five pollers that wait at an
 * empty queue cost 0.26 dollars a month, a look each minute 0.02.
 * A letter that is not removed comes back when its visibility timeout has passed, and goes to the dead-letter queue after
 * the receives that the queue allows.
 * @param variable the variable of the environment that has the URL of the queue
 * @throws Error when that variable or AWS_REGION is missing
 */
export function makeMailbox({ env, runtime, clientConfig }: Process, variable: string): Mailbox {
  const sqs = makeQueueClient(required(env, 'AWS_REGION'), { edge: runtime, clientConfig });
  const url = required(env, variable);
  return { receive: () => receive(sqs, url), remove: (letters) => remove(sqs, url, letters) };
}

/**
 * One call, which is all in calm; then ten at a time until they find nothing, or one of them fails: what came is read. A call that does not wait asks some of the
 * servers that hold the queue: what it overlooks is found a minute later.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-short-and-long-polling.html
 */
async function receive(sqs: SQSClient, url: string): Promise<readonly Letter[]> {
  const letters = [...(await receiveSome(sqs, url))];
  for (let round = 0; letters.length > 0 && round < ROUNDS; round += 1) {
    const calls = await Promise.allSettled(Array.from({ length: CALLS_AT_ONCE }, () => receiveSome(sqs, url)));
    const more = calls.flatMap((call) => (call.status === 'fulfilled' ? call.value : []));
    letters.push(...more);
    if (more.length === 0 || calls.some(({ status }) => status === 'rejected')) break;
  }
  return letters;
}

async function receiveSome(sqs: SQSClient, QueueUrl: string): Promise<readonly Letter[]> {
  const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: PER_CALL }));
  return Messages.map(({ MessageId = '', Body = '', ReceiptHandle = '' }: Message) => ({
    messageId: MessageId,
    body: Body,
    receipt: ReceiptHandle,
  }));
}

/** What is not removed comes once more, which does no harm: what it tells is known by then. */
async function remove(sqs: SQSClient, QueueUrl: string, letters: readonly Letter[]): Promise<void> {
  await Promise.all(
    batches(letters, PER_CALL).map((some) => {
      const Entries = some.map(({ receipt }, index) => ({ Id: String(index), ReceiptHandle: receipt }));
      return sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
    }),
  );
}
