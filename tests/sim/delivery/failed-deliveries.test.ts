import { describe, expect, it } from 'vitest';
import { Faults } from '../../../sim/faults/faults.ts';
import type { EventRule } from '../../../sim/faults/plan.ts';
import { SECOND, START, sentBodies, stack, template } from './small-stack.ts';

const MINUTE = 60 * SECOND;

/** A stack whose rule has the target settings given, under the faults given; a queue more for what is given up. */
const failing = (events: readonly EventRule[], settings: object = {}) => {
  const base = template();
  const { Rule } = base.Resources;
  const targets = Rule.Properties.Targets.map((target) => ({ ...target, ...settings }));
  const withTargets = { ...Rule, Properties: { ...Rule.Properties, Targets: targets } };
  const resources = { ...base.Resources, Rule: withTargets, Undelivered: { Type: 'AWS::SQS::Queue', Properties: {} } };
  const faults = new Faults({ events }, { seed: 1, startMs: START });
  return { ...stack({ template: { Resources: resources }, faults: faults.onDelivery }), faults };
};

const deadLetterConfig = { DeadLetterConfig: { Arn: { 'Fn::GetAtt': ['Undelivered', 'Arn'] } } };

describe('an event that its queue does not take', () => {
  it('is delivered late, and once, when the queue throttles for a while', async () => {
    const { clock, put, requests, bus, faults } = failing([{ fault: 'throttled', toMs: MINUTE }]);
    put(1);
    await clock.run();
    expect(sentBodies(requests).map(({ detail }) => detail.n)).toEqual([1]);
    expect(clock.now()).toBeGreaterThan(START + MINUTE);
    expect(bus.failed).toEqual([]);
    expect(faults.happened.length).toBeGreaterThan(3);
  });

  it.each([
    ['no-permission', 'NO_PERMISSIONS'],
    ['no-queue', 'NO_RESOURCE'],
  ] as const)('goes to the dead-letter queue without a retry for %s', async (fault, errorCode) => {
    const { clock, put, requests, bus, queues } = failing([{ fault, times: 1 }], deadLetterConfig);
    put(1);
    await clock.run(START + 2 * SECOND);
    expect(requests).toEqual([]);
    expect(bus.failed).toMatchObject([{ errorCode, retries: 0, kept: true }]);
    const [message] = queues.get('Undelivered')?.receive(10) ?? [];
    expect(JSON.parse(message?.body ?? '')).toMatchObject({ 'detail-type': 'Test', detail: { n: 1 } });
  });

  it('is a dead letter that says which rule, which target, and why', async () => {
    const settings = { ...deadLetterConfig, RetryPolicy: { MaximumRetryAttempts: 2 } };
    const { clock, put, queues, notices } = failing([{ fault: 'throttled' }], settings);
    put(1);
    await clock.run();
    const [message] = queues.get('Undelivered')?.receive(1) ?? [];
    const texts = Object.entries(message?.attributes ?? {}).map(([name, { StringValue }]) => [name, StringValue]);
    expect(Object.fromEntries(texts)).toEqual({
      RULE_ARN: expect.stringMatching(/^arn:aws:events:eu-west-1:123456789012:rule\//),
      TARGET_ARN: notices.options.arn,
      ERROR_CODE: 'THROTTLING',
      ERROR_MESSAGE: expect.any(String),
      EXHAUSTED_RETRY_CONDITION: 'MaximumRetryAttempts',
      RETRY_ATTEMPTS: '2',
    });
  });

  it('is lost without a dead-letter queue, which is on record', async () => {
    const { clock, put, requests, bus } = failing([{ fault: 'no-permission' }]);
    put(1);
    await clock.run();
    expect(requests).toEqual([]);
    expect(bus.failed).toMatchObject([{ rule: expect.any(String), errorCode: 'NO_PERMISSIONS', kept: false }]);
  });

  it('is given up after the retries of its target', async () => {
    const settings = { ...deadLetterConfig, RetryPolicy: { MaximumRetryAttempts: 3 } };
    const { clock, put, bus, queues, faults } = failing([{ fault: 'throttled' }], settings);
    put(1);
    await clock.run();
    expect(bus.failed).toMatchObject([{ errorCode: 'THROTTLING', retries: 3, exhausted: 'MaximumRetryAttempts' }]);
    expect(faults.happened).toHaveLength(4);
    expect(queues.get('Undelivered')?.stats().visible).toBe(1);
  });

  it('is given up when it is as old as its target allows, not later', async () => {
    const settings = { ...deadLetterConfig, RetryPolicy: { MaximumEventAgeInSeconds: 90 } };
    const { clock, put, bus } = failing([{ fault: 'throttled' }], settings);
    put(1);
    await clock.run();
    expect(bus.failed).toMatchObject([{ at: START + 90 * SECOND, exhausted: 'MaximumEventAgeInSeconds' }]);
  });

  it('is not lost or doubled by its retries', async () => {
    const { clock, put, requests, faults } = failing([
      { fault: 'throttled', times: 1 },
      { fault: 'lost', fromMs: 1 },
      { fault: 'duplicate', fromMs: 1 },
    ]);
    put(1);
    await clock.run();
    expect(sentBodies(requests)).toHaveLength(1);
    expect(faults.happened.map(({ kind }) => kind)).toEqual(['throttled']);
  });

  it.each([
    [{ MaximumRetryAttempts: 186 }, 'MaximumRetryAttempts is 186; it must be 0 to 185'],
    [{ MaximumEventAgeInSeconds: 59 }, 'MaximumEventAgeInSeconds is 59; it must be 60 to 86400'],
  ])('cannot have the retry policy %j', (RetryPolicy, message) => {
    expect(() => failing([], { RetryPolicy })).toThrow(message);
  });
});
