import { expect, test } from 'vitest';
import { hostIn } from '../../../cli/host.ts';
import { transcriptOf } from '../../../cli/transcript.ts';
import { makeMailbox } from '../../../shared/aws/mailbox.ts';
import { SimulatedAccount } from '../../../sim/account.ts';
import type { EndpointOptions } from '../../../sim/endpoint.ts';
import { AwsError } from '../../../sim/service.ts';
import { Sqs } from '../../../sim/sqs/service.ts';
import { aPolicy } from '../../given.ts';
import { REGION } from './lab.ts';

const VISIBILITY_SECONDS = 65;
const VARIABLE = 'QUEUE_URL';

/** A mailbox with so many letters, as one process sees it. */
function mailboxWith(letters: number, options: Pick<EndpointOptions, 'faults'> = {}) {
  const made: { sqs?: Sqs } = {};
  const account = new SimulatedAccount({
    seed: 7,
    regions: [REGION],
    ...options,
    services: ({ clock }) => {
      made.sqs = new Sqs({ clock });
      return [made.sqs.service];
    },
  });
  const { clock } = account;
  const { sqs } = made as { sqs: Sqs };
  const place = { region: REGION, account: account.account };
  const dead = sqs.createQueue({ ...place, name: 'dead' });
  const queue = sqs.createQueue(
    { ...place, name: 'letters' },
    {
      VisibilityTimeout: String(VISIBILITY_SECONDS),
      RedrivePolicy: JSON.stringify({ deadLetterTargetArn: dead.options.arn, maxReceiveCount: 4 }),
    },
  );
  for (let index = 0; index < letters; index += 1) sqs.send(queue, `letter ${index}`);
  const { runtime, clientConfig } = hostIn(account, 'lab', transcriptOf(clock).edge('lab'));
  const env = { AWS_REGION: REGION, [VARIABLE]: queue.options.url };
  const mailbox = makeMailbox({ env, policy: aPolicy(), runtime, clientConfig }, VARIABLE);
  const run = async <T>(work: Promise<T>): Promise<T> => {
    clock.track(work);
    await clock.run(clock.now() + 10_000);
    return work;
  };
  const calls = (operation: string) => account.endpoint.calls.entries.filter((one) => one.operation === operation);
  return { mailbox, queue, dead, calls, run, pass: (seconds: number) => clock.run(clock.now() + seconds * 1_000) };
}

test('an empty mailbox costs one call', async () => {
  const { mailbox, run, calls } = mailboxWith(0);
  expect(await run(mailbox.receive())).toEqual([]);
  await run(mailbox.remove([]));
  expect(calls('ReceiveMessage')).toHaveLength(1);
  expect(calls('DeleteMessageBatch')).toHaveLength(0);
});

test('a storm of letters comes at once, and is gone when it is removed', async () => {
  const { mailbox, queue, run, calls, pass } = mailboxWith(345);
  const letters = await run(mailbox.receive());
  expect(new Set(letters.map(({ body }) => body)).size).toBe(345);
  await run(mailbox.remove(letters));
  expect(calls('DeleteMessageBatch')).toHaveLength(35);
  await pass(VISIBILITY_SECONDS);
  expect(queue.stats()).toMatchObject({ visible: 0, inFlight: 0, deleted: 345 });
});

test('what is more than one run can take waits for the next one', async () => {
  const { mailbox, queue, run } = mailboxWith(1_500);
  const letters = await run(mailbox.receive());
  expect(letters).toHaveLength(1_010);
  expect(queue.stats()).toMatchObject({ visible: 490, inFlight: 1_010 });
});

test('a letter that was not removed comes again, four times in all, and ends in the dead-letter queue', async () => {
  const { mailbox, dead, run, pass } = mailboxWith(1);
  for (let receives = 1; receives <= 4; receives += 1) {
    expect(await run(mailbox.receive())).toHaveLength(1);
    expect(await run(mailbox.receive())).toEqual([]);
    await pass(VISIBILITY_SECONDS);
  }
  expect(await run(mailbox.receive())).toEqual([]);
  expect(dead.stats().visible).toBe(1);
});

test('a call that fails is repeated', async () => {
  let failures = 1;
  const error = new AwsError('ServiceUnavailable', 'later', 503);
  const { mailbox, run } = mailboxWith(3, {
    faults: ({ operation }) => {
      failures -= 1;
      return operation === 'ReceiveMessage' && failures >= 0 ? { error, when: 'before' } : undefined;
    },
  });
  expect(await run(mailbox.receive())).toHaveLength(3);
});

test('what came is read although other calls fail for good', async () => {
  let calls = 0;
  const error = new AwsError('AccessDenied', 'not any more', 403);
  const { mailbox, queue, run } = mailboxWith(345, {
    faults: ({ operation }) => {
      if (operation !== 'ReceiveMessage') return undefined;
      calls += 1;
      // The fifth of the ten that are made at once, and whatever comes after them.
      return calls === 6 || calls > 11 ? { error, when: 'before' } : undefined;
    },
  });
  expect(await run(mailbox.receive())).toHaveLength(100);
  expect(queue.stats()).toMatchObject({ visible: 245, inFlight: 100 });
});
