import { VirtualClock } from '../../../sim/clock.ts';
import { type DeployOptions, deploy } from '../../../sim/delivery/deploy.ts';
import type { InvokeRequest } from '../../../sim/delivery/function-runtime.ts';
import { keyedRandom } from '../../../sim/random.ts';
import { Sqs } from '../../../sim/sqs/service.ts';

export const START = Date.UTC(2026, 7, 14, 9, 26, 53, 400);
export const SECOND = 1000;

/** A small packaged stack: one queue with a dead-letter queue, one rule, one function; `mapping` overrides its pollers. */
export const template = (mapping: object = {}, schedule: object = {}) => ({
  Resources: {
    Notices: {
      Type: 'AWS::SQS::Queue',
      Properties: {
        QueueName: { 'Fn::Sub': 'notices-${AWS::Region}' },
        VisibilityTimeout: 20,
        RedrivePolicy: { deadLetterTargetArn: { 'Fn::GetAtt': ['DeadLetters', 'Arn'] }, maxReceiveCount: 2 },
      },
    },
    DeadLetters: { Type: 'AWS::SQS::Queue', Properties: { MessageRetentionPeriod: 1209600 } },
    Table: {
      Type: 'AWS::DynamoDB::Table',
      Properties: {
        KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
        TimeToLiveSpecification: { AttributeName: 'ttl', Enabled: true },
      },
    },
    Rule: {
      Type: 'AWS::Events::Rule',
      Properties: {
        EventPattern: { source: ['aws.ec2'] },
        Targets: [{ Id: 'q', Arn: { 'Fn::GetAtt': ['Notices', 'Arn'] } }],
      },
    },
    ...schedule,
    Interruption: {
      Type: 'AWS::Lambda::Function',
      Properties: {
        FunctionName: 'my-interruption',
        Timeout: 15,
        Environment: { Variables: { TABLE: { Ref: 'Table' }, QUEUE: { Ref: 'Notices' } } },
      },
    },
    Mapping: {
      Type: 'AWS::Lambda::EventSourceMapping',
      Properties: {
        EventSourceArn: { 'Fn::GetAtt': 'Notices.Arn' },
        FunctionName: { 'Fn::GetAtt': ['Interruption', 'Arn'] },
        BatchSize: 1000,
        MaximumBatchingWindowInSeconds: 1,
        ScalingConfig: { MaximumConcurrency: 2 },
        FunctionResponseTypes: ['ReportBatchItemFailures'],
        ...mapping,
      },
    },
  },
});

/** The template deployed; says what the function was invoked with. */
export const stack = (options: Partial<DeployOptions> = {}) => {
  const clock = new VirtualClock(START);
  const requests: InvokeRequest[] = [];
  const tables: object[] = [];
  const { invoke = async () => undefined, ...rest } = options;
  const { bus, queues, invocations } = deploy({
    template: template(),
    clock,
    random: keyedRandom(3),
    sqs: new Sqs({ clock }),
    dynamodb: { createTable: (table) => tables.push(table) },
    region: 'eu-west-1',
    account: '123456789012',
    invoke: (request) => {
      requests.push(request);
      return invoke(request);
    },
    ...rest,
  });
  const [notices, dead] = [queues.get('Notices'), queues.get('DeadLetters')];
  if (!notices || !dead) throw new Error('the stack lacks its queues');
  const put = (n: number, region = 'eu-west-1') =>
    bus.put({ source: 'aws.ec2', 'detail-type': 'Test', region, resources: [`arn:${n}`], detail: { n } });
  return { clock, bus, queues, notices, dead, invocations, requests, tables, put };
};

/** Of a batch of a queue; none of an event that a rule sent. */
export const recordsOf = ({ Records }: InvokeRequest['event']) => Records ?? [];

/** The events that the function got, parsed. */
export const sentBodies = (requests: readonly InvokeRequest[]) =>
  requests.flatMap(({ event }) => recordsOf(event).map(({ body }) => JSON.parse(body)));
