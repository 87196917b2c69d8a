import {
  DescribeRuleCommand,
  DisableRuleCommand,
  EnableRuleCommand,
  ListRulesCommand,
  ListTargetsByRuleCommand,
  PutEventsCommand,
  type PutEventsRequestEntry,
} from '@aws-sdk/client-eventbridge';
import { describe, expect, it } from 'vitest';
import { Endpoint } from '../../../sim/endpoint.ts';
import { eventBridgeService } from '../../../sim/eventbridge/service.ts';
import { keyedRandom } from '../../../sim/random.ts';
import { clientsOf, settle } from '../clients.ts';
import { SECOND, START, sentBodies, stack, template } from '../delivery/small-stack.ts';

const schedule = {
  Tick: {
    Type: 'AWS::Events::Rule',
    Properties: {
      Name: 'tick',
      ScheduleExpression: 'rate(1 minute)',
      State: 'DISABLED',
      Targets: [{ Id: 'q', Arn: { 'Fn::GetAtt': ['Notices', 'Arn'] } }],
    },
  },
  Orders: {
    Type: 'AWS::Events::Rule',
    Properties: {
      Name: 'orders',
      EventPattern: { source: ['my.shop'] },
      Targets: [{ Id: 'q', Arn: { 'Fn::GetAtt': ['Notices', 'Arn'] } }],
    },
  },
};

const deployed = () => {
  const world = stack({ template: template({}, schedule) });
  const { clock, bus } = world;
  const services = [eventBridgeService(() => bus)];
  const endpoint = new Endpoint({ clock, random: keyedRandom(1), services, account: '123456789012' });
  const { eventbridge } = clientsOf(endpoint);
  return {
    ...world,
    eventbridge,
    run: <T>(work: Promise<T>) => settle(clock, work),
    putEvents: (Entries: PutEventsRequestEntry[]) => settle(clock, eventbridge.send(new PutEventsCommand({ Entries }))),
  };
};

const order = { Source: 'my.shop', DetailType: 'Order', Detail: '{"n":1}' };

describe('the rules of a deployed stack, over the API', () => {
  it('are listed in pages, and by prefix', async () => {
    const { eventbridge, run } = deployed();
    const first = await run(eventbridge.send(new ListRulesCommand({ Limit: 2 })));
    const second = await run(eventbridge.send(new ListRulesCommand({ Limit: 2, NextToken: first.NextToken })));
    expect([...(first.Rules ?? []), ...(second.Rules ?? [])]).toHaveLength(3);
    const { Rules } = await run(eventbridge.send(new ListRulesCommand({ NamePrefix: 'ord' })));
    expect(Rules).toMatchObject([{ Name: 'orders', EventPattern: '{"source":["my.shop"]}', State: 'ENABLED' }]);
  });

  it('name their queues as targets, with the retry policy', async () => {
    const { eventbridge, run, notices } = deployed();
    const { Targets } = await run(eventbridge.send(new ListTargetsByRuleCommand({ Rule: 'orders' })));
    expect(Targets).toMatchObject([{ Arn: notices.options.arn, RetryPolicy: { MaximumRetryAttempts: 185 } }]);
  });

  it('pass nothing on while they are disabled', async () => {
    const { eventbridge, run, putEvents, requests } = deployed();
    await run(eventbridge.send(new DisableRuleCommand({ Name: 'orders' })));
    expect(await run(eventbridge.send(new DescribeRuleCommand({ Name: 'orders' })))).toMatchObject({
      State: 'DISABLED',
    });
    await putEvents([order]);
    expect(requests).toEqual([]);
  });

  it('start their schedule when they are enabled, and end it when they are disabled', async () => {
    const { eventbridge, clock, requests, bus } = deployed();
    void eventbridge.send(new EnableRuleCommand({ Name: 'tick' }));
    await clock.run(START + 130 * SECOND);
    expect(sentBodies(requests)).toHaveLength(2);
    void eventbridge.send(new DisableRuleCommand({ Name: 'tick' }));
    await clock.run(START + 600 * SECOND);
    expect(sentBodies(requests)).toHaveLength(2);
    bus.stop();
  });

  it('are unknown by another name', async () => {
    const { eventbridge, run } = deployed();
    await expect(run(eventbridge.send(new DescribeRuleCommand({ Name: 'none' })))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
  });
});

describe('PutEvents', () => {
  it('brings an event to the rules that match it', async () => {
    const { putEvents, requests } = deployed();
    const { Entries, FailedEntryCount } = await putEvents([order]);
    expect(FailedEntryCount).toBe(0);
    expect(sentBodies(requests)).toMatchObject([{ id: Entries?.[0]?.EventId, source: 'my.shop', detail: { n: 1 } }]);
  });

  it.each([
    [{ Source: '' }, 'InvalidArgument'],
    [{ Source: 'aws.ec2' }, 'NotAuthorizedForSourceException'],
    [{ Detail: '{' }, 'MalformedDetail'],
  ])('fails the entry %j alone', async (bad, ErrorCode) => {
    const { putEvents, requests } = deployed();
    const result = await putEvents([{ ...order, ...bad }, order]);
    expect(result).toMatchObject({ FailedEntryCount: 1, Entries: [{ ErrorCode }, { EventId: expect.any(String) }] });
    expect(sentBodies(requests)).toHaveLength(1);
  });

  it.each([
    ['no entries', [], 'ValidationException'],
    ['eleven entries', Array(11).fill(order), 'ValidationException'],
    ['256 KB', [{ ...order, Detail: JSON.stringify('x'.repeat(262_144)) }], 'ValidationException'],
    ['another bus', [{ ...order, EventBusName: 'mine' }], 'NotImplemented'],
    ['a time of its own', [{ ...order, Time: new Date(START) }], 'NotImplemented'],
  ])('refuses %s', async (_, entries, name) => {
    await expect(deployed().putEvents(entries)).rejects.toMatchObject({ name });
  });
});
