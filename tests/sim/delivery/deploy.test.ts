import { describe, expect, it } from 'vitest';
import { Faults } from '../../../sim/faults/faults.ts';
import { recordsOf, SECOND, START, sentBodies, stack, template } from './small-stack.ts';

describe('a deployed stack', () => {
  it('hands an event that a rule matches to the function as a completed envelope in an SQS record', async () => {
    const { clock, put, requests, tables, notices } = stack();
    put(1);
    await clock.run();
    expect(sentBodies(requests)).toEqual([
      {
        version: '0',
        id: '00000000-0000-4000-a000-000000000001',
        'detail-type': 'Test',
        source: 'aws.ec2',
        account: '123456789012',
        time: '2026-08-14T09:26:53Z',
        region: 'eu-west-1',
        resources: ['arn:1'],
        detail: { n: 1 },
      },
    ]);
    expect(requests[0]).toMatchObject({
      functionName: 'my-interruption',
      logicalId: 'Interruption',
      timeoutMs: 15_000,
      environment: { TABLE: 'Table', QUEUE: 'http://sqs.eu-west-1.sim/123456789012/notices-eu-west-1' },
      event: {
        Records: [
          {
            eventSource: 'aws:sqs',
            eventSourceARN: notices.options.arn,
            awsRegion: 'eu-west-1',
            attributes: { ApproximateReceiveCount: '1' },
          },
        ],
      },
    });
    expect(tables).toMatchObject([{ tableName: 'Table', ttlAttribute: 'ttl', keySchema: [{ AttributeName: 'pk' }] }]);
    expect(notices.stats()).toMatchObject({ sent: 1, deleted: 1, visible: 0 });
  });

  it('leaves out events that no rule matches and regions that nobody forwards', async () => {
    const alone = stack();
    alone.bus.put({ source: 'aws.ecs', 'detail-type': 'Test', region: 'eu-west-1', resources: [], detail: {} });
    alone.put(1, 'us-east-1');
    await alone.clock.run();
    expect(alone.requests).toEqual([]);
    const forwarded = stack({ forwardedRegions: ['us-east-1'] });
    forwarded.put(1, 'us-east-1');
    await forwarded.clock.run();
    expect(sentBodies(forwarded.requests)).toMatchObject([{ region: 'us-east-1' }]);
  });

  it('splits a burst over its two workers, and gathers each share into one batch', async () => {
    const { clock, put, invocations } = stack();
    for (let n = 0; n < 500; n += 1) put(n);
    await clock.run();
    expect(invocations).toHaveLength(2);
    const [first = 0, second = 0] = invocations.map(({ records }) => records);
    expect(first + second).toBe(500);
    expect(Math.min(first, second)).toBeGreaterThan(100);
  });

  it('never runs more invocations at once than configured, and closes a batch at its size', async () => {
    let [running, most] = [0, 0];
    const { clock, put, invocations } = stack({
      template: template({ BatchSize: 20 }),
      invoke: async () => {
        running += 1;
        most = Math.max(most, running);
        await clock.sleep(SECOND);
        running -= 1;
      },
    });
    for (let n = 0; n < 200; n += 1) put(n);
    await clock.run();
    expect(most).toBe(2);
    expect(Math.max(...invocations.map(({ records }) => records))).toBe(20);
    expect(invocations.reduce((sum, { records }) => sum + records, 0)).toBe(200);
  });

  it('delivers a failed record again after the visibility timeout, then moves it to the dead-letter queue', async () => {
    const { clock, put, requests, notices, dead, invocations } = stack({
      invoke: async ({ event }) => {
        const failed = recordsOf(event).filter(({ body }) => JSON.parse(body).detail.n === 7);
        return { batchItemFailures: failed.map(({ messageId }) => ({ itemIdentifier: messageId })) };
      },
    });
    for (let n = 0; n < 10; n += 1) put(n);
    await clock.run();
    expect(sentBodies(requests).filter(({ detail }) => detail.n === 7)).toHaveLength(2);
    expect(sentBodies(requests)).toHaveLength(11);
    expect(invocations.reduce((sum, { failed }) => sum + failed, 0)).toBe(2);
    expect(notices.stats()).toMatchObject({ deleted: 9, redriven: 1 });
    expect(dead.stats()).toMatchObject({ visible: 1 });
  });

  it.each<[string, () => Promise<unknown>, string]>([
    ['throws', () => Promise.reject(new Error('boom')), 'boom'],
    [
      'answers with an id it was not given',
      async () => ({ batchItemFailures: [{ itemIdentifier: 'x' }] }),
      'names "x"',
    ],
    ['answers with something else than a list', async () => ({ batchItemFailures: 'all' }), 'not a list'],
  ])('fails the whole batch when the function %s', async (_, invoke, error) => {
    const { clock, put, invocations, dead } = stack({ invoke });
    put(1);
    put(2);
    await clock.run();
    expect(invocations[0]?.error).toContain(error);
    expect(dead.stats().visible).toBe(2);
  });

  it('kills an invocation at its timeout, says so, and delivers its batch again', async () => {
    const killed: string[] = [];
    const { clock, put, invocations, dead } = stack({
      invoke: () => new Promise(() => undefined),
      onKill: (id) => killed.push(id),
    });
    put(1);
    await clock.run();
    expect(killed).toEqual(['Interruption-000001', 'Interruption-000002']);
    expect(invocations).toMatchObject([{ killed: true, failed: 1 }, { killed: true }]);
    expect((invocations[0]?.endedAt ?? 0) - (invocations[0]?.startedAt ?? 0)).toBe(15 * SECOND);
    expect(dead.stats().visible).toBe(1);
  });

  it('fires its schedule once a minute until it is stopped', async () => {
    const schedule = {
      Tick: {
        Type: 'AWS::Events::Rule',
        Properties: {
          ScheduleExpression: 'rate(1 minute)',
          Targets: [{ Id: 'q', Arn: { 'Fn::GetAtt': ['Notices', 'Arn'] } }],
        },
      },
    };
    const { clock, bus, requests } = stack({ template: template({}, schedule) });
    await clock.run(START + 185 * SECOND);
    bus.stop();
    await clock.run();
    expect(sentBodies(requests)).toHaveLength(3);
    expect(sentBodies(requests)[0]).toMatchObject({ 'detail-type': 'Scheduled Event', source: 'aws.events' });
  });

  it('loses, doubles or delays an event when told to', async () => {
    const faults = (event: { detail: object }) =>
      (['drop', 'duplicate', { delayMs: 5 * SECOND }] as const)[(event.detail as { n: number }).n];
    const { clock, put, requests } = stack({ faults });
    for (const n of [0, 1, 2]) put(n);
    await clock.run();
    expect(sentBodies(requests).map(({ detail }) => detail.n)).toEqual([1, 1, 2]);
  });

  it('delivers late events after later ones, each once', async () => {
    const { onDelivery } = new Faults({ events: [{ fault: 'late', forMs: 60_000 }] }, { seed: 1, startMs: START });
    const { clock, put, requests } = stack({ faults: onDelivery });
    const sent = Array.from({ length: 20 }, (_, n) => n);
    for (const n of sent) {
      put(n);
      await clock.run(clock.now() + SECOND);
    }
    await clock.run();
    const received: number[] = sentBodies(requests).map(({ detail }) => detail.n);
    expect(received).not.toEqual(sent);
    expect(received.toSorted((a, b) => a - b)).toEqual(sent);
    expect(clock.now() - START).toBeGreaterThan(30 * SECOND);
  });

  it('shows an event once more when it came twice, with the same id', async () => {
    const { onDelivery } = new Faults({ events: [{ fault: 'duplicate' }] }, { seed: 1, startMs: START });
    const { clock, put, requests } = stack({ faults: onDelivery });
    put(1);
    await clock.run();
    const records = requests.flatMap(({ event }) => recordsOf(event));
    expect(new Set(records.map(({ messageId }) => messageId)).size).toBe(2);
    expect(new Set(sentBodies(requests).map(({ id }) => id)).size).toBe(1);
  });

  it('refuses a filter of its pollers, which it does not imitate', () => {
    const filters = { Filters: [{ Pattern: '{"body":{"source":["aws.ec2"]}}' }] };
    expect(() => stack({ template: template({ FilterCriteria: filters }) })).toThrow('FilterCriteria is not imitated');
  });

  it('is the same run for the same seed', async () => {
    const run = async () => {
      const { clock, put, invocations } = stack({ invoke: () => clock.sleep(300) });
      for (let n = 0; n < 50; n += 1) put(n);
      await clock.run();
      return invocations;
    };
    expect(await run()).toEqual(await run());
  });

  it.each<[object, string]>([
    [{ BatchSize: 11, MaximumBatchingWindowInSeconds: 0 }, 'needs a MaximumBatchingWindowInSeconds'],
    [{ ScalingConfig: { MaximumConcurrency: 1 } }, 'must be 2 to 1000'],
    [{ FilterCriteria: {} }, 'not imitated'],
    [{ EventSourceArn: { 'Fn::ImportValue': 'x' } }, 'does not resolve Fn::ImportValue'],
    [{ EventSourceArn: { Ref: 'AWS::StackName' } }, 'pseudo parameter AWS::StackName'],
  ])('refuses a mapping with %j', (mapping, message) => {
    expect(() => stack({ template: template(mapping) })).toThrow(message);
  });

  it('refuses a queue that shows its messages again before the function has timed out', () => {
    const slow = template();
    slow.Resources.Interruption.Properties.Timeout = 21;
    expect(() => stack({ template: slow })).toThrow('visibility timeout');
  });
});
