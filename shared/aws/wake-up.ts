import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { encodeWakeUp } from '../events/wake-up.ts';
import type { Wake } from '../plan/action.ts';

/**
 * Sends ourselves a delayed message; a time that is past is now.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-delay-queues.html
 */
export async function sendWakeUp(
  sqs: SQSClient,
  QueueUrl: string,
  { wake, now }: { wake: Wake; now: number },
): Promise<void> {
  const MessageBody = encodeWakeUp({ account: wake.account, region: wake.region }, wake.watch, wake.at);
  const DelaySeconds = Math.max(0, Math.ceil((wake.at - now) / 1000));
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody, DelaySeconds }));
}
