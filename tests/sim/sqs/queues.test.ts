import {
  CreateQueueCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
} from '@aws-sdk/client-sqs';
import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../../../sim/clock.ts';
import { Endpoint } from '../../../sim/endpoint.ts';
import { keyedRandom } from '../../../sim/random.ts';
import { Sqs } from '../../../sim/sqs/service.ts';
import { clientsOf, REGION, settle } from '../clients.ts';

const START = Date.UTC(2026, 7, 14);
const SECOND = 1000;
const address = { region: REGION, account: '123456789012', name: 'q' };

const account = () => {
  const clock = new VirtualClock(START);
  const sqs = new Sqs({ clock });
  const endpoint = new Endpoint({ clock, random: keyedRandom(1), services: [sqs.service], account: address.account });
  return { clock, sqs, client: clientsOf(endpoint).sqs, run: <T>(work: Promise<T>) => settle(clock, work) };
};

describe('a simulated queue, through the SDK', () => {
  it('is created, found, described, written to and read from', async () => {
    const { client, run } = account();
    const created = await run(
      client.send(new CreateQueueCommand({ QueueName: 'q', Attributes: { VisibilityTimeout: '20' } })),
    );
    const found = await run(client.send(new GetQueueUrlCommand({ QueueName: 'q' })));
    expect(found.QueueUrl).toBe(created.QueueUrl);
    const QueueUrl = found.QueueUrl ?? '';
    await run(client.send(new SendMessageCommand({ QueueUrl, MessageBody: 'hello' })));
    const received = await run(
      client.send(new ReceiveMessageCommand({ QueueUrl, MessageSystemAttributeNames: ['All'] })),
    );
    const [message] = received.Messages ?? [];
    expect(message).toMatchObject({ Body: 'hello', Attributes: { ApproximateReceiveCount: '1' } });
    const names = { QueueUrl, AttributeNames: ['All' as const] };
    const before = await run(client.send(new GetQueueAttributesCommand(names)));
    expect(before.Attributes).toMatchObject({ VisibilityTimeout: '20', ApproximateNumberOfMessagesNotVisible: '1' });
    await run(client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: message?.ReceiptHandle })));
    const after = await run(client.send(new GetQueueAttributesCommand(names)));
    expect(after.Attributes).toMatchObject({ ApproximateNumberOfMessagesNotVisible: '0' });
  });

  it('takes ten messages a batch, fails the bad one alone, and refuses eleven', async () => {
    const { client, sqs, run } = account();
    const { url: QueueUrl } = sqs.createQueue(address).options;
    const entries = (count: number) => Array.from({ length: count }, (_, n) => ({ Id: String(n), MessageBody: 'x' }));
    const Entries = [...entries(9), { Id: 'late', MessageBody: 'x', DelaySeconds: 901 }];
    const output = await run(client.send(new SendMessageBatchCommand({ QueueUrl, Entries })));
    expect(output.Successful).toHaveLength(9);
    expect(output.Failed).toMatchObject([{ Id: 'late', Code: 'InvalidParameterValue', SenderFault: true }]);
    await expect(run(client.send(new SendMessageBatchCommand({ QueueUrl, Entries: entries(11) })))).rejects.toThrow(
      'You have sent 11',
    );
  });

  it('keeps the attributes of a message and gives those that are asked for', async () => {
    const { client, sqs, run } = account();
    const { url: QueueUrl } = sqs.createQueue(address).options;
    const MessageAttributes = {
      cause: { DataType: 'String', StringValue: 'test' },
      'cause.n': { DataType: 'Number', StringValue: '7' },
      bytes: { DataType: 'Binary', BinaryValue: Uint8Array.of(1, 2) },
    };
    const sent = await run(client.send(new SendMessageCommand({ QueueUrl, MessageBody: 'x', MessageAttributes })));
    // Computed by hand from AWS's description of the digest.
    expect(sent.MD5OfMessageAttributes).toBe('6d3f1381df4ae6e11513963fb2d55209');
    const receive = (MessageAttributeNames: string[]) =>
      run(client.send(new ReceiveMessageCommand({ QueueUrl, MessageAttributeNames, VisibilityTimeout: 0 })));
    expect((await receive(['All'])).Messages?.[0]?.MessageAttributes).toEqual(MessageAttributes);
    const some = (await receive(['cause.*'])).Messages?.[0]?.MessageAttributes ?? {};
    expect(Object.keys(some)).toEqual(['cause', 'cause.n']);
    expect((await receive([])).Messages?.[0]).not.toHaveProperty('MessageAttributes');
  });

  it.each([
    [{ DataType: 'Text', StringValue: 'x' }, "The message attribute 'a' has an invalid message attribute type."],
    [{ DataType: 'String' }, "The message attribute 'a' must contain a non-empty message attribute value."],
  ])('refuses the message attribute %j', async (a, message) => {
    const { client, sqs, run } = account();
    const { url: QueueUrl } = sqs.createQueue(address).options;
    const send = run(client.send(new SendMessageCommand({ QueueUrl, MessageBody: 'x', MessageAttributes: { a } })));
    await expect(send).rejects.toThrow(message);
  });

  it('takes no message that is longer than the queue allows', async () => {
    const { client, sqs, run } = account();
    const { url: QueueUrl } = sqs.createQueue(address, { MaximumMessageSize: '1024' }).options;
    const send = (length: number) =>
      run(client.send(new SendMessageCommand({ QueueUrl, MessageBody: 'x'.repeat(length) })));
    await send(1_024);
    await expect(send(1_025)).rejects.toThrow('Message must be shorter than 1024 bytes');
  });

  it('refuses a visibility timeout out of range', async () => {
    const { client, sqs, run } = account();
    const { url: QueueUrl } = sqs.createQueue(address).options;
    const receive = run(client.send(new ReceiveMessageCommand({ QueueUrl, VisibilityTimeout: 43_201 })));
    await expect(receive).rejects.toMatchObject({ name: 'InvalidParameterValue' });
  });

  it('is unknown in another region', async () => {
    const { client, run } = account();
    const send = run(client.send(new SendMessageCommand({ QueueUrl: 'http://sqs.sim/1/nowhere', MessageBody: 'x' })));
    await expect(send).rejects.toThrow('The specified queue does not exist.');
  });
});

describe('the life of a message', () => {
  it('becomes visible after its delay and again after every visibility timeout', async () => {
    const { clock, sqs } = account();
    const queue = sqs.createQueue(address, { DelaySeconds: '5', VisibilityTimeout: '20' });
    sqs.send(queue, 'x');
    expect(queue.receive(1)).toEqual([]);
    expect(queue.stats()).toMatchObject({ delayed: 1 });
    await clock.run(START + 5 * SECOND);
    const [first] = queue.receive(1);
    expect(first).toMatchObject({ body: 'x', receiveCount: 1 });
    expect(queue.receive(1)).toEqual([]);
    await clock.run(START + 25 * SECOND);
    expect(queue.receive(1)).toMatchObject([{ receiveCount: 2, firstReceivedAt: START + 5 * SECOND }]);
    queue.delete(first?.receiptHandle ?? '');
    expect(queue.stats()).toMatchObject({ deleted: 0, inFlight: 1, oldestAgeMs: 25 * SECOND });
  });

  it('moves to the dead-letter queue after maxReceiveCount receives', async () => {
    const { clock, sqs } = account();
    const dead = sqs.createQueue({ ...address, name: 'dlq' });
    const redrive = JSON.stringify({ deadLetterTargetArn: dead.options.arn, maxReceiveCount: 2 });
    const queue = sqs.createQueue(address, { RedrivePolicy: redrive, VisibilityTimeout: '10' });
    sqs.send(queue, 'poison');
    for (const second of [0, 10, 20]) {
      await clock.run(START + second * SECOND);
      queue.receive(10);
    }
    expect(queue.stats()).toMatchObject({ received: 2, redriven: 1, inFlight: 0, visible: 0 });
    expect(dead.receive(10)).toMatchObject([{ body: 'poison' }]);
  });

  it('is deleted when it outlives the retention, and never reaches the dead-letter queue', async () => {
    const { clock, sqs } = account();
    const dead = sqs.createQueue({ ...address, name: 'dlq' });
    const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: dead.options.arn, maxReceiveCount: 1 });
    const queue = sqs.createQueue(address, { RedrivePolicy, MessageRetentionPeriod: '60' });
    sqs.send(queue, 'old');
    await clock.run(START + 60 * SECOND);
    expect(queue.receive(1)).toEqual([]);
    expect(queue.stats()).toMatchObject({ expired: 1, redriven: 0, oldestAgeMs: undefined });
    expect(dead.stats().visible).toBe(0);
  });

  it('is found at once among 20,000 others', () => {
    const { sqs } = account();
    const queue = sqs.createQueue(address);
    for (let n = 0; n < 20_000; n += 1) sqs.send(queue, String(n));
    const bodies: string[] = [];
    for (let batch = queue.receive(10); batch.length > 0; batch = queue.receive(10)) {
      for (const message of batch) {
        bodies.push(message.body);
        queue.delete(message.receiptHandle);
      }
    }
    expect(bodies).toHaveLength(20_000);
    expect(queue.stats()).toMatchObject({ sent: 20_000, deleted: 20_000, visible: 0 });
  });
});
