import type { Context, SQSEvent } from 'aws-lambda';
import { describe, expect, test } from 'vitest';
import type { Env, Fetch } from '../../shared/aws/process.ts';
import { makeHandler } from '../../shared/lambda.ts';
import { instanceId } from '../given.ts';
import { changed, fixture } from './event-fixtures.ts';
import { SmallAccount, type SmallFlow, smallFlow } from './small-flow.ts';

const ACTING: Env = { SPOTKEEPER_MODE: 'act', SPOTKEEPER_REGIONS: 'eu-west-1,us-east-1' };

function deployed(account: SmallAccount, { env = ACTING, flow = smallFlow() }: { env?: Env; flow?: SmallFlow } = {}) {
  const clientConfig = () => {
    throw new Error('this flow has no clients');
  };
  const handler = makeHandler(flow, () => account.ports, env, { runtime: account.runtime, clientConfig });
  const context: Partial<Context> = { awsRequestId: 'request-1', getRemainingTimeInMillis: () => 20_000 };
  return (bodies: Readonly<Record<string, string>>) => {
    const Records = Object.entries(bodies).map(([messageId, body]) => ({ messageId, body }));
    return handler({ Records } as SQSEvent, context as Context);
  };
}

const noticeFor = (id: string): string =>
  changed('ec2-spot-interruption-warning.terminate', ({ detail }) => {
    detail['instance-id'] = id;
  });

describe('a function', () => {
  test('answers with the records that the queue is to deliver again, and no others', async () => {
    const account = new SmallAccount();
    account.faults.set(instanceId(2), 'fails');
    const deliver = deployed(account);
    const answer = await deliver({ a: noticeFor(instanceId(1)), b: noticeFor(instanceId(2)), c: 'no JSON' });
    expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: 'b' }] });
    expect([...account.draining]).toEqual([instanceId(1)]);
    expect(account.published).toBe(1);
  });

  test('answers with an empty list when all went well', async () => {
    const account = new SmallAccount();
    expect(await deployed(account)({ a: noticeFor(instanceId(1)) })).toEqual({ batchItemFailures: [] });
  });

  test('looks at every region of the installation when the schedule ticks, wherever it ticks', async () => {
    const account = new SmallAccount();
    await deployed(account)({ a: fixture('scheduled-event') });
    expect(account.told.filter((line) => line.startsWith('look at'))).toEqual([
      'look at  in eu-west-1',
      'look at  in us-east-1',
    ]);
  });

  test('has a tick delivered again when one of its regions fails', async () => {
    const account = new SmallAccount();
    account.unreachable.add('us-east-1');
    const answer = await deployed(account)({ a: fixture('scheduled-event') });
    expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: 'a' }] });
  });

  test('leaves an event in the region that it came from', async () => {
    const account = new SmallAccount();
    const away = changed('ec2-spot-interruption-warning.terminate', (event) => {
      event.region = 'ap-southeast-2';
    });
    await deployed(account)({ a: away });
    expect(account.told[0]).toBe('look at i-0a1b2c3d4e5f60718 in ap-southeast-2');
  });

  test('only observes unless it is told to act', async () => {
    const account = new SmallAccount();
    await deployed(account, { env: {} })({ a: noticeFor(instanceId(1)) });
    expect(account.draining.size).toBe(0);
  });

  test('does not start on a setting that does not parse', () => {
    const start = () => deployed(new SmallAccount(), { env: { SPOTKEEPER_MODE: 'go' } });
    expect(start).toThrow('SPOTKEEPER_MODE is "go"; allowed: observe or act');
  });

  test('speaks to the world outside of AWS as its host does, on Lambda with the fetch of Node', () => {
    const account = new SmallAccount();
    const { runtime } = account;
    const spoken: unknown[] = [];
    const made = (host?: Parameters<typeof makeHandler>[3]) =>
      makeHandler(
        smallFlow(),
        (process) => {
          spoken.push(process.fetch);
          return account.ports;
        },
        ACTING,
        host,
      );
    const simulated: Fetch = async () => ({ status: 200, headers: { get: () => null }, text: async () => 'ok' });
    made({ runtime, clientConfig: undefined, fetch: simulated });
    made();
    expect(spoken).toEqual([simulated, fetch]);
  });

  test('publishes what it measured even when it fails', async () => {
    const account = new SmallAccount();
    const figures = () => {
      throw new Error('no figures');
    };
    const deliver = deployed(account, { flow: { ...smallFlow(), figures } });
    await expect(deliver({ a: noticeFor(instanceId(1)) })).rejects.toThrow('no figures');
    expect(account.published).toBe(1);
  });
});
