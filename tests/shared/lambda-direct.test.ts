import type { Context } from 'aws-lambda';
import { describe, expect, test } from 'vitest';
import type { Letter, Mailbox } from '../../shared/flow.ts';
import { makeHandler } from '../../shared/lambda.ts';
import { instanceId } from '../given.ts';
import { changed, fixture } from './event-fixtures.ts';
import { SmallAccount, smallFlow } from './small-flow.ts';

const noticeFor = (id: string): string =>
  changed('ec2-spot-interruption-warning.terminate', (event) => {
    event.region = 'us-east-1';
    event.detail['instance-id'] = id;
  });

/** A mailbox that keeps what is not removed. */
class Letters implements Mailbox {
  readonly waiting: Letter[];
  fails: { receive?: boolean; remove?: boolean } = {};

  constructor(...bodies: readonly string[]) {
    this.waiting = bodies.map((body, index) => ({ messageId: `letter-${index}`, body, receipt: String(index) }));
  }

  async receive() {
    if (this.fails.receive) throw new Error('no answer');
    return [...this.waiting];
  }

  async remove(letters: readonly Letter[]) {
    if (this.fails.remove) throw new Error('no answer');
    for (const letter of letters) this.waiting.splice(this.waiting.indexOf(letter), 1);
  }
}

/** A function that its schedule invokes: `tick` is what EventBridge hands over. */
function scheduled(account: SmallAccount, mailbox?: Mailbox) {
  const env = { SPOTKEEPER_MODE: 'act', SPOTKEEPER_REGIONS: 'us-east-1' };
  const clientConfig = () => {
    throw new Error('this flow has no clients');
  };
  const ports = mailbox === undefined ? account.ports : { ...account.ports, mailbox };
  const handler = makeHandler(smallFlow(), () => ports, env, { runtime: account.runtime, clientConfig });
  const context = { awsRequestId: 'request-1' } as Context;
  return (tick: string = fixture('scheduled-event')) => handler(JSON.parse(tick), context);
}

const warnings = ({ lines }: SmallAccount) =>
  lines.filter(({ level }) => level === 'warn').map(({ message }) => message);

describe('a function that its schedule invokes', () => {
  test('does what its schedule asks for', async () => {
    const account = new SmallAccount();
    expect(await scheduled(account)()).toEqual({ batchItemFailures: [] });
    expect(account.told[0]).toBe('look at  in us-east-1');
  });

  test('counts as failed for Lambda when it fails', async () => {
    const account = new SmallAccount();
    account.unreachable.add('us-east-1');
    await expect(scheduled(account)()).rejects.toThrow('the run failed, or a part of it');
    expect(account.published).toBe(1);
  });

  test('handles all that waits in its mailbox in one run, and removes it', async () => {
    const account = new SmallAccount();
    const letters = new Letters(noticeFor(instanceId(1)), noticeFor(instanceId(2)), 'no JSON');
    await scheduled(account, letters)();
    expect([...account.draining]).toEqual([instanceId(1), instanceId(2)]);
    expect(letters.waiting).toEqual([]);
    expect(account.told[0]).toBe(`look at ${instanceId(1)},${instanceId(2)} in us-east-1`);
  });

  test('leaves in its mailbox what failed, and nothing else', async () => {
    const account = new SmallAccount();
    account.faults.set(instanceId(1), 'fails');
    const letters = new Letters(noticeFor(instanceId(1)), noticeFor(instanceId(2)));
    await expect(scheduled(account, letters)()).rejects.toThrow('the run failed, or a part of it');
    expect(letters.waiting.map(({ messageId }) => messageId)).toEqual(['letter-0']);
    account.faults.clear();
    await scheduled(account, letters)();
    expect([...account.draining]).toContain(instanceId(1));
    expect(letters.waiting).toEqual([]);
  });

  test('keeps its mailbox when the look at the region fails', async () => {
    const account = new SmallAccount();
    account.unreachable.add('us-east-1');
    const letters = new Letters(noticeFor(instanceId(1)));
    await expect(scheduled(account, letters)()).rejects.toThrow('the run failed, or a part of it');
    expect(letters.waiting).toHaveLength(1);
  });

  test('does the work of its schedule when the mailbox cannot be read, and says so', async () => {
    const account = new SmallAccount();
    const letters = new Letters(noticeFor(instanceId(1)));
    letters.fails = { receive: true };
    expect(await scheduled(account, letters)()).toEqual({ batchItemFailures: [] });
    expect(account.told[0]).toBe('look at  in us-east-1');
    expect(warnings(account)).toEqual(['the queue cannot be read; the next tick asks again']);
  });

  test('has done its work when letters cannot be removed: they come once more', async () => {
    const account = new SmallAccount();
    const letters = new Letters(noticeFor(instanceId(1)));
    letters.fails = { remove: true };
    await scheduled(account, letters)();
    expect([...account.draining]).toEqual([instanceId(1)]);
    expect(warnings(account)).toEqual(['messages cannot be deleted; they come once more']);
  });
});
