import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { inlineKeys } from '../scripts/esbuild/shake-schemas.mjs';
import { packagedTemplate } from '../scripts/packaged.mjs';
import { DETACHED_FROM_TAG } from '../shared/aws/scaling-groups.ts';
import { DETACHED_TAG } from '../shared/model/offerings.ts';
import { rebalanceSettings } from '../shared/settings/rebalance-settings.ts';
import { referencesResolve } from './tidy/permissions.ts';
import { list, ofType, referencesIn, statementsOf, type Template } from './tidy/template.ts';

let bare: Template;
let lending: Template;
let spreading: Template;
let whole: Template;
let telling: Template;
let everything: Template;
beforeAll(async () => {
  [bare, lending, spreading, whole, telling, everything] = await Promise.all([
    packagedTemplate(),
    packagedTemplate({ failover: true }),
    packagedTemplate({ rebalance: true }),
    packagedTemplate({ failover: true, rebalance: true }),
    packagedTemplate({ report: true }),
    packagedTemplate({ failover: true, rebalance: true, report: true, dashboard: true }),
  ]);
}, 240_000);

const variants: readonly (readonly [string, () => Template])[] = [
  ['without any of its parts', () => bare],
  ['with failover', () => lending],
  ['with rebalance', () => spreading],
  ['with failover and rebalance', () => whole],
  ['with report', () => telling],
  ['with everything', () => everything],
];

const WAKE_UPS = 'SPOTKEEPER_WAKE_UP_QUEUE_URL';

const resource = (template: Template, id: string) => template.Resources[id]?.Properties;

/** Each event source mapping with the queue and the function that it connects. */
const mappings = (template: Template) =>
  ofType(template, 'AWS::Lambda::EventSourceMapping').map(([, { Properties }]) => {
    const [queue = ''] = referencesIn(Properties.EventSourceArn);
    const [id = ''] = referencesIn(Properties.FunctionName);
    return { ...Properties, queue, function: resource(template, id), settings: resource(template, queue) };
  });

describe.each(variants)('the stack packaged %s', (_, packaged) => {
  test('refers to nothing that it does not have', () => {
    expect(referencesResolve(packaged())).toEqual([]);
  });

  test('runs its functions on Node 24 on arm64 with JSON logs that end after 30 days', () => {
    for (const [, { Properties }] of ofType(packaged(), 'AWS::Lambda::Function')) {
      const LoggingConfig = { LogFormat: 'JSON' };
      expect(Properties).toMatchObject({
        Runtime: 'nodejs24.x',
        Architectures: ['arm64'],
        LoggingConfig,
      });
    }
    for (const [, { Properties }] of ofType(packaged(), 'AWS::Logs::LogGroup')) {
      expect(Properties.RetentionInDays).toBe(30);
    }
  });

  test('gives twice the memory, and so twice the CPU, to what must not be slow', () => {
    const memory = Object.fromEntries(
      ofType(packaged(), 'AWS::Lambda::Function').map(([, { Properties }]) => [
        Properties.Handler,
        Properties.MemorySize,
      ]),
    );
    const all = { interruption: 1_024, failover: 1_024, rebalance: 512, report: 512 };
    const known = Object.entries(all).map(([name, size]) => [`dist/${name}/index.handler`, size]);
    expect(Object.fromEntries(known)).toMatchObject(memory);
  });

  test('observes the region it is deployed to, unless told otherwise', () => {
    for (const [, { Properties }] of ofType(packaged(), 'AWS::Lambda::Function')) {
      expect(Properties.Environment.Variables).toMatchObject({
        SPOTKEEPER_MODE: 'observe',
        SPOTKEEPER_REGIONS: { Ref: 'AWS::Region' },
      });
    }
  });

  // https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
  test('leaves half of the 4 KB of environment that Lambda allows to longer values', () => {
    for (const [, { Properties }] of ofType(packaged(), 'AWS::Lambda::Function')) {
      const text = JSON.stringify(Properties.Environment.Variables);
      expect(text.length).toBeLessThan(2048);
    }
  });

  test('receives a message four times before it is deleted unseen, each time for longer than its function runs', () => {
    for (const { settings, ...mapping } of mappings(packaged())) {
      const { VisibilityTimeout, MessageRetentionPeriod, RedrivePolicy } = settings;
      const longestDelaySeconds = 600;
      expect(VisibilityTimeout).toBeGreaterThan(mapping.function.Timeout);
      expect(RedrivePolicy).toEqual({
        deadLetterTargetArn: { 'Fn::GetAtt': ['DeadLetterQueue', 'Arn'] },
        maxReceiveCount: 4,
      });
      expect(MessageRetentionPeriod).toBeGreaterThan(longestDelaySeconds + 4 * VisibilityTimeout);
    }
  });

  test('lets each rule send to its targets and its dead-letter queue, and nobody else', () => {
    const sends = ofType(packaged(), 'AWS::Events::Rule').flatMap(([rule, { Properties }]) =>
      referencesIn(Properties.Targets)
        .filter((id) => packaged().Resources[id]?.Type === 'AWS::SQS::Queue')
        .map((queue) => `${rule} -> ${queue}`),
    );
    const may = ofType(packaged(), 'AWS::SQS::QueuePolicy').flatMap(([, { Properties }]) => {
      const [{ Principal, Condition }] = Properties.PolicyDocument.Statement;
      expect(Principal).toEqual({ Service: 'events.amazonaws.com' });
      const [queue] = referencesIn(Properties.Queues);
      return referencesIn(Condition.ArnEquals['aws:SourceArn']).map((rule) => `${rule} -> ${queue}`);
    });
    expect(may.sort()).toEqual(sends.sort());
  });

  test('gives a notice up after its two minutes, and alarms when one waits or is given up', () => {
    const notices = ofType(packaged(), 'AWS::Events::Rule').filter(([id]) =>
      id.endsWith('SpotInterruptionWarningRule'),
    );
    for (const [, { Properties }] of notices) {
      expect(Properties.Targets).toMatchObject([{ RetryPolicy: { MaximumEventAgeInSeconds: 120 } }]);
    }
    const alarms = ofType(packaged(), 'AWS::CloudWatch::Alarm').map(([, { Properties }]) => Properties.MetricName);
    expect(alarms.sort()).toEqual(['ApproximateAgeOfOldestMessage', 'ApproximateNumberOfMessagesVisible']);
  });
});

describe('the packaged stack', () => {
  test.each([
    ['NoticeQueue', 'interruption', 20, 1000, 1],
    ['WakeUpQueue', 'interruption', 20, 1, 0],
    ['ObservationQueue', 'interruption', 20, 1000, 1],
    ['FailoverQueue', 'failover', 60, 1000, 1],
  ])('hands the messages of %s to %s, which has %i s, in batches of %i within %i s, to two at once', (...row) => {
    const [queue, flow, timeout, size, seconds] = row;
    const [mapping, ...others] = mappings(whole).filter((one) => one.queue === queue);
    expect(others).toEqual([]);
    expect(mapping).toMatchObject({
      BatchSize: size,
      ScalingConfig: { MaximumConcurrency: 2 },
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      function: { Handler: `dist/${flow}/index.handler`, Timeout: timeout },
    });
    expect(mapping?.MaximumBatchingWindowInSeconds ?? 0).toBe(seconds);
  });

  test('sends the wake-ups of each function to a queue that feeds it', () => {
    for (const { queue, function: its } of mappings(whole)) {
      const [wakeUps] = referencesIn(its.Environment.Variables.SPOTKEEPER_WAKE_UP_QUEUE_URL ?? '');
      expect(wakeUps).toBe(queue === 'FailoverQueue' ? 'FailoverQueue' : 'WakeUpQueue');
    }
  });

  test.each([
    ['failover', () => lending],
    ['rebalance', () => spreading],
    ['report', () => telling],
  ])('has nothing of %s unless that is on, and otherwise the same', (part, packaged) => {
    const isOfPart = (id: string) => id.toLowerCase().startsWith(part);
    const others = ({ Resources }: Template) => Object.keys(Resources).filter((id) => !isOfPart(id));
    expect(Object.keys(bare.Resources).filter((id) => id.toLowerCase().includes(part))).toEqual([]);
    expect(others(packaged())).toEqual(Object.keys(bare.Resources));
    expect(Object.keys(packaged().Resources).filter(isOfPart)).toEqual(
      Object.keys(everything.Resources).filter(isOfPart),
    );
  });

  test('gives the settings of rebalance to rebalance alone, which has those of all functions, too', () => {
    const variables = (flow: string) =>
      ofType(whole, 'AWS::Lambda::Function').flatMap(([, { Properties }]) =>
        Properties.Handler === `dist/${flow}/index.handler` ? Object.keys(Properties.Environment.Variables) : [],
      );
    const own = Object.values(rebalanceSettings).map(({ env }) => env);
    expect(own.filter((env) => !variables('rebalance').includes(env))).toEqual([]);
    expect([...variables('interruption'), ...variables('failover')].filter((env) => own.includes(env))).toEqual([]);
    expect(variables('failover').filter((env) => ![...variables('rebalance'), WAKE_UPS].includes(env))).toEqual([]);
  });

  test.each<[string, () => Template, readonly string[]]>([
    [
      'failover passes roles to ECS tasks and EC2 instances',
      () => lending,
      ['ecs-tasks.amazonaws.com', 'ec2.amazonaws.com'],
    ],
    ['rebalance passes roles to EC2 instances', () => spreading, ['ec2.amazonaws.com']],
  ])('%s: those that it was told, and to nobody else', (_, packaged, services) => {
    const passes = ofType(packaged(), 'AWS::IAM::Role').flatMap(([, role]) =>
      statementsOf(role).filter(({ Action }) => list(Action).includes('iam:PassRole')),
    );
    const passTo = (service: string) => ({
      Effect: 'Allow',
      Action: 'iam:PassRole',
      Resource: ['arn:aws:iam::123456789012:role/ecs/*'],
      Condition: { StringEquals: { 'iam:PassedToService': service } },
    });
    expect(passes).toEqual(services.map(passTo));
  });

  test('lets rebalance tag only members of groups, with its own tags, and end only what it has tagged', () => {
    const role = spreading.Resources.RebalanceRole;
    const conditions = (action: string) =>
      (role ? statementsOf(role) : []).flatMap(({ Action, Condition }) =>
        list(Action).includes(action) ? [Condition] : [],
      );
    const ourTags = {
      'ForAllValues:StringEquals': { 'aws:TagKeys': [DETACHED_TAG, DETACHED_FROM_TAG] },
      Null: { 'aws:TagKeys': 'false' },
    };
    const detached = { StringLike: { [`aws:ResourceTag/${DETACHED_TAG}`]: '*' } };
    expect(conditions('ec2:CreateTags')).toEqual([
      { StringEquals: { 'ec2:CreateAction': 'RunInstances' } },
      { ...ourTags, StringLike: { 'aws:ResourceTag/aws:autoscaling:groupName': '*' } },
    ]);
    expect(conditions('ec2:DeleteTags')).toEqual([{ ...ourTags, ...detached }]);
    expect(conditions('ec2:TerminateInstances')).toEqual([detached]);
  });

  test('is packaged once: a second ask gets the same, of each variant', async () => {
    expect(await packagedTemplate({ failover: true })).toEqual(lending);
    expect(await packagedTemplate({ failover: true, rebalance: true })).toEqual(whole);
    expect(await packagedTemplate({ rebalance: true })).toEqual(spreading);
    expect(await packagedTemplate()).toEqual(bare);
  });
});

describe('the build', () => {
  test('writes constant keys into the schemas of the SDK and leaves every other computed key', () => {
    const source = 'const _a = "A";\nconst o = { [_a]: 1, [_b]: 2, [f()]: 3 };\n';
    expect(inlineKeys(source)).toBe('const _a = "A";\nconst o = { "A": 1, [_b]: 2, [f()]: 3 };\n');
  });

  test('finds the keys of the SDK that is installed', () => {
    const file = join('node_modules', '@aws-sdk', 'client-ec2', 'dist-es', 'schemas', 'schemas_0.js');
    const source = readFileSync(file, 'utf8');
    expect(inlineKeys(source)).not.toMatch(/\[_\w+\]:/);
    expect(source).toMatch(/\[_\w+\]:/);
  });
});
